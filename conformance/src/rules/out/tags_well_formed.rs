//! # OUT004 tags-well-formed (MUST)
//!
//! No `<plan>`, `<summary>` or `<promise>` is unclosed, empty or nested in another, and a promise is
//! DONE or WAITING. Words about tags, in a code span or within a sentence, are no tags.
//!
//! The output is read by a program that takes what stands between the tags.
//!
//! Prompt: "Every tag that you open is closed; tags are neither empty nor nested."
//!
//! Conforming: `<promise>DONE</promise>`
//!
//! Violating: `<promise>PROBABLY</promise>`, or a `<plan>` without its end.
//!
//! ```told
//! told = ["text: </plan>", "tag|tags ..6 closed|close|nested|formed"]
//! ```

use crate::facts::{Facts, Promise, Source, TagProblem};
use crate::rules::{Check, Level, Rule};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "OUT004",
    slug: "tags-well-formed",
    level: Level::Must,
    summary: "tags are closed, filled and not nested; promises are DONE or WAITING",
    sources: &[Source::Transcript],
    source_text: include_str!("tags_well_formed.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    let problems = facts.transcript.problems.iter().map(|problem| {
        Finding::new(
            in_words(problem),
            vec![Reference::Transcript {
                line: problem.line(),
                end_line: problem.line(),
            }],
        )
    });
    let promises = facts.transcript.promised().filter_map(|(promise, block)| {
        let Promise::Other(text) = promise else {
            return None;
        };
        Some(Finding::new(
            format!("the promise \"{text}\" is neither DONE nor WAITING"),
            vec![Reference::Transcript {
                line: block.line,
                end_line: block.end_line,
            }],
        ))
    });
    Verdict::from_findings(
        problems.chain(promises).collect(),
        vec![Reference::WholeTranscript],
    )
}

fn in_words(problem: &TagProblem) -> String {
    let name = problem.tag().name();
    match problem {
        TagProblem::Unclosed { .. } => format!("<{name}> is never closed; end it with </{name}>"),
        TagProblem::Unopened { .. } => format!("</{name}> closes nothing"),
        TagProblem::Empty { .. } => format!("<{name}> is empty"),
        TagProblem::Nested { within, .. } => {
            format!(
                "<{name}> stands within <{}>; put it behind it",
                within.name()
            )
        }
    }
}
