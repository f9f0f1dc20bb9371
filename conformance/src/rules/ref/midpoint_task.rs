//! # REF001 midpoint-task (MUST)
//!
//! Some task is a midpoint reflection. Midpoint, mid-run, half-way, and an interim or checkpoint
//! reflection, review or gate are all names of it.
//!
//! Without it a plan that went wrong early is carried out to its end.
//!
//! Prompt: "a midpoint reflection, placed after the tasks that bring the first baseline result and
//! the first result of the main method, or depending on both"
//!
//! Conforming: `[P3-T4] Midpoint reflection: inspect exp/results/baseline.csv`, and so on
//!
//! Violating: a plan whose only reflection is the last task
//!
//! ```told
//! told = ["topic: midpoint + reflection"]
//! ```

use crate::facts::{GateKind, PlanFacts, Source};
use crate::prose::Topic;
use crate::rules::{Check, Level, Matters, Rule, reflections};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "REF001",
    slug: "midpoint-task",
    level: Level::Must,
    summary: "a task is a midpoint reflection",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("midpoint_task.rs"),
    check: Check::Tasks(Matters::Always, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let wanted = reflections::Wanted {
        kind: GateKind::Midpoint,
        topic: Topic::Midpoint,
        question: "Is one of the tasks a reflection in the middle, after the first results?",
        missing: "no task is a midpoint reflection; plan one after the first results",
    };
    reflections::some_gate(facts, &wanted)
}
