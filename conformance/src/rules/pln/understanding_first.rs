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
use crate::rules::{Check, Level, Rule, condition, words};
use crate::verdict::Verdict;

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
    if !words::is_english(facts.plan) {
        return Verdict::not_applicable("the tasks are in a language whose words are not known");
    }
    let first_experiment = facts.plan.tasks().find(|task| words::is_experiment(task));
    let end = first_experiment.map_or(usize::MAX, |task| task.index);
    let understanding = facts
        .plan
        .tasks()
        .take_while(|task| task.index < end)
        .find(|task| words::has(&words::text_of(task), words::UNDERSTANDING));
    match (understanding, first_experiment) {
        (Some(task), _) => Verdict::Pass(vec![facts.at_task(task)]),
        (None, None) => Verdict::not_applicable("no task is known to start an experiment"),
        (None, Some(task)) => Verdict::Fail(vec![facts.finding(
            format!(
                "{} starts an experiment, and no task before it looks into the code",
                task.name()
            ),
            &task.first_line,
        )]),
    }
}
