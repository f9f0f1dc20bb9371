//! # PBK003 playbook-protocol-section (MUST)
//!
//! The playbook task names a section `Execution Ops Protocol`, or the playbook is written already
//! and has that heading. A written playbook without the heading is a violation by itself.
//!
//! It is the part of the playbook that every run depends on.
//!
//! Prompt: "it has a section named `Execution Ops Protocol`. Say so in the task."
//!
//! Conforming: `Write the playbook with a section Execution Ops Protocol`
//!
//! Violating: a playbook task without a word on it

use crate::facts::{Plan, PlanFacts, Source};
use crate::rules::{Check, Level, Rule, playbook};
use crate::verdict::{Reference, Verdict};
use crate::vocabulary::{Topic, folded};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PBK003",
    slug: "playbook-protocol-section",
    level: Level::Must,
    summary: "the playbook has a section Execution Ops Protocol",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("playbook_protocol_section.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    if let Some((path, text)) = playbook::written(facts) {
        return if has_section(text) {
            Verdict::Pass(vec![Reference::file(path)])
        } else {
            Verdict::fail(
                "the playbook has no section `Execution Ops Protocol`; give it that heading",
                vec![Reference::file(path)],
            )
        };
    }
    let tasks = || {
        facts
            .tasks()
            .filter(|(task, _)| playbook::is_delivered(facts, task))
    };
    let Some((first, _)) = tasks().next() else {
        return Verdict::not_applicable("no task writes the playbook, see PBK002");
    };
    // What the playbook is to hold may also be said by another task that speaks of it.
    let speaking = || {
        facts.tasks().filter(|(task, reading)| {
            reading.all.has(Topic::Playbook) || playbook::is_delivered(facts, task)
        })
    };
    match speaking().find(|(task, _)| names_section(task.full_text())) {
        Some((task, _)) => Verdict::Pass(vec![facts.at_task(task)]),
        None => Verdict::Fail(vec![facts.finding(
            format!(
                "{} does not say that the playbook has a section `Execution Ops Protocol`",
                first.name()
            ),
            &first.first_line,
        )]),
    }
}

fn has_section(text: &str) -> bool {
    let plan = Plan::parse(text);
    let is_it = |title: &str| folded(title).contains(" execution ops protocol ");
    plan.headings.iter().any(|heading| is_it(&heading.text))
        || text
            .lines()
            .any(|line| line.trim().starts_with("**") && is_it(line))
}

/// Whether a text names the section, and not only the skill of the same name.
fn names_section(text: &str) -> bool {
    let plain = text.to_lowercase();
    let words = folded(text);
    let has_words = words.contains(" execution ops protocol ");
    let names_title =
        plain.contains("execution ops protocol") || plain.contains("execution-ops-protocol");
    names_title
        || (has_words
            && [" section", " heading", " chapter"]
                .iter()
                .any(|word| words.contains(word)))
}
