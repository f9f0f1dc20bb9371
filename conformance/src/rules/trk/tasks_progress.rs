//! # TRK016 tasks-progress (MUST)
//!
//! The box of the task that was to be done moves from `[ ]` to `[/]` or `[x]`, and every task is
//! still there. That task is the one in progress, and else the first open one, in the order of the
//! plan, whose dependencies are done.
//!
//! The boxes are all that the next iteration knows.
//!
//! Prompt: "Every other task stays where it is, with its id. Nothing is removed or renumbered."
//!
//! Conforming: `[ ] [P2-T2]` becomes `[x] [P2-T2]`
//!
//! Violating: the tasks file as it was, or without a task
//!
//! ```told
//! told = [
//!     "mark|tick|check|set|update ..6 task|tasks|box|boxes", "text: `[x]`",
//!     "not: task* ..5 lost|removed|renumber*|dropped",
//! ]
//! ```

use crate::facts::{ExecutionFacts, Facts, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK016",
    slug: "tasks-progress",
    level: Level::Must,
    summary: "the box of the chosen task moves, and no task is lost",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("tasks_progress.rs"),
    check: Check::Iteration(check),
};

fn check(facts: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let Some(chosen) = execution.progress.chosen else {
        return Verdict::not_applicable("no task was open");
    };
    let at = || vec![Reference::file(facts.workspace.tasks_file)];
    let mut findings: Vec<Finding> = execution
        .progress
        .lost
        .iter()
        .map(|id| Finding::new(format!("task {id} is gone from the tasks file"), at()))
        .collect();
    if findings.is_empty() && !execution.progress.has_moved() {
        findings.push(Finding::new(
            format!("the box of {chosen} did not move; set it to `[/]` or `[x]`"),
            at(),
        ));
    }
    Verdict::from_findings(findings, at())
}
