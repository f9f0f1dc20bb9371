//! # PBK003 playbook-protocol-section (MUST)
//!
//! The playbook task names a section `Execution Ops Protocol`, or the playbook is written already
//! and has that heading. A written playbook without the heading is a violation by itself, and in a
//! later iteration that writes one as well.
//!
//! It is the part of the playbook that every run depends on.
//!
//! Prompt: "it has a section named `Execution Ops Protocol`. Say so in the task."
//!
//! Conforming: `Write the playbook with a section Execution Ops Protocol`
//!
//! Violating: a playbook task without a word on it
//!
//! ```told
//! told = ["execution ops protocol"]
//! under = ["section|heading|playbook"]
//! ```

use crate::facts::{Plan, PlanFacts, Source};
use crate::prose::{Prose, Topic};
use crate::rules::{Check, Level, Rule, playbook};
use crate::verdict::{Reference, Verdict};

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
    let says = |task: &crate::facts::Task| {
        let mut hits = facts.reading.hits_of_task(task.index);
        hits.any(|hit| hit.is_said(Topic::ProtocolSection) && !is_skill(facts, hit))
    };
    if let Some((task, _)) = speaking().find(|(task, _)| says(task)) {
        return Verdict::Pass(vec![facts.at_task(task)]);
    }
    let standing = facts.reading.hits(Topic::ProtocolSection).find(|hit| {
        hit.is_said(Topic::ProtocolSection)
            && facts.reading.zone(hit).is_standing()
            && facts.reading.stands_with(hit, Topic::Playbook)
    });
    if let Some(hit) = standing {
        return Verdict::Pass(vec![facts.at(&facts.reading.sentence_span(hit))]);
    }
    Verdict::Fail(vec![facts.finding(
        format!(
            "{} does not say that the playbook has a section `Execution Ops Protocol`",
            first.name()
        ),
        &first.first_line,
    )])
}

/// Whether a sign is part of the name of the skill, and not a section's.
fn is_skill(facts: &PlanFacts<'_>, hit: &crate::prose::Hit) -> bool {
    let span = facts.reading.prose.span_of(hit);
    let text = facts.plan.source().get(span).unwrap_or_default();
    text.contains('_')
}

fn has_section(text: &str) -> bool {
    let plan = Plan::parse(text);
    let is_it = |title: &str| Prose::of_text(title).affirms(Topic::ProtocolSection);
    plan.headings.iter().any(|heading| is_it(&heading.text))
        || text
            .lines()
            .any(|line| line.trim().starts_with("**") && is_it(line))
}
