//! # PLN020 understanding-first (SHOULD)
//!
//! A task for understanding or refactoring code comes before the first task that starts an
//! experiment.
//!
//! An experiment on code that nobody has read measures something else.
//!
//! Prompt: "These become tasks, and they come before the first experiment task."
//!
//! Conforming: `[P1-T1] Read scripts/train.py and note its options`
//!
//! Violating: the first task starts baseline runs

use crate::facts::{PlanFacts, Source};
use crate::rules::{Check, Level, Rule, condition};
use crate::verdict::Verdict;
use crate::vocabulary::Topic;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN020",
    slug: "understanding-first",
    level: Level::Should,
    summary: "code is understood before the first experiment",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("understanding_first.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let unasked = condition::unless_experiments(facts).or_else(|| condition::unless_tasks(facts));
    if let Some(verdict) = unasked {
        return verdict;
    }
    let first_experiment = facts.tasks().find(|(_, reading)| reading.is_experiment());
    let end = first_experiment.map_or(usize::MAX, |(task, _)| task.index);
    let understanding = facts
        .tasks()
        .take_while(|(task, _)| task.index < end)
        .find(|(_, reading)| reading.text.has(Topic::Understanding));
    match (understanding, first_experiment) {
        (Some((task, _)), _) => Verdict::Pass(vec![facts.at_task(task)]),
        (None, _) if !facts.reading.is_english => condition::unknown_language(),
        (None, None) => Verdict::not_applicable("no task is known to start an experiment"),
        (None, Some((task, _))) => Verdict::Fail(vec![facts.finding(
            format!(
                "{} starts an experiment, and no task before it looks into the code",
                task.name()
            ),
            &task.first_line,
        )]),
    }
}
