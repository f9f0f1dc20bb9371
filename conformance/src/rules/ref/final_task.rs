//! # REF002 final-task (MUST)
//!
//! Some task is a final reflection, and no task follows it.
//!
//! The last word of a plan decides whether the work goes on.
//!
//! Prompt: "a final reflection, the very last task of the plan"
//!
//! Conforming: the last task is `[P5-T2] Final reflection: inspect all tables`, and so on
//!
//! Violating: a plan that ends with its report, or with a task behind the final reflection

use crate::facts::{PlanFacts, Source};
use crate::rules::{Check, Level, Rule, condition, purpose::Gates};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "REF002",
    slug: "final-task",
    level: Level::Must,
    summary: "the last task is a final reflection",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("final_task.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    if let Some(verdict) = condition::unless_tasks(facts) {
        return verdict;
    }
    let gates = Gates::of(facts);
    let Some(reflection) = gates.finals.last() else {
        if !facts.reading.is_english {
            return condition::unknown_language();
        }
        return Verdict::fail(
            "no task is a final reflection; make it the last task",
            vec![facts.whole()],
        );
    };
    let behind = facts
        .plan
        .tasks()
        .nth(reflection.index + 1)
        .filter(|task| task.is_marked());
    match behind {
        None => Verdict::Pass(vec![facts.at_task(reflection)]),
        Some(task) => Verdict::Fail(vec![facts.finding(
            format!(
                "{} follows the final reflection {}, which must be the last task",
                task.name(),
                reflection.name()
            ),
            &task.first_line,
        )]),
    }
}
