//! # TRK015 sentinel-stops (MUST)
//!
//! Where `tasks_path` holds the sentinel, the agent promises DONE and does nothing else: it sends
//! no request besides the probes and changes nothing.
//!
//! A session whose planning was aborted has nothing to carry out.
//!
//! Prompt: "send no further request, change no file, and end with a `<summary>` that says so and
//! `<promise>DONE</promise>`"
//!
//! Conforming: the guard probes, then `<promise>DONE</promise>`
//!
//! Violating: writing a plan of its own over the sentinel
//!
//! ```told
//! told = ["text: ABORT_EARLY_DOCS_CHECK_FAILED"]
//! ```

use crate::facts::{Facts, Probe, Promise, Source};
use crate::protocol::SENTINEL;
use crate::rules::{Check, Level, Rule, changes, iteration};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK015",
    slug: "sentinel-stops",
    level: Level::Must,
    summary: "the sentinel ends the iteration",
    sources: &[Source::Journal, Source::Transcript, Source::Workspace],
    source_text: include_str!("sentinel_stops.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    let execution = match iteration::execution(facts) {
        Ok(execution) => execution,
        Err(verdict) => return verdict,
    };
    if !execution.before.source().contains(SENTINEL) {
        return Verdict::not_applicable("the tasks file does not hold the sentinel");
    }
    let mut findings: Vec<Finding> = facts
        .http
        .exchanges
        .iter()
        .filter(|exchange| Probe::of(exchange).is_none())
        .map(|exchange| {
            Finding::new(
                format!(
                    "`{} {}` was sent although planning had been aborted",
                    exchange.method, exchange.path
                ),
                vec![Reference::exchange(exchange)],
            )
        })
        .collect();
    findings.extend(facts.workspace.changes.iter().map(|change| {
        Finding::new(
            format!(
                "{} was {} although planning had been aborted",
                change.path,
                change.kind.word()
            ),
            vec![Reference::file(&change.path)],
        )
    }));
    if !facts.transcript.promises(&Promise::Done) {
        findings.push(Finding::new(
            "the output lacks `<promise>DONE</promise>`",
            vec![Reference::WholeTranscript],
        ));
    }
    let doubt = facts.workspace.doubts();
    changes::conclude(findings, doubt, vec![Reference::WholeTranscript])
}
