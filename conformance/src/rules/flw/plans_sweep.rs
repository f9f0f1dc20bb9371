//! # FLW001 plans-sweep (MUST)
//!
//! Where the goal asks for experiments, some task creates a sweep with `POST /sweeps/wild`.
//!
//! Runs without a sweep belong to nothing that a user looks at.
//!
//! Prompt: "the plan has tasks that follow this flow and name its endpoints"
//!
//! Conforming: `Create the sweep with POST /sweeps/wild`
//!
//! Violating: a plan whose runs belong to no sweep
//!
//! ```told
//! told = ["@wild"]
//! ```

use crate::facts::Source;
use crate::rules::{Check, Level, Matters, Rule};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "FLW001",
    slug: "plans-sweep",
    level: Level::Must,
    summary: "a task creates a sweep with POST /sweeps/wild",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("plans_sweep.rs"),
    check: Check::Demand(Matters::WithRuns),
};
