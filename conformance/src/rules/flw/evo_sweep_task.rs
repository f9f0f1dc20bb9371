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
//!
//! ```told
//! told = ["placeholder: evo_sweep_section", "evo sweep*", "evolution*"]
//! ```

use crate::demand::{self, Stand};
use crate::facts::{PlanFacts, Source, Task, TaskReading};
use crate::prose::{Polarity, Strength, Topic, Topics};
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "FLW007",
    slug: "evo-sweep-task",
    level: Level::Must,
    summary: "an evo sweep is planned exactly where the mode is on",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("evo_sweep_task.rs"),
    check: Check::Tasks(Matters::WithRuns, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    match facts.context.evo_sweep {
        None => Verdict::not_applicable("whether evolutionary mode is on is not known"),
        Some(true) => wanted(facts),
        Some(false) => unwanted(facts),
    }
}

fn wanted(facts: &PlanFacts<'_>) -> Verdict {
    let evo: Vec<(&Task, &TaskReading)> = facts
        .tasks()
        .filter(|(_, reading)| reading.all.has(Topic::EvoSweep))
        .collect();
    let Some((first, _)) = evo.first() else {
        let touched = facts.tasks().find(|(_, r)| r.touched.has(Topic::EvoSweep));
        return match touched {
            Some((task, _)) => ask(facts, task),
            None => Verdict::fail(
                "evolutionary mode is on, and no task is an evo sweep; plan one with fitness metric \
                 and search space",
                vec![facts.whole()],
            ),
        };
    };
    // What the sweep needs may be said by one task for the others, or by a standing rule.
    let standing = standing(facts);
    let lacks = |topic: Topic| {
        !standing.has(topic) && evo.iter().all(|(_, reading)| !reading.all.has(topic))
    };
    let lacking: Vec<&str> = [
        (Topic::Fitness, "a fitness metric"),
        (Topic::SearchSpace, "a search space"),
    ]
    .into_iter()
    .filter(|(topic, _)| lacks(*topic))
    .map(|(_, name)| name)
    .collect();
    if lacking.is_empty() {
        return Verdict::Pass(evo.iter().map(|(task, _)| facts.at_task(task)).collect());
    }
    let is_touched = |topic: Topic| evo.iter().any(|(_, reading)| reading.touched.has(topic));
    if is_touched(Topic::Fitness) && is_touched(Topic::SearchSpace) {
        return ask(facts, first);
    }
    Verdict::Fail(vec![facts.finding(
        format!(
            "the evo sweep of {} does not name {}",
            first.name(),
            lacking.join(" and ")
        ),
        &first.first_line,
    )])
}

fn standing(facts: &PlanFacts<'_>) -> Topics {
    let mut topics = Topics::default();
    for topic in [Topic::Fitness, Topic::SearchSpace] {
        let mut hits = facts.reading.hits(topic);
        if hits.any(|hit| {
            hit.is_said(topic)
                && facts.reading.zone(hit).is_standing()
                && facts.reading.stands_with(hit, Topic::EvoSweep)
        }) {
            topics.insert(topic);
        }
    }
    topics
}

fn ask(facts: &PlanFacts<'_>, task: &Task) -> Verdict {
    let question = "Is one of the tasks an evo sweep with a fitness metric and a search space?";
    let stand = Stand {
        span: task.first_line.clone(),
        zone: crate::prose::Zone::TaskText,
        task: Some(task.index),
    };
    Verdict::Doubtful(vec![demand::doubt(facts, question, Some(&stand))])
}

fn unwanted(facts: &PlanFacts<'_>) -> Verdict {
    let relies = |task: &Task| {
        let hits = facts.reading.hits_of_task(task.index);
        hits.into_iter().any(|hit| {
            hit.topic == Topic::EvoSweep
                && hit.strength == Strength::Strong
                && hit.polarity == Polarity::Affirmed
                && (facts
                    .plan
                    .text(&facts.reading.sentence_span(hit))
                    .contains("evo_sweep"))
        })
    };
    match facts.plan.tasks().find(|task| relies(task)) {
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
