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
//!
//! ```told
//! told = [
//!     "done when ..5 verif*|check*|test*|condition*",
//!     "text: <verifiable condition>",
//!     "task* ..6 testable|verifiable|checkable",
//! ]
//! ```

use crate::demand::{self, Stand};
use crate::facts::{Field, PlanFacts, Source, Task};
use crate::prose::{Strength, Topic, Zone};
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::{Doubt, Finding, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN012",
    slug: "done-when-verifiable",
    level: Level::Must,
    summary: "every done-when can be checked",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("done_when_verifiable.rs"),
    check: Check::Tasks(Matters::Always, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let (mut findings, mut doubts) = (Vec::new(), Vec::new());
    for task in facts.plan.tasks() {
        if let Some(field) = task.done_when() {
            judge(facts, task, field, &mut findings, &mut doubts);
        }
    }
    match (findings.is_empty(), doubts.is_empty()) {
        (false, _) => Verdict::Fail(findings),
        (true, false) => Verdict::Doubtful(doubts),
        (true, true) => Verdict::Pass(vec![facts.whole()]),
    }
}

fn judge(
    facts: &PlanFacts<'_>,
    task: &Task,
    field: &Field,
    findings: &mut Vec<Finding>,
    doubts: &mut Vec<Doubt>,
) {
    if field.value.is_empty() {
        let message = format!(
            "the done-when of {} is empty; say how it is checked",
            task.name()
        );
        findings.push(facts.finding(message, &field.span));
        return;
    }
    // Left-over placeholders are the business of PLN014.
    if field.value.contains(['…', '{']) || field.value.starts_with(['<', '.']) {
        return;
    }
    let has = |topic: Topic| {
        facts
            .reading
            .hits_in(&field.value_span)
            .any(|hit| hit.topic == topic && hit.strength == Strength::Strong)
    };
    if has(Topic::Checkable) {
        return;
    }
    let other = facts.reading.count_beside(&field.value_span, Topic::Vague);
    let is_vague = other == 0 || (other <= FEW && has(Topic::VagueCore));
    if is_vague {
        let message = format!(
            "\"{}\" cannot be checked; name a file, a command, a number or a status",
            field.value
        );
        findings.push(facts.finding(message, &field.value_span));
    } else if has(Topic::VagueCore) {
        let question = format!("Can somebody check the done-when of {}?", task.name());
        let stand = Stand {
            span: field.value_span.clone(),
            zone: Zone::DoneWhen,
            task: Some(task.index),
        };
        doubts.push(demand::doubt(facts, &question, Some(&stand)));
    }
}

/// How many other words there may be beside those that say nothing: what the condition is about.
const FEW: usize = 2;
