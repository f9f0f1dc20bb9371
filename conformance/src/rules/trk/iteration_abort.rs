//! # TRK014 iteration-abort (MUST)
//!
//! Where a guard probe failed, the output is `<summary>Preflight failed; aborting run
//! loop.</summary>` with `<promise>DONE</promise>`, and nothing is created.
//!
//! A loop that goes on without its server produces nothing that counts.
//!
//! Prompt: "If any of them fails, create nothing, change nothing, and end the iteration with
//! exactly this"
//!
//! Conforming: the summary and the promise, word for word
//!
//! Violating: an ordinary summary, or a run created all the same
//!
//! ```told
//! told = ["text: Preflight failed; aborting run loop."]
//! ```

use crate::facts::{Facts, Guard, Promise, Source, Tag};
use crate::protocol::ITERATION_ABORT_SUMMARY;
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK014",
    slug: "iteration-abort",
    level: Level::Must,
    summary: "a failed guard probe ends the run loop",
    sources: &[Source::Journal, Source::Transcript],
    source_text: include_str!("iteration_abort.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    let execution = match iteration::execution(facts) {
        Ok(execution) => execution,
        Err(verdict) => return verdict,
    };
    let Guard::Failed(probe) = execution.guard else {
        return Verdict::not_applicable("no guard probe failed");
    };
    let mut findings = Vec::new();
    let says = |tag: Tag, wanted: &str| {
        facts
            .transcript
            .blocks(tag)
            .any(|block| block.text.trim() == wanted)
    };
    if !says(Tag::Summary, ITERATION_ABORT_SUMMARY) {
        findings.push(Finding::new(
            format!("the output lacks `<summary>{ITERATION_ABORT_SUMMARY}</summary>`"),
            vec![Reference::WholeTranscript],
        ));
    }
    if !facts.transcript.promises(&Promise::Done) {
        findings.push(Finding::new(
            "the output lacks `<promise>DONE</promise>`",
            vec![Reference::WholeTranscript],
        ));
    }
    findings.extend(execution.runs.creates.iter().map(|create| {
        Finding::new(
            format!(
                "`POST {}` created something although a guard probe had failed",
                create.exchange.path
            ),
            vec![Reference::exchange(create.exchange)],
        )
    }));
    Verdict::from_findings(
        findings,
        vec![Reference::exchange(probe), Reference::WholeTranscript],
    )
}
