//! # ANA002 contract-entries (MUST)
//!
//! The contract tells primary metrics, secondary diagnostics, statistical checks or how confidence
//! is reported, and required artifacts. Bullets, sub-headings, tables and paragraphs all serve.
//!
//! An entry that is missing is decided by whoever writes the report.
//!
//! Prompt: "All four entries of the contract are there."
//!
//! Conforming: four bullets, each with a text
//!
//! Violating: a contract without statistical checks, or `- Primary metrics:` with nothing behind it
//!
//! ```told
//! told = ["primary metric*", "secondary diagnostic*|metric*"]
//! ```

use crate::facts::{Part, PlanFacts, Source};
use crate::prose::Topic;
use crate::rules::labelled;
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "ANA002",
    slug: "contract-entries",
    level: Level::Must,
    summary: "the contract has its four entries",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("contract_entries.rs"),
    check: Check::Plan(check),
};

/// The entries and what messages call them. Looked for in this order, so that `confidence of the
/// primary metrics` is about metrics, and `statistics artifacts` about artifacts.
const ENTRIES: [(Topic, &str); 4] = [
    (Topic::Artifacts, "required artifacts"),
    (Topic::Primary, "primary metrics"),
    (Topic::Secondary, "secondary diagnostics"),
    (Topic::Statistics, "statistical checks"),
];

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let Some(section) = facts.plan.contract() else {
        return Verdict::not_applicable("there is no contract, see ANA001");
    };
    let parts = facts.plan.parts(section);
    let topics: Vec<Option<Topic>> = parts.iter().map(|part| topic(facts, part)).collect();
    let free = parts
        .iter()
        .zip(&topics)
        .filter(|(part, topic)| topic.is_none() && labelled::says_something(facts, part))
        .count();
    let mut findings = Vec::new();
    let mut missing = Vec::new();
    for (topic, name) in ENTRIES {
        let own: Vec<&Part> = parts
            .iter()
            .zip(&topics)
            .filter(|(_, own)| **own == Some(topic))
            .map(|(part, _)| part)
            .collect();
        match own.first() {
            Some(_) if own.iter().any(|part| says_something(facts, part)) => {}
            Some(first) => {
                findings.push(
                    facts.finding(format!("the contract says nothing on {name}"), &first.span),
                );
            }
            None if labelled::is_told_in_passing(facts, &parts, topic) => {}
            None => missing.push(name),
        }
    }
    // Entries with labels of their own may be those that are looked for, in other words.
    let is_unsure = free >= missing.len() && free > 0;
    if !is_unsure {
        findings.extend(
            missing
                .into_iter()
                .map(|name| facts.finding(format!("the contract lacks {name}"), &section.heading)),
        );
    }
    Verdict::from_findings(findings, vec![facts.at(&section.heading)])
}

/// Whether an entry says more than that there is none. Where nothing is measured, a reason for that is an
/// answer.
fn says_something(facts: &PlanFacts<'_>, part: &Part) -> bool {
    labelled::says_something(facts, part)
        || (facts.context.experiments == Some(false) && labelled::gives_a_reason(facts, part))
}

/// What a part is about, by its label; by its first words where it has none.
fn topic(facts: &PlanFacts<'_>, part: &Part) -> Option<Topic> {
    let topics = if facts.context.experiments == Some(false) && !part.label.is_empty() {
        labelled::named(facts, part)
    } else {
        labelled::topics(facts, part)
    };
    ENTRIES
        .into_iter()
        .map(|(topic, _)| topic)
        .find(|topic| topics.has(*topic))
}
