//! A plan as those see it who settle doubts about it: numbered clauses, and words to quote.

use super::folded::Folded;
use crate::facts::{Plan, Reading, Span};
use crate::prose::{Sentence, Zone};
use crate::redact;
use crate::verdict::{Quotation, Reference};

/// Fewest letters and digits of a quotation that is no whole clause. Less stands anywhere.
const FEWEST: usize = 8;

/// A plan with its clauses numbered.
#[derive(Debug)]
pub struct Document {
    /// What reports call the plan's file.
    pub path: String,
    /// The clauses in the order of the document.
    pub clauses: Vec<Clause>,
    /// For each clause, how far it and those before it reach.
    reach: Vec<usize>,
    plan: Plan,
    folded: Folded,
    /// What must not be spread.
    token: String,
}

/// A sentence of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Its number, counting from 1.
    pub number: usize,
    /// The line that it begins in, counting from 1.
    pub line: usize,
    /// What it is part of.
    pub zone: Zone,
    /// Its text, with white space folded.
    pub text: String,
    span: Span,
}

impl Clause {
    /// Whether what stands there can meet a demand.
    pub fn counts(&self) -> bool {
        self.zone.is_task() || self.zone.is_standing()
    }
}

/// Why a quotation is worth nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misquoted {
    /// It has no words.
    #[error("it has no quotation")]
    Missing,
    /// It is not in the plan.
    #[error("its quotation stands nowhere in the plan")]
    Nowhere,
    /// It would be found in any plan.
    #[error("its quotation is too short to show anything")]
    TooShort,
    /// It is where nothing is prescribed.
    #[error("its quotation stands among the {}, which prescribes nothing", .0.word())]
    Beside(Zone),
    /// There is no such clause.
    #[error("there is no clause {0}")]
    NoClause(usize),
}

impl Document {
    /// The plan of this text. `token` is left out wherever it stands.
    pub fn new(plan: Plan, path: &str, token: &str) -> Self {
        let prose = Reading::of(&plan).prose;
        // An item is read whole, also what stands behind the list nested in it, before that list.
        let mut sentences: Vec<&Sentence> = prose.sentences.iter().collect();
        sentences.sort_by_key(|sentence| sentence.span.start);
        let numbered = sentences.into_iter().zip(1..);
        let clauses = numbered.map(|(sentence, number)| Clause {
            number,
            line: plan.place(&sentence.span).line,
            zone: prose
                .segments
                .get(sentence.segment)
                .map_or(Zone::Title, |segment| segment.zone),
            text: redact::masked(plan.text(&sentence.span), token),
            span: sentence.span.clone(),
        });
        let clauses: Vec<Clause> = clauses.collect();
        let reach = clauses.iter().scan(0, |reach, clause| {
            *reach = clause.span.end.max(*reach);
            Some(*reach)
        });
        Self {
            reach: reach.collect(),
            clauses,
            path: redact::masked(path.to_owned(), token),
            folded: Folded::of(&plan),
            token: token.to_owned(),
            plan,
        }
    }

    /// The clause of this number.
    pub fn clause(&self, number: usize) -> Option<&Clause> {
        self.clauses.get(number.checked_sub(1)?)
    }

    /// The first clause that a place of the plan reaches into.
    pub fn clause_at(&self, place: &Reference) -> Option<&Clause> {
        match place {
            Reference::Place {
                path, start, end, ..
            } if *path == self.path => self.within(&(*start..*end)).first().copied(),
            Reference::File {
                path,
                line: Some(line),
            } if *path == self.path => self.clauses.iter().find(|clause| clause.line == *line),
            _ => None,
        }
    }

    /// Finds a quotation, in the clause that is named rather than elsewhere.
    ///
    /// # Errors
    /// Fails where it does not stand in the plan or is too short, and where it `must_count` and
    /// stands in zones alone that prescribe nothing.
    pub fn quote(
        &self,
        quotation: &str,
        clause: Option<usize>,
        must_count: bool,
    ) -> Result<Quotation, Misquoted> {
        let named = match clause {
            None => None,
            Some(number) => Some(self.clause(number).ok_or(Misquoted::NoClause(number))?),
        };
        let words: Vec<&str> = quotation.split_whitespace().collect();
        let quoted = words.join(" ");
        if quoted.is_empty() {
            return Err(Misquoted::Missing);
        }
        // The words that stand in the token's place may be the plan's own.
        let unmasked = quoted.replace(redact::MASK, &self.token);
        let is_other = !self.token.is_empty() && unmasked != quoted;
        let readings = [Some(&quoted), is_other.then_some(&unmasked)];
        let places = readings.into_iter().flatten().flat_map(|wanted| {
            let spans = self.folded.find(wanted);
            spans.map(move |span| (wanted, span))
        });
        let mut nearest_miss = Misquoted::Nowhere;
        let mut found: Option<Span> = None;
        for (wanted, span) in places {
            let clauses = self.within(&span);
            let beside = clauses.iter().find(|clause| !clause.counts());
            if clauses.is_empty() {
                continue;
            }
            if let (Some(beside), true) = (beside, must_count) {
                nearest_miss = Misquoted::Beside(beside.zone);
                continue;
            }
            if !is_telling(wanted) && clauses.iter().all(|clause| !is_all(clause, &span)) {
                nearest_miss = Misquoted::TooShort;
                continue;
            }
            let is_named = named.is_some_and(|named| clauses.contains(&named));
            if is_named || found.is_none() {
                found = Some(span);
            }
            if is_named || named.is_none() {
                break;
            }
        }
        let span = found.ok_or(nearest_miss)?;
        Ok(Quotation {
            text: redact::masked(quoted, &self.token),
            at: self.at(&span),
        })
    }

    /// The clauses that reach into a stretch of the source. Some stand within others: code below an
    /// item is read with it and by itself.
    fn within(&self, span: &Span) -> Vec<&Clause> {
        let first = self.reach.partition_point(|reach| *reach <= span.start);
        self.clauses[first..]
            .iter()
            .take_while(|clause| clause.span.start < span.end)
            .filter(|clause| clause.span.end > span.start)
            .collect()
    }

    fn at(&self, span: &Span) -> Reference {
        let place = self.plan.place(span);
        Reference::Place {
            path: self.path.clone(),
            line: place.line,
            column: place.column,
            end_line: place.end_line,
            end_column: place.end_column,
            start: span.start,
            end: span.end,
        }
    }
}

fn is_telling(quotation: &str) -> bool {
    quotation.chars().filter(|c| c.is_alphanumeric()).count() >= FEWEST
}

fn is_all(clause: &Clause, span: &Span) -> bool {
    span.start <= clause.span.start && clause.span.end <= span.end
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "# Tasks\n\n## Goal\nCompare s3cret schedules.\n\n## Planning Notes\n\
        - Codebase findings: each run records its seed already.\n- Protocol: every run records\n  its seed. Go.\n\n\
        ## Phase 1 - Look\n- [ ] [P1-T1] Read <!-- all of it --> the code | deliverable: a.md | \
        done-when: 3 lines\n";

    fn document() -> Document {
        Document::new(Plan::parse(PLAN), "tasks.md", "s3cret")
    }

    fn line_of(quoted: Result<Quotation, Misquoted>) -> usize {
        match quoted.unwrap().at {
            Reference::Place { line, .. } => line,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn clauses_are_numbered_and_keep_the_token_to_themselves() {
        let document = document();
        for (index, clause) in document.clauses.iter().enumerate() {
            assert_eq!(clause.number, index + 1);
            assert!(!clause.text.contains("s3cret"), "{clause:?}");
        }
        let task = document.clauses.iter().find(|c| c.zone == Zone::TaskText);
        assert_eq!(task.unwrap().text, "Read the code");
    }

    #[test]
    fn a_quotation_is_found_across_lines_comments_and_sentences() {
        let document = document();
        let quote = |text: &str| document.quote(text, None, true);
        assert_eq!(line_of(quote("every run  records its\nseed")), 8);
        assert_eq!(line_of(quote("Read the code")), 12);
        assert_eq!(line_of(quote("records its seed. Go")), 8);
        let Reference::Place { start, end, .. } = quote("its seed. Go.").unwrap().at else {
            panic!()
        };
        assert_eq!(&PLAN[start..end], "its seed. Go.");
    }

    #[test]
    fn what_stands_in_the_tokens_place_may_stand_in_the_plan() {
        let plan = "# Tasks\n\n## Planning Notes\n- Protocol: every request has (the token) in it.\n\
            - Protocol: s3cret is sent with every request.\n";
        for token in ["", "s3cret"] {
            let document = Document::new(Plan::parse(plan), "tasks.md", token);
            for (clause, line) in [("has (the token) in it", 4), ("is sent with every", 5)] {
                let mut clauses = document.clauses.iter();
                let own = clauses.find(|own| own.text.contains(clause)).unwrap();
                let quoted = document.quote(&own.text, Some(own.number), true);
                assert_eq!(line_of(quoted), line, "{token}: {own:?}");
            }
        }
    }

    #[test]
    fn what_is_invented_short_or_beside_the_point_is_none() {
        let document = document();
        let quote = |text: &str| document.quote(text, None, true).unwrap_err();
        assert_eq!(quote("every run records its commit"), Misquoted::Nowhere);
        assert_eq!(quote(" \n"), Misquoted::Missing);
        assert_eq!(quote("Rea"), Misquoted::TooShort);
        assert_eq!(quote("all of it"), Misquoted::Nowhere);
        assert_eq!(quote("each run records"), Misquoted::Beside(Zone::Finding));
        assert_eq!(
            quote("(the token) schedules"),
            Misquoted::Beside(Zone::Goal)
        );
        let whole = document.quote("Go", None, true);
        assert_eq!(line_of(whole), 9);
        let anywhere = document.quote("each run records", None, false);
        assert_eq!(line_of(anywhere), 7);
    }

    #[test]
    fn the_named_clause_decides_where_a_quotation_stands_several_times() {
        let document = document();
        let number = |text: &str| {
            let mut clauses = document.clauses.iter();
            clauses.find(|c| c.text.contains(text)).unwrap().number
        };
        let quote = |clause| document.quote("run records its seed", clause, false);
        assert!(PLAN.matches("run records").count() == 2);
        let both = |clause| document.quote("run records", clause, false);
        assert_eq!(line_of(both(None)), 7);
        assert_eq!(line_of(both(Some(number("every run")))), 8);
        assert_eq!(line_of(quote(Some(number("every run")))), 8);
        assert_eq!(both(Some(99)).unwrap_err(), Misquoted::NoClause(99));
        // A wrong number takes nothing from a quotation that stands.
        assert_eq!(line_of(both(Some(number("Read")))), 7);
    }

    #[test]
    fn every_clause_of_every_plan_can_be_quoted() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/plans");
        let mut quoted = 0;
        for folder in [folder.to_owned(), format!("{folder}/tricky")] {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_none_or(|extension| extension != "md") {
                    continue;
                }
                let source = std::fs::read_to_string(&path).unwrap();
                let document = Document::new(Plan::parse(&source), "tasks.md", "");
                for clause in &document.clauses {
                    let told = document.quote(&clause.text, Some(clause.number), true);
                    let place = told.as_ref().map(|quotation| &quotation.at);
                    let is_there = place.is_ok_and(|place| match place {
                        Reference::Place { start, .. } => *start == clause.span.start,
                        _ => false,
                    });
                    // Titles and the like may stand elsewhere, too, where they count.
                    let expected = is_there == clause.counts();
                    assert!(expected, "{}: {clause:?}: {told:?}", path.display());
                    quoted += usize::from(clause.counts());
                }
            }
        }
        assert!(quoted > 1000, "{quoted}");
    }
}
