//! # FLW005 plans-run-per-config (MUST)
//!
//! Where the goal has a grid, some task says that each configuration is a run of its own.
//!
//! A loop within one run hides which configuration failed.
//!
//! Prompt: "Where the goal has a grid, a task of the plan says that each configuration gets a run
//! of its own."
//!
//! Conforming: `one run per combination of lr and schedule`
//!
//! Violating: a task that starts the grid search as one run
//!
//! ```told
//! told = [
//!     "<each> ..4 <config> ..8 <run>|call|calls|request*|@create",
//!     "<one> <config> ..3 one run",
//!     "separate|own run",
//!     "run of its own",
//!     "one run ..3 <each>",
//! ]
//! ```

use crate::demand;
use crate::facts::{PlanFacts, Source};
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "FLW005",
    slug: "plans-run-per-config",
    level: Level::Must,
    summary: "each configuration of the grid is its own run",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("plans_run_per_config.rs"),
    check: Check::Tasks(Matters::WithRuns, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    match facts.context.has_grid() {
        Some(true) => demand::judge(facts, RULE.code),
        Some(false) => Verdict::not_applicable("the goal has no grid"),
        None => Verdict::not_applicable("whether the goal has a grid is not known"),
    }
}
