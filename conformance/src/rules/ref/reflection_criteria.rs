//! # REF006 reflection-criteria (MUST)
//!
//! Each reflection task gives criteria for continuing versus replanning: in so many words, or as a
//! condition under which the work goes on or is planned anew.
//!
//! A decision without a criterion set beforehand follows the wish.
//!
//! Prompt: "Each of them states in its own text what evidence to inspect, when to add follow-up
//! tasks or phases, and the criteria for continuing versus replanning."
//!
//! Conforming: `continue if the best method beats the baseline by 2 %, otherwise replan`
//!
//! Violating: `then go on`

use crate::facts::{PlanFacts, Source, Task};
use crate::rules::{
    Check, Level, Rule, condition,
    purpose::{self, Gates},
};
use crate::verdict::{Finding, Verdict};
use crate::vocabulary::{Topic, Topics};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "REF006",
    slug: "reflection-criteria",
    level: Level::Must,
    summary: "reflection tasks give criteria for continuing versus replanning",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("reflection_criteria.rs"),
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
        match tasks.iter().find(|task| has_criteria(task)) {
            Some(task) => shown.push(facts.at_task(task)),
            None => findings.extend(tasks.last().map(|task| {
                Finding::new(
                    format!(
                        "{which} {} gives no criteria for continuing versus replanning",
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

fn has_criteria(task: &Task) -> bool {
    let body = purpose::body(task);
    Topics::of(&body).has(Topic::Criteria)
        || clauses(&body).any(is_criterion)
        || task.field("done-when").is_some_and(decides)
}

/// A clause with a condition on which something is continued or planned anew.
fn is_criterion(clause: &str) -> bool {
    let topics = Topics::of(clause);
    let is_conditional = topics.has(Topic::Condition)
        || ["->", "=>", "→", "⇒"]
            .iter()
            .any(|arrow| clause.contains(arrow));
    is_conditional && topics.has_any(&[Topic::Continue, Topic::Replan])
}

/// A done-when is about the outcome, so that it must name both ways and the condition.
fn decides(done_when: &str) -> bool {
    Topics::of(done_when).has_all(&[Topic::Condition, Topic::Continue, Topic::Replan])
}

fn clauses(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '•']).flat_map(|part| part.split(". "))
}
