//! # ABT010 workspace-untouched-in-abort (MUST)
//!
//! In an abort nothing in the workspace but `tasks_path` is created, changed or removed.
//!
//! Changes are committed automatically after the iteration, so that leftovers of an abort end up in
//! the user's history.
//!
//! Prompt: "Change no file except, in the first mode, the tasks file."
//!
//! Conforming: the abort checklist is the only change.
//!
//! Violating: the agent also leaves `notes.md`.
//!
//! ```told
//! told = [
//!     "immediately|instantly",
//!     "straight|right away",
//!     "at once",
//!     "chang*|touch*|writ*|modif* no ..2 file*",
//!     "not: chang*|touch*|writ*|modif* ..4 file*|anything|workspace",
//!     "nothing else|more",
//! ]
//! under = ["abort|aborts|aborting|aborted|stop|stops|quit|quits", "give|gives up"]
//! ```

use crate::facts::{Facts, Source};
use crate::rules::{Check, Level, Rule, applicability, changes};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "ABT010",
    slug: "workspace-untouched-in-abort",
    level: Level::Must,
    summary: "an abort changes nothing in the workspace but tasks_path",
    // What tasks_path holds does not matter here, so that the rule stands without its text.
    sources: &[Source::Journal],
    source_text: include_str!("workspace_untouched_in_abort.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_aborting(facts) {
        return verdict;
    }
    let workspace = &facts.workspace;
    let findings = workspace.changes_beside_tasks().map(|change| {
        Finding::new(
            format!(
                "{} was {} although the agent aborted",
                change.path,
                change.kind.word()
            ),
            vec![Reference::file(&change.path)],
        )
    });
    let untouched = vec![Reference::file(workspace.tasks_file)];
    changes::conclude(findings.collect(), workspace.doubts(), untouched)
}
