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
//!
//! ```told
//! told = ["planning notes"]
//! ```

use crate::facts::{Part, PlanFacts, Source};
use crate::prose::Topic;
use crate::rules::labelled;
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

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

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let Some(section) = facts.plan.notes().filter(|section| section.level == 2) else {
        return Verdict::fail(
            "there is no section `## Planning Notes`; tell findings, risks and the experiment root \
             there",
            vec![facts.whole()],
        );
    };
    let parts = facts.plan.parts(section);
    let topics: Vec<Option<usize>> = parts.iter().map(|part| topic(facts, part)).collect();
    // Words that belong to no topic may tell any of them in their own way, or in another language.
    let free = parts
        .iter()
        .zip(&topics)
        .filter(|(part, topic)| topic.is_none() && is_free(facts, part))
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
                let says = |part: &Part| {
                    labelled::says_something(facts, part) || labelled::is_long(facts, part)
                };
                if !of_topic.any(says) {
                    findings.push(facts.finding(format!("nothing is said on {name}"), &first.span));
                }
            }
            None if labelled::is_told_in_passing(facts, &parts, *wanted) => {}
            // One note may tell two things: `Findings and risks`.
            None if parts.iter().any(|part| is_labelled(facts, part, *wanted)) => {}
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
fn topic(facts: &PlanFacts<'_>, part: &Part) -> Option<usize> {
    let topics = labelled::topics(facts, part);
    // Risks first, for `risks of this codebase`; then the root, for `code and logging layout`.
    [1, 2, 0]
        .into_iter()
        .find(|index| topics.has(TOPICS[*index].0))
}

fn is_labelled(facts: &PlanFacts<'_>, part: &Part, wanted: Topic) -> bool {
    labelled::says_something(facts, part) && facts.reading.topics_in(&part.label_span).has(wanted)
}

/// Whether a part may be a note in words that are not known here. What has a label of its own may,
/// unless it is about something that such notes often add; a bare bullet that names files goes on
/// with the findings.
fn is_free(facts: &PlanFacts<'_>, part: &Part) -> bool {
    let is_open = if part.label.is_empty() {
        !part.text.contains(['`', '/'])
    } else {
        !facts
            .reading
            .topics_in(&part.label_span)
            .has(Topic::FurtherNote)
    };
    labelled::says_something(facts, part) && is_open
}
