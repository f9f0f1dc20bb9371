//! Tries what a demand says of its examples.

use super::Example;
use crate::demand::{Demand, State, Why};
use crate::facts::{Plan, PlanContext, PlanFacts, Reading};

/// By what each kind of example begins.
const SIGNS: [(&str, State); 3] = [
    ("+", State::Met),
    ("-", State::Violated),
    ("?", State::Doubtful),
];

/// An example as it is written: what is said of it, then a blank, then the text.
pub(super) fn parse(text: &str) -> Option<Example> {
    let (sign, text) = text.split_once(char::is_whitespace)?;
    let (_, expected) = SIGNS.iter().find(|(own, _)| *own == sign)?;
    Some(Example {
        expected: *expected,
        text: text.trim().to_owned(),
    })
}

impl Example {
    /// By what it begins.
    pub fn sign(&self) -> &'static str {
        let own = SIGNS.iter().find(|(_, state)| *state == self.expected);
        own.map_or("", |(sign, _)| sign)
    }

    /// What is said of it in place of what is expected, if so, and why.
    pub(super) fn refuted(&self, demand: &Demand) -> Option<(State, &'static str)> {
        let is_plan = self.text.starts_with('#');
        let source = if is_plan {
            self.text.clone()
        } else {
            format!(
                "# Tasks\n\n## Phase 1 - Work\n\n- [ ] [P1-T1] {}\n",
                self.text
            )
        };
        let plan = Plan::parse(&source);
        let mut reading = Reading::of(&plan);
        // A sentence alone is too short to show its language.
        reading.is_english |= !is_plan;
        let facts = PlanFacts {
            plan: &plan,
            reading: &reading,
            context: &PlanContext::default(),
            tree: None,
            file: "tasks.md",
        };
        let why = Why::of(&facts, demand);
        (why.state != self.expected).then_some((why.state, why.reason))
    }
}
