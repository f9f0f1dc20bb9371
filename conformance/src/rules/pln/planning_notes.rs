//! # PLN003 planning-notes (MUST)
//!
//! There is a section `## Planning Notes` that tells codebase findings, risks and assumptions, and
//! the decision on experiment root and logging layout. Bullets, paragraphs, sub-headings and tables
//! all serve.
//!
//! They are the only trace of what the planning iteration found out.
//!
//! Prompt: "All three planning notes are there."
//!
//! Conforming: three bullets that start with `Codebase findings:`, `Risks and assumptions:`,
//! `Experiment root and logging layout:`
//!
//! Violating: a section without a word on risks, or a bullet that is only its label

use crate::facts::{Part, PlanFacts, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;
use crate::vocabulary::{Topic, Topics, folded};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN003",
    slug: "planning-notes",
    level: Level::Must,
    summary: "the notes tell findings, risks, and the root decision",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("planning_notes.rs"),
    check: Check::Plan(check),
};

/// The three topics, with their words and what messages call them.
const TOPICS: [(Topic, &str); 3] = [
    (Topic::Findings, "codebase findings"),
    (Topic::Risks, "risks and assumptions"),
    (
        Topic::Root,
        "the experiment root and logging layout decision",
    ),
];

/// Words that make up a label and say nothing by themselves.
const FILLERS: &[&str] = &[
    "key",
    "and",
    "or",
    "the",
    "decision",
    "decisions",
    "of",
    "on",
    "experiment",
    "experiments",
    "codebase",
    "findings",
    "finding",
    "risks",
    "risk",
    "assumptions",
    "assumption",
    "root",
    "logging",
    "layout",
    "main",
    "code",
    "base",
    "none",
    "n/a",
];

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let Some(section) = facts.plan.notes().filter(|section| section.level == 2) else {
        return Verdict::fail(
            "there is no section `## Planning Notes`; tell findings, risks and the experiment root \
             there",
            vec![facts.whole()],
        );
    };
    let parts = facts.plan.parts(section);
    let topics: Vec<Option<usize>> = parts.iter().map(topic).collect();
    // Words that belong to no topic may tell any of them in their own way, or in another language.
    let free = parts
        .iter()
        .zip(&topics)
        .filter(|(part, topic)| topic.is_none() && is_free(part))
        .count();
    let mut findings = Vec::new();
    let mut missing = Vec::new();
    for (index, (wanted, name)) in TOPICS.iter().enumerate() {
        let mut of_topic = parts
            .iter()
            .zip(&topics)
            .filter(|(_, topic)| **topic == Some(index))
            .map(|(part, _)| part)
            .peekable();
        match of_topic.peek().copied() {
            Some(first) => {
                if !of_topic.any(says_something) {
                    findings.push(facts.finding(format!("nothing is said on {name}"), &first.span));
                }
            }
            None if is_told_in_passing(&parts, *wanted) => {}
            // One note may tell two things: `Findings and risks`.
            None if parts.iter().any(|part| is_labelled(part, *wanted)) => {}
            None => missing.push(name),
        }
    }
    if missing.len() > free {
        findings.extend(
            missing
                .into_iter()
                .map(|name| facts.finding(format!("the notes lack {name}"), &section.heading)),
        );
    }
    Verdict::from_findings(findings, vec![facts.at(&section.heading)])
}

/// What a part is about, by its label; by its first words where it has none.
fn topic(part: &Part) -> Option<usize> {
    let label = if part.label.is_empty() {
        part.text.chars().take(60).collect()
    } else {
        part.label.clone()
    };
    let label = Topics::of(&label);
    // Risks first, for `risks of this codebase`; then the root, for `code and logging layout`.
    [1, 2, 0]
        .into_iter()
        .find(|index| label.has(TOPICS[*index].0))
}

fn is_labelled(part: &Part, wanted: Topic) -> bool {
    says_something(part) && Topics::of(&part.label).has(wanted)
}

fn is_told_in_passing(parts: &[Part], wanted: Topic) -> bool {
    // Prose without labels tells everything in one go.
    parts
        .iter()
        .filter(|part| part.label.is_empty())
        .any(|part| Topics::of(&part.text).has(wanted))
}

/// Whether a part may be a note in words that are not known here. What has a label of its own may,
/// unless it is about something that such notes often add; a bare bullet that names files goes on
/// with the findings.
fn is_free(part: &Part) -> bool {
    let is_open = if part.label.is_empty() {
        !part.text.contains(['`', '/'])
    } else {
        let label = folded(&part.label);
        !ADDED.iter().any(|word| label.contains(word))
    };
    says_something(part) && is_open
}

/// First words of labels of further notes.
const ADDED: [&str; 14] = [
    " convention",
    " environment",
    " dependenc",
    " capacity",
    " cluster",
    " hardware",
    " skill",
    " prompt skill",
    " prior command",
    " budget",
    " scope",
    " schedul",
    " preflight",
    " goal",
];

fn says_something(part: &Part) -> bool {
    part.text
        .split_whitespace()
        .map(|word| {
            word.trim_matches(|c: char| !c.is_alphanumeric() && c != '…')
                .to_lowercase()
        })
        .any(|word| {
            (!word.is_empty() || part.text.contains("..")) && !FILLERS.contains(&word.as_str())
        })
}
