//! # PLN012 done-when-verifiable (MUST)
//!
//! Each `done-when:` says something that can be checked: a path, a command, a number, an endpoint,
//! a status, a comparison. In doubt it can.
//!
//! A condition that anything meets lets every task pass.
//!
//! Prompt: "The done-when can be checked"
//!
//! Conforming: `done-when: the file has 6 rows`
//!
//! Violating: `done-when: it works`, `done-when: looks good`, or nothing

use crate::facts::{PlanFacts, Source};
use crate::rules::{Check, Level, Rule, condition};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN012",
    slug: "done-when-verifiable",
    level: Level::Must,
    summary: "every done-when can be checked",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("done_when_verifiable.rs"),
    check: Check::Plan(check),
};

/// Words of which a condition that says nothing consists.
const VAGUE: &[&str] = &[
    "a",
    "acceptable",
    "accurate",
    "achieved",
    "adequate",
    "adequately",
    "all",
    "analysis",
    "and",
    "approach",
    "appropriate",
    "are",
    "as",
    "at",
    "baseline",
    "be",
    "been",
    "clean",
    "clear",
    "code",
    "complete",
    "completed",
    "completely",
    "completion",
    "comprehensive",
    "confident",
    "convincing",
    "correct",
    "correctly",
    "data",
    "decent",
    "deliverable",
    "desirable",
    "desired",
    "document",
    "done",
    "effort",
    "enough",
    "environment",
    "everybody",
    "everyone",
    "everything",
    "excellent",
    "expected",
    "experiment",
    "experiments",
    "feel",
    "feels",
    "fine",
    "finish",
    "finished",
    "fully",
    "goal",
    "goals",
    "good",
    "great",
    "happy",
    "has",
    "have",
    "helpful",
    "high",
    "i",
    "implementation",
    "implemented",
    "in",
    "informative",
    "intended",
    "is",
    "it",
    "its",
    "job",
    "just",
    "look",
    "looking",
    "looks",
    "meaningful",
    "met",
    "method",
    "model",
    "needed",
    "needs",
    "nice",
    "nicely",
    "of",
    "ok",
    "okay",
    "order",
    "our",
    "outcome",
    "outcomes",
    "perfect",
    "pipeline",
    "place",
    "pleased",
    "plot",
    "plots",
    "possible",
    "proper",
    "properly",
    "quality",
    "quite",
    "ready",
    "really",
    "reasonable",
    "reasonably",
    "requirements",
    "result",
    "results",
    "right",
    "robust",
    "running",
    "runs",
    "sane",
    "satisfaction",
    "satisfactory",
    "satisfied",
    "satisfying",
    "script",
    "seem",
    "seems",
    "sensible",
    "set",
    "setup",
    "should",
    "smooth",
    "smoothly",
    "so",
    "solid",
    "stable",
    "step",
    "succeeded",
    "success",
    "successful",
    "successfully",
    "sufficient",
    "sufficiently",
    "suitable",
    "task",
    "team",
    "that",
    "the",
    "there",
    "they",
    "thing",
    "things",
    "this",
    "thorough",
    "thoroughly",
    "to",
    "understood",
    "up",
    "usable",
    "useful",
    "very",
    "was",
    "we",
    "well",
    "were",
    "when",
    "with",
    "work",
    "worked",
    "working",
    "works",
    "you",
];

fn check(facts: &PlanFacts<'_>) -> Verdict {
    if let Some(verdict) = condition::unless_tasks(facts) {
        return verdict;
    }
    let mut findings = Vec::new();
    for task in facts.plan.tasks() {
        let Some(field) = task.done_when() else {
            continue;
        };
        if field.value.is_empty() {
            let message = format!(
                "the done-when of {} is empty; say how it is checked",
                task.name()
            );
            findings.push(facts.finding(message, &field.span));
        } else if is_vague(&field.value) {
            let message = format!(
                "\"{}\" cannot be checked; name a file, a command, a number or a status",
                field.value
            );
            findings.push(facts.finding(message, &field.value_span));
        }
    }
    Verdict::from_findings(findings, vec![facts.whole()])
}

fn is_vague(value: &str) -> bool {
    // Code, paths, numbers and comparisons are never vague, and placeholders belong to PLN014.
    if value.contains(|c: char| c.is_ascii_digit() || "`/<>=≥≤%{…_".contains(c)) || value == "..."
    {
        return false;
    }
    let words = value
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase);
    let mut count = 0;
    for word in words {
        // "Runs finished" names things and their status.
        if !VAGUE.contains(&word.as_str()) {
            return false;
        }
        count += 1;
    }
    count > 0 && !names_status(value)
}

/// Whether a status is named for certain things: `all runs are finished`.
fn names_status(value: &str) -> bool {
    let text = value.to_lowercase();
    text.contains("runs")
        && ["finished", "completed", "succeeded"]
            .iter()
            .any(|s| text.contains(s))
}
