//! # INI005 sources-untouched (SHOULD)
//!
//! The files that came with the project are as they were after planning.
//!
//! A plan speaks of the project that the user knows. Refactoring is a task of the plan, to be
//! verified like any other.
//!
//! Prompt: "Leave the files that came with the project as they are."
//!
//! Conforming: the plan and notes are new files.
//!
//! Violating: `scripts/train.py` has another content afterwards.
//!
//! ```told
//! told = [
//!     "planning ?and ?light ?inspection only",
//!     "only plan|planning",
//!     "leave|keep ..8 as they are|were",
//!     "not: chang*|modif*|edit*|touch* ..5 source*|code|file|files|project|repository|repo",
//!     "read only",
//! ]
//! ```

use super::in_planning;
use crate::evidence::EntryKind;
use crate::facts::{Change, ChangeKind, Facts, Source, WorkspaceFacts};
use crate::rules::{Check, Level, Rule};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "INI005",
    slug: "sources-untouched",
    level: Level::Should,
    summary: "the project's own files stay as they are",
    // What tasks_path holds does not matter here, so that the rule stands without its text.
    sources: &[Source::Journal],
    source_text: include_str!("sources_untouched.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    let workspace = &facts.workspace;
    let altered = workspace
        .changes_beside_tasks()
        .filter(|change| was_shipped(workspace, change));
    let findings = altered.map(|change| {
        Finding::new(
            format!(
                "{} came with the project and was {} in the planning iteration",
                change.path,
                change.kind.word()
            ),
            vec![Reference::file(&change.path)],
        )
    });
    in_planning(facts, findings.collect())
}

/// A folder changes with what is in it, so that only files count.
fn was_shipped(workspace: &WorkspaceFacts<'_>, change: &Change) -> bool {
    let before = workspace.before.get(&change.path);
    change.kind != ChangeKind::Created
        && before.is_some_and(|entry| matches!(entry.kind, EntryKind::File { .. }))
}
