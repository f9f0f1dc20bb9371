//! # PLN014 no-placeholders (MUST)
//!
//! Nothing is left over from the template: no bare `...`, no `<path>`, no `<verifiable condition>`,
//! no name in double braces, no TODO or TBD. Code spans, ellipses in prose and the text of the goal
//! are exempt.
//!
//! A placeholder is a decision that nobody made.
//!
//! Prompt: "Nothing in angle brackets survives, and no other placeholder does"
//!
//! Conforming: `deliverable: exp/notes.md`
//!
//! Violating: `deliverable: <path>`
//!
//! ```told
//! told = [
//!     "explicit|concrete|execution & task*|plan",
//!     "not: placeholder*|todo|tbd",
//! ]
//! ```

use crate::facts::{PlanFacts, Source, Span};
use crate::prose::Topic;
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN014",
    slug: "no-placeholders",
    level: Level::Must,
    summary: "nothing of the template is left over",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("no_placeholders.rs"),
    check: Check::Plan(check),
};

/// Most findings that are told: whoever left that many knows.
const MOST: usize = 50;

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let goal = facts.plan.goal().map(|section| &section.body);
    let findings = facts
        .plan
        .placeholders(goal)
        .filter(|span| !is_spoken_of(facts, span))
        .take(MOST)
        .map(|span| {
            let text = &facts.plan.source()[span.clone()];
            let message = format!("`{text}` is left over from the template; decide what it is");
            facts.finding(message, &span)
        })
        .collect();
    Verdict::from_findings(findings, vec![facts.whole()])
}

/// Whether it is spoken of and not left over: `no TODO is left`.
fn is_spoken_of(facts: &PlanFacts<'_>, span: &Span) -> bool {
    facts.reading.covers(Topic::SpokenOf, span.start)
}
