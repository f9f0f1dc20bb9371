//! # LAY004 manifest-task (MUST)
//!
//! Some task provides a run manifest that names command, seed, commit and timestamp of the run.
//!
//! Without any one of them a result cannot be repeated.
//!
//! Prompt: "a manifest for every run, with its command, its seed, the commit and the timestamp"
//!
//! Conforming: `Write a manifest per run with command, seed, commit, timestamp`
//!
//! Violating: a manifest of command and seed only

use crate::facts::{PlanFacts, Source, TaskReading};
use crate::rules::{Check, Level, Rule, condition};
use crate::verdict::Verdict;
use crate::vocabulary::Topic;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "LAY004",
    slug: "manifest-task",
    level: Level::Must,
    summary: "a task provides run manifests with command, seed, commit and timestamp",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("manifest_task.rs"),
    check: Check::Plan(check),
};

/// What a manifest names.
const KEYS: [(Topic, &str); 4] = [
    (Topic::Command, "command"),
    (Topic::Seed, "seed"),
    (Topic::Commit, "commit"),
    (Topic::Timestamp, "timestamp"),
];

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let unasked = condition::unless_experiments(facts).or_else(|| condition::unless_tasks(facts));
    if let Some(verdict) = unasked {
        return verdict;
    }
    // The task that names most of them is the one that is meant.
    let best = facts
        .tasks()
        .filter(|(_, reading)| reading.all.has(Topic::Manifest) || missing(reading).is_empty())
        .min_by_key(|(_, reading)| missing(reading).len());
    match best {
        Some((task, reading)) if missing(reading).is_empty() => {
            Verdict::Pass(vec![facts.at_task(task)])
        }
        _ if !facts.reading.is_english => condition::unknown_language(),
        Some((task, reading)) => Verdict::Fail(vec![facts.finding(
            format!(
                "the manifest of {} lacks {}",
                task.name(),
                missing(reading).join(", ")
            ),
            &task.first_line,
        )]),
        None => Verdict::fail(
            "no task writes run manifests; plan one with command, seed, commit and timestamp",
            vec![facts.whole()],
        ),
    }
}

fn missing(reading: &TaskReading) -> Vec<&'static str> {
    KEYS.into_iter()
        .filter(|(topic, _)| !reading.all.has(*topic))
        .map(|(_, name)| name)
        .collect()
}
