//! # OUT001 tasks-file-written (MUST)
//!
//! After a preflight that passed, `tasks_path` holds something: it exists, is not blank, and is not
//! the placeholder that was there before.
//!
//! The file is what the execution iterations work from; a plan in the output alone is lost.
//!
//! Prompt: "After the tasks file is written, print its content once more"
//!
//! Conforming: the plan is in `tasks_path`.
//!
//! Violating: the plan is printed, and `tasks_path` still holds its placeholder.
//!
//! ```told
//! told = [
//!     "writ*|save*|put|store ..4 to|at|in|into|as ..2 #field & !abort*|checklist",
//!     "writ*|save* #field & !abort*|checklist",
//!     "writ*|save* ..1 tasks|plan file & !abort*|checklist",
//! ]
//! ```

use crate::facts::{Facts, Source, TasksFile};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "OUT001",
    slug: "tasks-file-written",
    level: Level::Must,
    summary: "tasks_path holds the plan",
    sources: &[Source::Journal, Source::Workspace, Source::Transcript],
    source_text: include_str!("tasks_file_written.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_planning(facts) {
        return verdict;
    }
    let place = vec![Reference::file(facts.workspace.tasks_file)];
    let problem = match &facts.workspace.tasks {
        TasksFile::Missing => "tasks_path was removed",
        TasksFile::Untouched(_) => "tasks_path still holds the placeholder that was there before",
        TasksFile::Written(text) if text.trim().is_empty() => "tasks_path is blank",
        TasksFile::Written(_) => return Verdict::Pass(place),
        TasksFile::Unreadable(reason) => return Verdict::Untestable(reason.clone()),
    };
    Verdict::fail(format!("{problem}; write the plan there"), place)
}
