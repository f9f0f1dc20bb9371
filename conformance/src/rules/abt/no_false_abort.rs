//! # ABT002 no-false-abort (MUST)
//!
//! When every probe succeeded, nothing of an abort shows up: not the sentinel, not the abort
//! summary, not one of the abort modes. A redirect, an empty answer and a slow one are successes, as
//! they are for `curl -sf`; whoever stops at one aborts without need.
//!
//! An abort ends the whole session, so that a false one costs a user the night's work. Whoever
//! always aborts would also pass every abort case.
//!
//! Prompt: "From then on this is not an abort, so neither the sentinel nor the summary of the next
//! section may appear in the tasks file or in your output."
//!
//! Conforming: five probes succeed, and the agent writes a plan.
//!
//! Violating: five probes succeed, and the agent writes `ABORT_EARLY_DOCS_CHECK_FAILED`; or it does so
//! when `GET /docs` answers 301.
//!
//! ```told
//! told = ["if|when|where|once|should ..8 fail|fails|failed|failure|unavailable|unreachable|down"]
//! under = ["abort|aborts|aborting|aborted|stop|stops|quit|quits", "give|gives up"]
//! ```

use crate::facts::{Facts, Preflight, Source, Tag};
use crate::protocol::{ABORT_SUMMARY, SENTINEL};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Reference, Verdict, outcome_in_words};

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
        Preflight::Incomplete if facts.misread_probe().is_none() => {
            return Verdict::not_applicable("the preflight was not finished, see PRE001 to PRE005");
        }
        Preflight::Incomplete | Preflight::Passed | Preflight::DeclaredPassed => {}
    }
    let mut evidence = applicability::preflight_evidence(facts);
    let misread = facts.misread_probe();
    if misread.is_none() && !facts.is_false_abort() {
        return Verdict::Pass(evidence);
    }
    evidence.extend(signs(facts));
    let odd = misread.map_or_else(|| facts.http.odd_successes(), |probe| vec![probe]);
    let named: Vec<String> = odd
        .iter()
        .map(|(probe, exchange)| {
            format!("`GET {}` -> {}", probe.path(), outcome_in_words(exchange))
        })
        .collect();
    let message = match named.len() {
        0 => "every probe succeeded, and the agent aborted; it should have planned".to_owned(),
        1 => format!(
            "the agent aborted, and {} is a success for `curl -sf`",
            named[0]
        ),
        _ => format!(
            "the agent aborted, and all of these are successes for `curl -sf`: {}",
            named.join(", ")
        ),
    };
    Verdict::fail(message, evidence)
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
