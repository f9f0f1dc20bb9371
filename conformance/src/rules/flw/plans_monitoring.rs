//! # FLW004 plans-monitoring (MUST)
//!
//! Where the goal asks for experiments, some task watches the runs with `GET /runs`, or with `GET
//! /runs/{id}`.
//!
//! Runs fail, and nobody else looks.
//!
//! Prompt: "A task of the plan watches the runs with `GET {{server_url}}/runs`."
//!
//! Conforming: `Monitor with GET /runs until every run has ended`
//!
//! Violating: a plan that starts runs and reads their results
//!
//! ```told
//! told = ["@list", "monitor*|watch*|poll*|track ..3 run|runs"]
//! ```

use crate::facts::Source;
use crate::rules::{Check, Level, Matters, Rule};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "FLW004",
    slug: "plans-monitoring",
    level: Level::Must,
    summary: "a task monitors with GET /runs",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("plans_monitoring.rs"),
    check: Check::Demand(Matters::WithRuns),
};
