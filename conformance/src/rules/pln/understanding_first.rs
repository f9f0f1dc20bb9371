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
//!
//! ```told
//! told = ["before|prior|first ..4 experiment*"]
//! under = ["understand*|understood|refactor*"]
//! ```

use crate::demand::{self, Stand};
use crate::facts::{PlanFacts, Source, Task};
use crate::prose::{Topic, Zone};
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN020",
    slug: "understanding-first",
    level: Level::Should,
    summary: "code is understood before the first experiment",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("understanding_first.rs"),
    check: Check::Tasks(Matters::WithExperiments, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let first_experiment = facts.tasks().find(|(_, reading)| reading.is_experiment());
    let end = first_experiment.map_or(usize::MAX, |(task, _)| task.index);
    let before: Vec<&Task> = facts
        .plan
        .tasks()
        .take_while(|task| task.index < end)
        .collect();
    let understands = |task: &&&Task| {
        let reading = facts.reading.task(task);
        reading.text.has(Topic::Understanding) || reading.phase.has(Topic::Understanding)
    };
    if let Some(task) = before.iter().find(understands) {
        return Verdict::Pass(vec![facts.at_task(task)]);
    }
    let Some((experiment, starts)) = first_experiment else {
        return Verdict::not_applicable("no task is known to start an experiment");
    };
    // A task that speaks of looking at anything may be about the code.
    let possible = before
        .iter()
        .find(|task| facts.reading.task(task).touched.has(Topic::Understanding));
    match possible {
        None if facts.reading.is_english && starts.is_surely_experiment() => {
            Verdict::Fail(vec![facts.finding(
                format!(
                    "{} starts an experiment, and no task before it looks into the code",
                    experiment.name()
                ),
                &experiment.first_line,
            )])
        }
        task => {
            let stand = task.map(|task| Stand {
                span: task.first_line.clone(),
                zone: Zone::TaskText,
                task: Some(task.index),
            });
            let question = "Does a task look into the code before the first experiment starts?";
            Verdict::Doubtful(vec![demand::doubt(facts, question, stand.as_ref())])
        }
    }
}
