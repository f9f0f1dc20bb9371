//! # REF005 reflection-follow-ups (MUST)
//!
//! Each reflection task says when follow-up tasks or phases are to be added.
//!
//! A finding that leads to no task is lost with the iteration that made it.
//!
//! Prompt: "Each of them states in its own text what evidence to inspect, when to add follow-up
//! tasks or phases, and the criteria for continuing versus replanning."
//!
//! Conforming: `add follow-up tasks when a configuration failed`
//!
//! Violating: a reflection that inspects and decides, and adds nothing

use crate::facts::{PlanFacts, Source, Task};
use crate::rules::{
    Check, Level, Rule, condition,
    purpose::{self, Gates},
};
use crate::verdict::{Finding, Verdict};
use crate::vocabulary::{Topic, Topics, follows};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "REF005",
    slug: "reflection-follow-ups",
    level: Level::Must,
    summary: "reflection tasks say when to add tasks or phases",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("reflection_follow_ups.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    if let Some(verdict) = condition::unless_tasks(facts) {
        return verdict;
    }
    let gates = Gates::of(facts);
    let mut findings = Vec::new();
    let mut shown = Vec::new();
    for (which, tasks) in gates.judged() {
        match tasks.iter().find(|task| adds_tasks(task)) {
            Some(task) => shown.push(facts.at_task(task)),
            None => findings.extend(tasks.last().map(|task| {
                Finding::new(
                    format!(
                        "{which} {} does not say when to add follow-up tasks or phases",
                        task.name()
                    ),
                    vec![facts.at_task(task)],
                )
            })),
        }
    }
    match (findings.is_empty(), shown.is_empty()) {
        (true, true) => {
            Verdict::not_applicable("there is no reflection task, see REF001 and REF002")
        }
        (false, _) if !facts.reading.is_english => condition::unknown_language(),
        _ => Verdict::from_findings(findings, shown),
    }
}

fn adds_tasks(task: &Task) -> bool {
    let body = purpose::body(task);
    Topics::of(&body).has(Topic::FollowUps)
        || follows(&body, &ADDING, &ADDED, REACH)
        || follows(
            &body,
            &ADDED,
            &["added", "appended", "inserted", "opened", "scheduled"],
            REACH * 2,
        )
}

/// How far behind a verb of adding what is added may stand.
const REACH: usize = 5;

/// Verbs of adding.
const ADDING: [&str; 28] = [
    "add*",
    "append*",
    "put",
    "insert*",
    "open*",
    "schedul*",
    "introduc*",
    "draft*",
    "enqueue*",
    "queue*",
    "slot*",
    "attach*",
    "squeeze",
    "file",
    "raise",
    "new",
    "extra",
    "further",
    "additional",
    "another",
    "writ*",
    "include*",
    "earn*",
    "deserve*",
    "merit*",
    "trigger*",
    "spin",
    "establish*",
];

/// What is added to a plan.
const ADDED: [&str; 12] = [
    "task*",
    "phase*",
    "item*",
    "step",
    "steps",
    "experiment",
    "experiments",
    "check",
    "checks",
    "ablation*",
    "repetition*",
    "ticket*",
];
