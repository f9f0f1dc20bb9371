//! # LAY004 manifest-task (MUST)
//!
//! Some task provides a run manifest that names command, seed, commit and timestamp of the run.
//!
//! Without any one of them a result cannot be repeated.
//!
//! Prompt: "a manifest for every run, with its command, its seed, the commit and the timestamp"
//!
//! Conforming: `Write a manifest per run with command, seed, commit, timestamp`
//!
//! Violating: a manifest of command and seed only
//!
//! ```told
//! told = ["manifest* & seed*"]
//! ```

use crate::facts::Source;
use crate::rules::{Check, Level, Matters, Rule};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "LAY004",
    slug: "manifest-task",
    level: Level::Must,
    summary: "a task provides run manifests with command, seed, commit and timestamp",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("manifest_task.rs"),
    check: Check::Demand(Matters::WithExperiments),
};
