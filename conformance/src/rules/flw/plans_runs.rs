//! # FLW002 plans-runs (MUST)
//!
//! Where the goal asks for experiments, some task creates runs with `POST /runs`.
//!
//! What is not a run of the server is invisible to the user.
//!
//! Prompt: "Every experiment is a run that the server was told to make."
//!
//! Conforming: `Create the baseline runs with POST /runs`
//!
//! Violating: a plan that trains models and never says how
//!
//! ```told
//! told = ["@create"]
//! ```

use crate::facts::Source;
use crate::rules::{Check, Level, Matters, Rule};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "FLW002",
    slug: "plans-runs",
    level: Level::Must,
    summary: "a task creates runs with POST /runs",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("plans_runs.rs"),
    check: Check::Demand(Matters::WithRuns),
};
