//! # PLN005 phase-size (MUST)
//!
//! Each phase has two to six tasks.
//!
//! A phase of one task is no phase, and a long one hides the order of work.
//!
//! Prompt: "4 to 6 phases, each with 2 to 6 tasks"
//!
//! Conforming: a phase with three task lines
//!
//! Violating: a phase with one task, or seven
//!
//! ```told
//! told = ["phase|phases ..5 #number|#count ?to ?or ?and ?#number ?#count tasks"]
//! ```

use crate::facts::{PlanFacts, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN005",
    slug: "phase-size",
    level: Level::Must,
    summary: "each phase has 2 to 6 tasks",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("phase_size.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let plan = facts.plan;
    if plan.phases.is_empty() {
        return Verdict::not_applicable("the plan has no phases, see PLN004");
    }
    let findings = plan
        .phases
        .iter()
        .filter_map(|phase| {
            let tasks = plan.tasks_of(phase);
            // Remarks among the tasks are told elsewhere: they neither fill nor crowd a phase.
            let marked = tasks.iter().filter(|task| task.is_marked()).count();
            let problem = if tasks.len() < 2 {
                "at least 2"
            } else if marked > 6 {
                "at most 6"
            } else {
                return None;
            };
            let count = if marked > 6 { marked } else { tasks.len() };
            let message = format!("the phase has {count} tasks; it must have {problem}");
            Some(facts.finding(message, &phase.heading))
        })
        .collect();
    let shown = plan.phases.iter().map(|phase| facts.at(&phase.heading));
    Verdict::from_findings(findings, shown.collect())
}
