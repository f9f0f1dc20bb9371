//! # ABT006 abort-summary-exact (MUST)
//!
//! The output of an abort has
//! `<summary>Server docs/API preflight failed; planning aborted.</summary>`. Blank space around the
//! sentence is fine, other words are not.
//!
//! The loop that drives the agent recognises an abort by this sentence.
//!
//! Prompt: "your output ends with these two lines, word for word"
//!
//! Conforming: the sentence as it is, on a line of its own or not.
//!
//! Violating: `<summary>The docs were down, so I stopped.</summary>`
//!
//! ```told
//! told = ["text: Server docs/API preflight failed; planning aborted."]
//! ```

use crate::facts::{Facts, Source, Tag};
use crate::protocol::ABORT_SUMMARY;
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "ABT006",
    slug: "abort-summary-exact",
    level: Level::Must,
    summary: "an abort prints the literal summary",
    sources: &[Source::Journal, Source::Workspace, Source::Transcript],
    source_text: include_str!("abort_summary_exact.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_aborting(facts) {
        return verdict;
    }
    let mut summaries = facts.transcript.blocks(Tag::Summary);
    if let Some(block) = summaries.find(|block| block.text.trim() == ABORT_SUMMARY) {
        let place = Reference::Transcript {
            line: block.line,
            end_line: block.end_line,
        };
        return Verdict::Pass(vec![place]);
    }
    let (found, place) = match facts.transcript.last(Tag::Summary) {
        None => (
            "it has no complete <summary>".to_owned(),
            Reference::WholeTranscript,
        ),
        Some(block) => (
            format!("its summary is \"{}\"", shortened(block.text.trim())),
            Reference::Transcript {
                line: block.line,
                end_line: block.end_line,
            },
        ),
    };
    Verdict::fail(
        format!("the output must have <summary>{ABORT_SUMMARY}</summary>, and {found}"),
        vec![place],
    )
}

/// Enough of a text to recognise it by.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 120;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}
