//! # REF003 midpoint-after-results (MUST)
//!
//! The midpoint reflection stands behind the first baseline runs and the first runs of the main
//! method, or depends on both, through other tasks if need be.
//!
//! Ahead of them there is nothing to reflect on.
//!
//! Prompt: "placed after the tasks that bring the first baseline result and the first result of the
//! main method, or depending on both"
//!
//! Conforming: a midpoint reflection with `depends: P2-T5, P3-T3`, the tasks of both runs
//!
//! Violating: a midpoint reflection in phase 1

use crate::facts::{PlanFacts, Source, Task, TaskReading};
use crate::rules::{
    Check, Level, Rule, condition,
    purpose::{self, Gates},
};
use crate::verdict::{Finding, Verdict};
use crate::vocabulary::Topic;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "REF003",
    slug: "midpoint-after-results",
    level: Level::Must,
    summary: "the midpoint reflection comes after the first results",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("midpoint_after_results.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let unasked = condition::unless_experiments(facts).or_else(|| condition::unless_tasks(facts));
    if let Some(verdict) = unasked {
        return verdict;
    }
    let gates = Gates::of(facts);
    let Some(midpoint) = gates.midpoints.last().filter(|_| gates.is_midpoint_certain) else {
        return Verdict::not_applicable("there is no midpoint reflection, see REF001");
    };
    let mut findings = Vec::new();
    for (what, is_kind) in [
        ("the first baseline", is_baseline_run as Kind),
        ("the first run of the main method", is_main_run as Kind),
    ] {
        let first = facts.tasks().find(|(task, reading)| {
            is_kind(reading) && !gates.has(task) && reading.is_experiment()
        });
        let Some((first, _)) = first.filter(|_| !has_results(facts, midpoint, &gates, is_kind))
        else {
            continue;
        };
        findings.push(Finding::new(
            format!(
                "{} comes before {what} ({}); move it, or let it depend on that",
                midpoint.name(),
                first.name()
            ),
            vec![facts.at_task(midpoint), facts.at_task(first)],
        ));
    }
    Verdict::from_findings(findings, vec![facts.at_task(midpoint)])
}

type Kind = fn(&TaskReading) -> bool;

fn is_baseline_run(reading: &TaskReading) -> bool {
    reading.prose.has(Topic::Baseline)
}

fn is_main_run(reading: &TaskReading) -> bool {
    purpose::is_proposed(reading)
}

/// Whether any task that may bring such results stands before the midpoint, or is waited for. What
/// only prepares runs brings none.
fn has_results(facts: &PlanFacts<'_>, midpoint: &Task, gates: &Gates<'_>, is_kind: Kind) -> bool {
    facts.tasks().any(|(task, reading)| {
        let is_before =
            task.index < midpoint.index || facts.plan.depends_transitively(midpoint, task);
        is_before && !gates.has(task) && is_kind(reading) && may_run(reading)
    })
}

fn may_run(reading: &TaskReading) -> bool {
    let prepares = [
        Topic::Naming,
        Topic::Capture,
        Topic::Manifest,
        Topic::Environment,
        Topic::Playbook,
    ];
    reading.starts_runs() || (reading.all.has(Topic::Creating) && !reading.text.has_any(&prepares))
}
