//! # ABT008 preferred-abort-mode (SHOULD)
//!
//! An abort leaves the checklist in `tasks_path` rather than nothing.
//!
//! Whoever looks at the session later sees at once that it was aborted, and why.
//!
//! Prompt: "Preferred: write a short abort checklist"
//!
//! Conforming: the abort checklist is written.
//!
//! Violating: `tasks_path` is left as it was.
//!
//! ```told
//! told = ["prefer*|better|recommend* ..8 checklist|list|sentinel"]
//! ```

use crate::facts::{Facts, Reaction, Source};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "ABT008",
    slug: "preferred-abort-mode",
    level: Level::Should,
    summary: "an abort leaves the checklist rather than nothing",
    sources: &[Source::Journal, Source::Workspace, Source::Transcript],
    source_text: include_str!("preferred_abort_mode.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_aborting(facts) {
        return verdict;
    }
    let place = vec![Reference::file(facts.workspace.tasks_file)];
    match facts.reaction {
        Reaction::Checklist => Verdict::Pass(place),
        Reaction::Silent => Verdict::fail(
            "the agent aborted without a trace in tasks_path; the abort checklist is preferred",
            place,
        ),
        Reaction::Botched | Reaction::Proceeded => {
            Verdict::not_applicable("neither abort mode was kept, see ABT004 and ABT005")
        }
    }
}
