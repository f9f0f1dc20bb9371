//! Which demands a template tells, and where.

use std::collections::BTreeSet;
use std::ops::Range;

use super::page::Page;
use super::sign::{Row, Sign};
use super::table::{Table, table};
use super::{Template, placeholder};
use crate::case::Kind;
use crate::prose::{Polarity, Sighting, Strength, Topic};
use crate::rules::{self, Rule, Scope};

/// Whether a template tells the demand of a rule.
#[derive(Debug, Clone)]
pub struct Telling {
    /// The rule.
    pub rule: &'static Rule,
    /// Whether and where.
    pub told: Told,
}

/// Whether something is told, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It is.
    Here {
        /// The line of the template's file, counted from 1.
        line: usize,
        /// What is said there.
        text: String,
    },
    /// It need not be, and why.
    Granted(&'static str),
    /// It is not.
    Nowhere,
}

impl Told {
    /// Whether nobody can be held to it.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Nowhere)
    }
}

/// What a template for cases of this kind tells, in the order of the catalogue.
pub fn tellings(template: &Template, kind: Kind) -> Vec<Telling> {
    let table = table();
    let reader = Reader::new(template, table);
    rules::catalogue()
        // What a campaign is judged by is told by the prompt of its later iterations.
        .filter(|rule| match rule.scope() {
            Scope::Campaign => kind == Kind::Execution,
            scope => scope.excludes(kind).is_none(),
        })
        .map(|rule| Telling {
            rule,
            told: table
                .rows
                .get(rule.code)
                .map_or(Told::Nowhere, |row| reader.told(row)),
        })
        .collect()
}

/// Longest stretch of a sentence that is shown, in bytes.
const LONGEST: usize = 160;

/// What is heeded of a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heed {
    /// Whether what it says is affirmed.
    Polarity,
    /// That it is there.
    Nothing,
}

/// A template and what was found in it.
struct Reader<'t> {
    template: &'t Template,
    page: Page,
    /// Where each of the table's patterns was found.
    sightings: Vec<Vec<Sighting>>,
}

impl<'t> Reader<'t> {
    fn new(template: &'t Template, table: &'static Table) -> Self {
        let page = Page::read(template.text());
        let mut sightings: Vec<Vec<Sighting>> = Vec::new();
        for sighting in table.signs.find(&page.prose) {
            let sign = sighting.sign;
            if sightings.len() <= sign {
                sightings.resize(sign + 1, Vec::new());
            }
            sightings[sign].push(sighting);
        }
        Self {
            template,
            page,
            sightings,
        }
    }

    fn told(&self, row: &'static Row) -> Told {
        if let Some(reason) = &row.granted {
            return Told::Granted(reason);
        }
        let told = row.told.iter();
        let mut told: Vec<usize> = told
            .flat_map(|sign| self.places(sign, Heed::Polarity))
            .collect();
        told.sort_unstable();
        let under = row.under.iter();
        let under: BTreeSet<usize> = under
            .flat_map(|sign| self.places(sign, Heed::Nothing))
            .filter_map(|at| self.page.segment_at(at))
            .collect();
        let under = self.page.stand_under(&under);
        let stands_right = |at: &usize| {
            let own = self.page.segment_at(*at);
            row.under.is_empty() || own.is_some_and(|own| under.get(own) == Some(&true))
        };
        match told.into_iter().find(stands_right) {
            None => Told::Nowhere,
            Some(at) => Told::Here {
                line: self.template.line(at),
                text: self.shown(at),
            },
        }
    }

    /// The bytes at which a sign stands.
    fn places(&self, sign: &Sign, heed: Heed) -> Vec<usize> {
        let text = self.template.text();
        match sign {
            Sign::Pattern {
                number, is_denied, ..
            } => {
                let found = self.sightings.get(*number).map_or(&[][..], Vec::as_slice);
                let says = |polarity| match (heed, polarity) {
                    (Heed::Nothing, _) => true,
                    (Heed::Polarity, Polarity::Denied) => *is_denied,
                    (Heed::Polarity, Polarity::Affirmed) => !*is_denied,
                    (Heed::Polarity, Polarity::Hedged) => false,
                };
                let found = found.iter().filter(|sighting| says(sighting.polarity));
                found
                    .filter_map(|sighting| self.start_of(sighting.tokens.start))
                    .collect()
            }
            Sign::Topics(topics) => self.of_topics(topics),
            Sign::Line(line) => lines(text)
                .filter(|(_, own)| own == line)
                .map(|(at, _)| at)
                .collect(),
            Sign::Text(wanted) => text
                .match_indices(wanted)
                .map(|(at, _)| at)
                .filter(|at| heed == Heed::Nothing || !self.is_denied(*at..at + wanted.len()))
                .collect(),
            Sign::Placeholder(name) => placeholder::find(text)
                .filter(|found| found.inner == name)
                .map(|found| found.span.start)
                .collect(),
        }
    }

    /// Where one of these topics is affirmed, in a sentence that affirms them all.
    fn of_topics(&self, topics: &[Topic]) -> Vec<usize> {
        let Some((first, others)) = topics.split_first() else {
            return Vec::new();
        };
        let prose = &self.page.prose;
        let stands_with = |sentence: usize, topic: &Topic| {
            prose
                .hits_of(sentence)
                .iter()
                .any(|hit| hit.is_said(*topic))
        };
        let said = prose.hits.iter().filter(|hit| {
            hit.topic == *first
                && hit.strength == Strength::Strong
                && hit.polarity == Polarity::Affirmed
                && others.iter().all(|topic| stands_with(hit.sentence, topic))
        });
        said.filter_map(|hit| self.start_of(hit.tokens.start))
            .collect()
    }

    fn is_denied(&self, span: Range<usize>) -> bool {
        let prose = &self.page.prose;
        let mut tokens = prose.tokens_in(&span);
        tokens.next().is_some_and(|first| prose.is_denied(first))
    }

    fn start_of(&self, token: usize) -> Option<usize> {
        Some(self.page.prose.tokens.get(token)?.span.start)
    }

    /// The sentence that a byte stands in, or as much of it as can be shown.
    fn shown(&self, at: usize) -> String {
        let text = self.template.text();
        let sentences = &self.page.prose.sentences;
        let behind = sentences.partition_point(|sentence| sentence.span.start <= at);
        let sentence = behind.checked_sub(1).and_then(|index| sentences.get(index));
        let span = match sentence.map(|sentence| &sentence.span) {
            Some(span) if span.contains(&at) => span.clone(),
            _ => {
                at..text[at..]
                    .find('\n')
                    .map_or(text.len(), |length| at + length)
            }
        };
        let from = if span.len() > LONGEST {
            span.start.max(at.saturating_sub(LONGEST / 4))
        } else {
            span.start
        };
        let from = text.floor_char_boundary(from);
        let to = text.floor_char_boundary(span.end.min(from + LONGEST));
        let words: Vec<&str> = text[from..to].split_whitespace().collect();
        let ahead = if from > span.start { "..." } else { "" };
        let rest = if to < span.end { "..." } else { "" };
        format!("{ahead}{}{rest}", words.join(" "))
    }
}

/// The lines of a text without blank space at their ends, and where they begin.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        let bare = line.trim();
        (start + (line.len() - line.trim_start().len()), bare)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(code: &str, text: &str) -> bool {
        let kind = rules::find(code).unwrap().scope().told_in();
        let mut tellings = tellings(&Template::from(text), kind).into_iter();
        let own = tellings.find(|telling| telling.rule.code == code).unwrap();
        !own.told.is_missing()
    }

    /// Of these templates those by which the demand is told, or not told.
    fn those<'t>(is_told: bool, pairs: &[(&str, &'t str)]) -> Vec<&'t str> {
        let fitting = pairs
            .iter()
            .filter(|(code, text)| told(code, text) == is_told);
        fitting.map(|(_, text)| *text).collect()
    }

    #[test]
    fn templates_tell_what_a_reader_takes_from_them() {
        let pairs = [
            ("PRE001", "Make sure that GET {{server_url}}/docs answers."),
            (
                "PRE005",
                "Before planning:\n- GET {{server_url}}/wild/v2/system-health\n",
            ),
            ("ABT001", "If a probe fails, stop."),
            ("ABT003", "When you abort, create no runs."),
            ("INI001", "Do not create any run now."),
            ("INI002", "Create no sweep in this iteration."),
            ("OUT001", "Save the plan at {{tasks_path}}."),
            ("OUT006", "Work without asking anybody."),
            (
                "LAY003",
                "Every command redirects stdout and stderr to a log.",
            ),
            ("PLN004", "There are four to six phases."),
            ("PLN005", "Each phase has 2-6 tasks."),
            ("REF001", "Plan a halfway reflection."),
            ("REF005", "A reflection:\n- says when to add follow-ups\n"),
            ("FLW005", "Every combination gets its own run."),
            ("FLW006", "Never run training scripts directly."),
            ("FLW010", "Start several runs in the same iteration."),
            ("TRK011", "Wait five seconds between two polls."),
            ("TRK018", "Always print a <summary>."),
            ("SEC002", "The token must never be written down."),
        ];
        assert_eq!(those(false, &pairs), [""; 0]);
    }

    #[test]
    fn templates_do_not_tell_what_they_merely_touch_or_deny() {
        let pairs = [
            ("PRE001", "There is more to read under {{server_url}}/docs."),
            (
                "PRE005",
                "Capacity: GET {{server_url}}/wild/v2/system-health",
            ),
            ("ABT001", "A failed run is repeated."),
            ("ABT003", "Create sweeps and runs. If one fails, abort."),
            ("INI001", "Create runs with POST {{server_url}}/runs."),
            (
                "OUT001",
                "Otherwise write an abort checklist to {{tasks_path}}.",
            ),
            ("OUT002", "Do not output <plan>."),
            (
                "OUT005",
                "When all is done, output <promise>DONE</promise>.",
            ),
            ("PLN002", "## Goal\n{{goal}}\n"),
            ("PLN004", "Plan in phases."),
            (
                "REF001",
                "Out of scope: reflections, be they at the midpoint or at the end.",
            ),
            ("REF004", "Collect evidence."),
            ("ANA003", "No ablation is needed."),
            ("ANA003", "Optional: an ablation."),
            ("FLW001", "Never send POST {{server_url}}/sweeps/wild."),
            ("FLW006", "Do not run full experiments in iteration 0."),
            ("TRK017", "If a probe fails, print <promise>DONE</promise>."),
        ];
        assert_eq!(those(true, &pairs), [""; 0]);
    }

    #[test]
    fn an_empty_template_tells_nothing_but_what_goes_without_saying() {
        for kind in [Kind::Planning, Kind::Execution] {
            for telling in tellings(&Template::from(""), kind) {
                assert!(
                    matches!(telling.told, Told::Nowhere | Told::Granted(_)),
                    "{}",
                    telling.rule.code
                );
            }
        }
    }
}
