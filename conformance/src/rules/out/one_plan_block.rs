//! # OUT002 one-plan-block (MUST)
//!
//! The output has a `<plan>` that is not empty, and no second one that differs from it. The same block
//! twice is one; line endings and blank space at the two ends don't count.
//!
//! Whoever drives the agent takes the plan from the output; of two it can't tell which counts.
//!
//! Prompt: "There is exactly one `<plan>` block"
//!
//! Conforming: one `<plan>`, at the end of the output.
//!
//! Violating: no `<plan>`, or a draft and then another, final one.
//!
//! ```told
//! told = ["text: <plan>"]
//! ```

use std::collections::BTreeSet;

use crate::facts::{Facts, Source, Tag};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "OUT002",
    slug: "one-plan-block",
    level: Level::Must,
    summary: "the output has one <plan>, and no other that differs",
    sources: &[Source::Journal, Source::Workspace, Source::Transcript],
    source_text: include_str!("one_plan_block.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_planning(facts) {
        return verdict;
    }
    let places: Vec<Reference> = facts
        .transcript
        .blocks(Tag::Plan)
        .map(|block| Reference::Transcript {
            line: block.line,
            end_line: block.end_line,
        })
        .collect();
    let plans = facts.transcript.blocks(Tag::Plan);
    let different: BTreeSet<Vec<&str>> = plans
        .map(|block| block.text.trim().lines().collect())
        .collect();
    match different.len() {
        1 => Verdict::Pass(places),
        // A plan that is there and malformed is told by the rule about tags.
        0 if facts.transcript.mentions(Tag::Plan) => {
            Verdict::not_applicable("the output's <plan> is malformed, see OUT004")
        }
        0 => Verdict::fail(
            "the output has no <plan>; print the plan between <plan> and </plan>",
            vec![Reference::WholeTranscript],
        ),
        count => Verdict::fail(
            format!("the output has {count} different <plan>s; print the plan exactly once"),
            places,
        ),
    }
}
