//! # FLW007 evo-sweep-task (MUST)
//!
//! Where evolutionary mode is on, some task is an evo sweep with a fitness metric and a search
//! space. Where it is off, no task relies on `<evo_sweep>`.
//!
//! The server only carries out what its mode allows.
//!
//! Prompt: "Then one task of the plan is an evo sweep, and it names its fitness metric and its
//! search space. Otherwise the mode is off, and the plan must not rely on `<evo_sweep>`."
//!
//! Conforming: `Evo sweep: fitness is validation loss, search space lr in 1e-4 to 1e-2`
//!
//! Violating: an `<evo_sweep>` block in a plan for a server with the mode off

use crate::facts::{PlanFacts, Source, Task, TaskReading};
use crate::rules::{Check, Level, Rule, condition};
use crate::verdict::Verdict;
use crate::vocabulary::{Topic, Topics};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "FLW007",
    slug: "evo-sweep-task",
    level: Level::Must,
    summary: "an evo sweep is planned exactly where the mode is on",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("evo_sweep_task.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let unasked = condition::unless_experiments(facts).or_else(|| condition::unless_tasks(facts));
    if let Some(verdict) = unasked {
        return verdict;
    }
    match facts.context.evo_sweep {
        None => Verdict::not_applicable("whether evolutionary mode is on is not known"),
        Some(true) => wanted(facts),
        Some(false) => unwanted(facts),
    }
}

fn wanted(facts: &PlanFacts<'_>) -> Verdict {
    let evo = |(_, reading): &(&Task, &TaskReading)| reading.all.has(Topic::EvoSweep);
    let Some((first, _)) = facts.tasks().find(evo) else {
        return Verdict::fail(
            "evolutionary mode is on, and no task is an evo sweep; plan one with fitness metric and \
             search space",
            vec![facts.whole()],
        );
    };
    let lacking = |reading: &TaskReading| {
        let mut lacking = Vec::new();
        if !reading.all.has(Topic::Fitness) {
            lacking.push("a fitness metric");
        }
        if !reading.all.has(Topic::SearchSpace) {
            lacking.push("a search space");
        }
        lacking
    };
    let best = facts
        .tasks()
        .filter(evo)
        .min_by_key(|(_, reading)| lacking(reading).len());
    match best {
        Some((task, reading)) if !lacking(reading).is_empty() => {
            Verdict::Fail(vec![facts.finding(
                format!(
                    "the evo sweep of {} names not {}",
                    task.name(),
                    lacking(reading).join(" and ")
                ),
                &task.first_line,
            )])
        }
        _ => Verdict::Pass(vec![facts.at_task(first)]),
    }
}

fn unwanted(facts: &PlanFacts<'_>) -> Verdict {
    let relying = facts.plan.tasks().find(|task| {
        task.full_text().contains("<evo_sweep")
            && !Topics::of(task.full_text()).has(Topic::Negation)
    });
    match relying {
        None => Verdict::Pass(vec![facts.whole()]),
        Some(task) => Verdict::Fail(vec![facts.finding(
            format!(
                "{} relies on `<evo_sweep>`, and evolutionary mode is off",
                task.name()
            ),
            &task.first_line,
        )]),
    }
}
