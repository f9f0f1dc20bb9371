//! # PLN017 baseline-and-proposed (MUST)
//!
//! Where the goal asks for experiments, some task is a baseline, and some task is the proposed or
//! main method. Signs of a baseline are words such as baseline, control run, reference
//! configuration, default or unmodified; of the method, proposed, main method, candidate, variant,
//! treatment, or a task that starts runs which are not those of the baseline.
//!
//! Without something to compare with, no result means anything.
//!
//! Prompt: "Where the goal calls for experiments, plan both a baseline and the proposed or main
//! method."
//!
//! Conforming: a task for the baseline runs and a task for those of the method
//!
//! Violating: runs of the new method alone

use crate::facts::{PlanFacts, Source};
use crate::rules::{Check, Level, Rule, condition, purpose};
use crate::verdict::{Finding, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN017",
    slug: "baseline-and-proposed",
    level: Level::Must,
    summary: "baseline and proposed method are both planned",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("baseline_and_proposed.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let unasked = condition::unless_experiments(facts).or_else(|| condition::unless_tasks(facts));
    if let Some(verdict) = unasked {
        return verdict;
    }
    let baseline = facts
        .tasks()
        .find(|(_, reading)| purpose::is_baseline(reading));
    let proposed = facts
        .tasks()
        .find(|(_, reading)| purpose::is_proposed(reading));
    if !facts.reading.is_english && (baseline.is_none() || proposed.is_none()) {
        return condition::unknown_language();
    }
    let mut findings = Vec::new();
    for (task, what) in [
        (baseline, "a baseline"),
        (proposed, "the proposed or main method"),
    ] {
        if task.is_none() {
            findings.push(Finding::new(
                format!("no task is {what}; plan one"),
                vec![facts.whole()],
            ));
        }
    }
    let shown = baseline.into_iter().chain(proposed);
    Verdict::from_findings(
        findings,
        shown.map(|(task, _)| facts.at_task(task)).collect(),
    )
}
