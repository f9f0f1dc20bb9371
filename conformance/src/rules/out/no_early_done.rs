//! # OUT005 no-early-done (SHOULD)
//!
//! A planning iteration that went well does not promise DONE.
//!
//! DONE ends the session, and after the planning nothing has been done yet.
//!
//! Prompt: "do not output `<promise>DONE</promise>` unless you abort"
//!
//! Conforming: the plan, and no promise.
//!
//! Violating: the plan, and `<promise>DONE</promise>`.
//!
//! ```told
//! told = [
//!     "not: text|output|promise|done ..4 done",
//!     "done ..2 only|solely",
//!     "only ..6 done",
//!     "not ..4 finish* ..4 work|session",
//! ]
//! under = ["promise*", "text: <promise>"]
//! ```

use crate::facts::{Facts, Promise, Source};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "OUT005",
    slug: "no-early-done",
    level: Level::Should,
    summary: "planning alone does not promise DONE",
    sources: &[Source::Journal, Source::Workspace, Source::Transcript],
    source_text: include_str!("no_early_done.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_planning(facts) {
        return verdict;
    }
    let mut done = facts
        .transcript
        .promised()
        .filter(|(promise, _)| *promise == Promise::Done);
    match done.next() {
        None => Verdict::Pass(vec![Reference::WholeTranscript]),
        Some((_, block)) => Verdict::fail(
            "the output promises DONE, and the plan's tasks are still to be done",
            vec![Reference::Transcript {
                line: block.line,
                end_line: block.end_line,
            }],
        ),
    }
}
