//! # PLN006 task-total (SHOULD)
//!
//! The plan has ten to twenty-five tasks altogether.
//!
//! Fewer say too little for many iterations, more are never finished.
//!
//! Prompt: "preferably 10 to 25 tasks altogether"
//!
//! Conforming: five phases with three tasks each
//!
//! Violating: four phases with two tasks each
//!
//! ```told
//! told = [
//!     "#number|#count ..1 total|overall tasks",
//!     "#number|#count tasks ..2 total|altogether|overall|all",
//!     "total ..4 #number|#count ..2 tasks",
//! ]
//! ```

use crate::facts::{Phase, PlanFacts, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN006",
    slug: "task-total",
    level: Level::Should,
    summary: "the plan has 10 to 25 tasks",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("task_total.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let tasks: Vec<_> = facts.plan.tasks().filter(|task| task.is_marked()).collect();
    let is_fit = |phase: &Phase| (2..=6).contains(&phase.tasks.len());
    if !(4..=6).contains(&facts.plan.phases.len()) || !facts.plan.phases.iter().all(is_fit) {
        return Verdict::not_applicable(
            "number and size of the phases are wrong already, see PLN004 and PLN005",
        );
    }
    let count = tasks.len();
    if (10..=25).contains(&count) {
        return Verdict::Pass(tasks.iter().map(|task| facts.at_task(task)).collect());
    }
    let shown = tasks.get(25).or(tasks.last());
    let place = shown.map_or(facts.whole(), |task| facts.at_task(task));
    Verdict::fail(
        format!("the plan has {count} tasks; 10 to 25 are preferred"),
        vec![place],
    )
}
