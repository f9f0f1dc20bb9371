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
//!
//! ```told
//! told = ["topic: final + reflection"]
//! ```

use crate::facts::{GateKind, PlanFacts, Source};
use crate::prose::Topic;
use crate::rules::{Check, Level, Matters, Rule, reflections};
use crate::verdict::{Finding, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "REF002",
    slug: "final-task",
    level: Level::Must,
    summary: "the last task is a final reflection",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("final_task.rs"),
    check: Check::Tasks(Matters::Always, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let wanted = reflections::Wanted {
        kind: GateKind::Final,
        topic: Topic::Final,
        question: "Is one of the tasks a reflection at the end?",
        missing: "no task is a final reflection; make it the last task",
    };
    let verdict = reflections::some_gate(facts, &wanted);
    let last = reflections::of_kind(facts, GateKind::Final).last();
    match (verdict, last) {
        (Verdict::Pass(shown), Some((_, reflection))) => {
            let follows = facts.plan.tasks().skip(reflection.index + 1).find(|task| {
                task.is_marked() && !facts.plan.depends_transitively(reflection, task)
            });
            let findings: Vec<Finding> = follows
                .map(|task| {
                    let message = format!(
                        "{} follows the final reflection {}, which must be the last task",
                        task.name(),
                        reflection.name()
                    );
                    Finding::new(
                        message,
                        vec![facts.at_task(task), facts.at_task(reflection)],
                    )
                })
                .into_iter()
                .collect();
            Verdict::from_findings(findings, shown)
        }
        (verdict, _) => verdict,
    }
}
