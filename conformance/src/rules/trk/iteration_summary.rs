//! # TRK018 iteration-summary (MUST)
//!
//! The output has a `<summary>`.
//!
//! It is what the user reads of an iteration.
//!
//! Prompt: "End with a summary of what you did, what came out and what comes next"
//!
//! Conforming: `<summary>Ran the benchmark: 12 ms</summary>`
//!
//! Violating: an output without the tag
//!
//! ```told
//! told = [
//!     "summary ..3 what|done|did|iteration|work",
//!     "every|each|always|must ..6 summary",
//!     "print|output|write|give|end|ends|finish ..3 summary",
//!     "summari*",
//! ]
//! ```

use crate::facts::{Facts, Source, Tag};
use crate::rules::{Check, Level, Rule};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK018",
    slug: "iteration-summary",
    level: Level::Must,
    summary: "the iteration ends with a summary",
    sources: &[Source::Transcript],
    source_text: include_str!("iteration_summary.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    match facts.transcript.last(Tag::Summary) {
        Some(block) => Verdict::Pass(vec![Reference::Transcript {
            line: block.line,
            end_line: block.end_line,
        }]),
        None => Verdict::fail(
            "the output has no `<summary>`; tell what was done",
            vec![Reference::WholeTranscript],
        ),
    }
}
