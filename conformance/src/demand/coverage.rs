//! Which sentence of a plan meets which demand.
//!
//! A row is made from the verdict of the demand's rule, so that the table never says anything else than
//! the findings do.

use std::collections::BTreeSet;

use super::table::demands;
use crate::facts::{PlanFacts, Span, Task};
use crate::prose::Zone;
use crate::verdict::{Reference, Verdict, brief};

/// Rules about plans that read prose in ways of their own, besides those of the table of demands.
const OTHERS: [&str; 21] = [
    "ANA002", "ANA004", "FLW006", "FLW007", "LAY001", "PBK002", "PBK003", "PBK004", "PLN003",
    "PLN011", "PLN012", "PLN014", "PLN017", "PLN018", "PLN020", "REF001", "REF002", "REF003",
    "REF004", "REF005", "REF006",
];

/// Whether a rule about plans reads prose, so that it has a row.
pub fn reads_prose(code: &str) -> bool {
    OTHERS.contains(&code) || demands().iter().any(|demand| demand.code == code)
}

/// How a plan stands to a demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is met.
    Met,
    /// A fair reader could not be sure.
    Doubtful,
    /// It is not met.
    Violated,
    /// It is not asked of this plan.
    NotAsked,
}

impl State {
    /// All of them, in the order in which counts are told.
    pub const ALL: [Self; 4] = [Self::Met, Self::Doubtful, Self::Violated, Self::NotAsked];

    /// What reports call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Doubtful => "doubtful",
            Self::Violated => "violated",
            Self::NotAsked => "not asked",
        }
    }
}

/// A demand with what a plan says on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The code of the rule.
    pub code: &'static str,
    /// What is asked.
    pub asks: String,
    /// How the plan stands to it.
    pub state: State,
    /// The sentences that show it, or come nearest; none where the plan as a whole does.
    pub passages: Vec<Passage>,
    /// What is wrong, what would have to be answered, or why it is not asked.
    pub remark: Option<String>,
}

/// A stretch of a plan, and what it is part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Where it stands.
    pub span: Span,
    /// Its first line, counted from 1.
    pub line: usize,
    /// The zone, where a word of it is read.
    pub zone: Option<Zone>,
    /// What messages call its task.
    pub task: Option<String>,
    /// Its text from its first word, without line breaks.
    pub text: String,
}

impl Row {
    /// What a rule's verdict says on what it asks.
    pub fn of(facts: &PlanFacts<'_>, code: &'static str, asks: &str, verdict: &Verdict) -> Self {
        let (state, remark, places) = match verdict {
            Verdict::Pass(places) => (State::Met, None, places.iter().collect()),
            Verdict::Fail(findings) => {
                let messages = findings.iter().map(|finding| finding.message.as_str());
                let places = findings.iter().flat_map(|finding| &finding.evidence);
                (State::Violated, joined(messages), places.collect())
            }
            Verdict::Doubtful(doubts) => {
                let questions = doubts.iter().map(|doubt| doubt.question.as_str());
                let places = doubts
                    .iter()
                    .flat_map(|doubt| doubt.nearest.iter().map(|n| &n.at).chain(&doubt.evidence));
                (State::Doubtful, joined(questions), places.collect())
            }
            Verdict::NotApplicable(reason)
            | Verdict::NotLookedAt(reason)
            | Verdict::Untestable(reason) => return Self::not_asked(code, asks, reason),
        };
        Self {
            code,
            asks: asks.to_owned(),
            state,
            passages: passages(facts, places),
            remark,
        }
    }

    /// What is not asked, and why.
    pub fn not_asked(code: &'static str, asks: &str, reason: &str) -> Self {
        Self {
            code,
            asks: asks.to_owned(),
            state: State::NotAsked,
            passages: Vec::new(),
            remark: Some(reason.to_owned()),
        }
    }
}

impl Passage {
    pub(super) fn of(facts: &PlanFacts<'_>, span: Span) -> Self {
        let prose = &facts.reading.prose;
        let first = prose
            .sentences
            .partition_point(|sentence| sentence.span.end <= span.start);
        let sentence = prose.sentences.get(first);
        let sentence = sentence.filter(|sentence| sentence.span.start < span.end);
        let segment = sentence.and_then(|sentence| prose.segments.get(sentence.segment));
        let first_word = sentence.map_or(span.start, |s| s.span.start.max(span.start));
        let task = segment.and_then(|segment| facts.plan.tasks().nth(segment.task?));
        Self {
            line: facts.plan.place(&span).line,
            zone: segment.map(|segment| segment.zone),
            task: task.map(Task::name),
            text: brief::text(facts.plan.text(&(first_word..span.end))),
            span,
        }
    }

    /// What it is part of.
    pub fn zone_word(&self) -> &'static str {
        match self.zone {
            // Headings of sections are read like the document's title.
            None | Some(Zone::Title) => "heading",
            Some(zone) => zone.word(),
        }
    }
}

/// The stretches that are meant, each once.
fn passages(facts: &PlanFacts<'_>, places: Vec<&Reference>) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::new();
    let mut seen = BTreeSet::new();
    for place in places {
        let Reference::Place { start, end, .. } = place else {
            continue;
        };
        if seen.insert((*start, *end)) {
            passages.push(Passage::of(facts, *start..*end));
        }
    }
    passages
}

/// All that is said, each once.
fn joined<'t>(texts: impl Iterator<Item = &'t str>) -> Option<String> {
    let mut seen = BTreeSet::new();
    let different: Vec<&str> = texts.filter(|text| seen.insert(*text)).collect();
    (!different.is_empty()).then(|| different.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Plan, PlanContext, Reading};
    use crate::rules;

    #[test]
    fn a_passage_is_part_of_what_begins_in_it() {
        let source = "## Phase 1 - A\n- [ ] [P1-T1] Read a.py\n- [ ] [P1-T2] Write b.py\n";
        let plan = Plan::parse(source);
        let facts = PlanFacts {
            plan: &plan,
            reading: &Reading::of(&plan),
            context: &PlanContext::default(),
            tree: None,
            file: "tasks.md",
        };
        let at = |text: &str| {
            let start = source.find(text).unwrap();
            Passage::of(&facts, start..start + text.len())
        };
        let written = at("Write b.py");
        assert_eq!(written.task.as_deref(), Some("P1-T2"));
        assert_eq!(written.zone, Some(Zone::TaskText));
        assert_eq!((written.line, written.text.as_str()), (3, "Write b.py"));
        assert_eq!(written.zone_word(), "task");
        assert_eq!(at("## Phase 1 - A").zone_word(), "phase heading");
        // What ends where a sentence begins has nothing of it.
        assert_eq!(at("- [ ] [P1-T2] ").zone, None);
        assert_eq!(at("\n- [ ] [P1-T2] ").task, None);
    }

    #[test]
    fn every_rule_that_names_a_topic_has_a_row() {
        for rule in rules::all() {
            let reads = ["Topic::", "demand::", "reflections::", "Check::Demand"]
                .iter()
                .any(|sign| rule.source_text.contains(sign));
            if reads && rule.sees_plan_only() {
                assert!(reads_prose(rule.code), "OTHERS lacks {}", rule.code);
            }
            assert!(!rule.code.starts_with("PRE") || !reads_prose(rule.code));
        }
        for code in OTHERS {
            assert!(rules::find(code).is_some(), "{code}");
        }
    }
}
