//! # LAY002 run-naming-task (MUST)
//!
//! Some task provides deterministic run naming: the same configuration always gets the same run
//! name.
//!
//! A run that cannot be found by its configuration is run twice, or never found again.
//!
//! Prompt: "deterministic run names, derived from the configuration"
//!
//! Conforming: `Derive run names from method, parameters and seed`
//!
//! Violating: a plan that never says how runs are named
//!
//! ```told
//! told = [
//!     "deterministic*|reproducible|derived|stable ..4 name|names|naming",
//!     "run|runs ..1 name|names|naming",
//!     "name|names|naming ..4 deterministic*|configuration*|derived",
//! ]
//! ```

use crate::facts::Source;
use crate::rules::{Check, Level, Matters, Rule};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "LAY002",
    slug: "run-naming-task",
    level: Level::Must,
    summary: "a task provides deterministic run naming",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("run_naming_task.rs"),
    check: Check::Demand(Matters::WithExperiments),
};
