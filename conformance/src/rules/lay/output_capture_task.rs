//! # LAY003 output-capture-task (MUST)
//!
//! Some task provides that the stdout and stderr of runs are captured to files.
//!
//! What a run printed is the only witness of how it failed.
//!
//! Prompt: "capture of stdout and stderr to files"
//!
//! Conforming: `Write a launcher that redirects stdout and stderr to exp/logs/<run>.log`, with the
//! name filled in
//!
//! Violating: a plan in which nothing is captured
//!
//! ```told
//! told = [
//!     "capture|captures|capturing|redirect*|sav*|stor*|writ*|keep|tee ..6 stdout|stderr|output",
//!     "stdout|stderr|output ..4 captur*|redirect*|file|files",
//! ]
//! ```

use crate::facts::Source;
use crate::rules::{Check, Level, Matters, Rule};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "LAY003",
    slug: "output-capture-task",
    level: Level::Must,
    summary: "a task provides capture of stdout and stderr to files",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("output_capture_task.rs"),
    check: Check::Demand(Matters::WithExperiments),
};
