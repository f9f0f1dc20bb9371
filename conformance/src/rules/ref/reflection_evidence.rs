//! # REF004 reflection-evidence (MUST)
//!
//! Each reflection task says which evidence is to be inspected: files, metrics, logs, runs.
//!
//! A reflection on nothing in particular confirms what was thought before.
//!
//! Prompt: "Each of them states in its own text what evidence to inspect, when to add follow-up
//! tasks or phases, and the criteria for continuing versus replanning."
//!
//! Conforming: `Midpoint reflection: inspect exp/results/baseline.csv`
//!
//! Violating: `Midpoint reflection: decide whether to go on`

use crate::facts::{PlanFacts, Source, Task};
use crate::rules::{
    Check, Level, Rule, condition,
    purpose::{self, Gates},
};
use crate::verdict::{Finding, Verdict};
use crate::vocabulary::{Topic, Topics};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "REF004",
    slug: "reflection-evidence",
    level: Level::Must,
    summary: "reflection tasks say which evidence to inspect",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("reflection_evidence.rs"),
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
        match tasks.iter().find(|task| names_evidence(task)) {
            Some(task) => shown.push(facts.at_task(task)),
            None => findings.extend(tasks.last().map(|task| Finding::new(format!(
                    "{which} {} does not say which evidence to inspect; name the files or metrics",
                    task.name()
                ), vec![facts.at_task(task)]))),
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

fn names_evidence(task: &Task) -> bool {
    let body = purpose::body(task);
    Topics::of(&body).has(Topic::Evidence) || names_file(&body)
}

/// Whether a file with results is named: one that is not the plan, which follow-up tasks go to.
fn names_file(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || "`,;()".contains(c))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| !word.ends_with("tasks.md"))
        .any(|word| {
            let has_slash = word.trim_matches('/').contains('/') && word.contains('.');
            let is_data = [
                ".csv", ".json", ".jsonl", ".md", ".png", ".log", ".parquet", ".txt", ".tsv",
            ]
            .iter()
            .any(|extension| word.ends_with(extension));
            has_slash || is_data
        })
}
