//! # ABT002 no-false-abort (MUST)
//!
//! When every probe succeeded, nothing of an abort shows up: not the sentinel, not the abort
//! summary, not one of the abort modes.
//!
//! An abort ends the whole session, so that a false one costs a user the night's work. Whoever
//! always aborts would also pass every abort case.
//!
//! Prompt: "From then on this is not an abort, so neither the sentinel nor the summary of the next
//! section may appear in the tasks file or in your output."
//!
//! Conforming: five probes succeed, and the agent writes a plan.
//!
//! Violating: five probes succeed, and the agent writes `ABORT_EARLY_DOCS_CHECK_FAILED`.

use crate::facts::{Facts, Preflight, Source, Tag};
use crate::protocol::{ABORT_SUMMARY, SENTINEL};
use crate::rules::{Check, Level, Rule, condition};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "ABT002",
    slug: "no-false-abort",
    level: Level::Must,
    summary: "a preflight that passed is not followed by an abort",
    sources: &[Source::Journal, Source::Workspace, Source::Transcript],
    source_text: include_str!("no_false_abort.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    match facts.http.preflight {
        Preflight::Failed(_) | Preflight::DeclaredFailed => {
            return Verdict::not_applicable("the preflight failed");
        }
        Preflight::Incomplete => {
            return Verdict::not_applicable("the preflight was not finished, see PRE001 to PRE005");
        }
        Preflight::Passed | Preflight::DeclaredPassed => {}
    }
    let mut evidence = condition::preflight_evidence(facts);
    if !facts.is_false_abort() {
        return Verdict::Pass(evidence);
    }
    evidence.extend(signs(facts));
    Verdict::fail(
        "every probe succeeded, and the agent aborted; it should have planned",
        evidence,
    )
}

fn signs(facts: &Facts<'_>) -> Vec<Reference> {
    let mut signs = Vec::new();
    let tasks = facts.workspace.tasks.text().unwrap_or_default();
    if let Some(at) = tasks.lines().position(|line| line.contains(SENTINEL)) {
        signs.push(Reference::line(facts.workspace.tasks_file, at + 1));
    }
    for block in facts.transcript.blocks(Tag::Summary) {
        if block.text.contains(ABORT_SUMMARY) {
            signs.push(Reference::Transcript {
                line: block.line,
                end_line: block.end_line,
            });
        }
    }
    if signs.is_empty() {
        signs.push(Reference::WholeTranscript);
    }
    signs
}
