//! # ABT007 abort-promise-done (MUST)
//!
//! The output of an abort has `<promise>DONE</promise>`.
//!
//! Without the promise the loop starts the next iteration, which then works on an aborted plan.
//!
//! Prompt: "your output ends with these two lines, word for word"
//!
//! Conforming: `<promise>DONE</promise>` behind the summary.
//!
//! Violating: no promise, or `<promise>WAITING</promise>`.
//!
//! ```told
//! told = ["text: <promise>DONE</promise>"]
//! under = [
//!     "abort|aborts|aborting|aborted|stop|stops|quit|quits",
//!     "fail|fails|failed|failing|failure|unavailable|unreachable|down|otherwise",
//!     "modes|mode",
//! ]
//! ```

use crate::facts::{Facts, Promise, Source};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "ABT007",
    slug: "abort-promise-done",
    level: Level::Must,
    summary: "an abort promises DONE",
    sources: &[Source::Journal, Source::Workspace, Source::Transcript],
    source_text: include_str!("abort_promise_done.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_aborting(facts) {
        return verdict;
    }
    let mut done = facts
        .transcript
        .promised()
        .filter(|(promise, _)| *promise == Promise::Done);
    match done.next() {
        Some((_, block)) => Verdict::Pass(vec![Reference::Transcript {
            line: block.line,
            end_line: block.end_line,
        }]),
        None => Verdict::fail(
            "the output of an abort must have <promise>DONE</promise>",
            vec![Reference::WholeTranscript],
        ),
    }
}
