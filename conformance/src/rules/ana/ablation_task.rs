//! # ANA003 ablation-task (MUST)
//!
//! Some task is an ablation or a sensitivity analysis; leave-one-out, removal of components and the
//! impact of hyper-parameters are such, too.
//!
//! It tells what an improvement comes from.
//!
//! Prompt: "At least one task is devoted to ablation or sensitivity analysis."
//!
//! Conforming: `Ablation: switch off warmup and decay one at a time`
//!
//! Violating: a plan that compares the full method with the baseline, and nothing in between
//!
//! ```told
//! told = ["ablat*|sensitiv*"]
//! ```

use crate::facts::Source;
use crate::rules::{Check, Level, Matters, Rule};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "ANA003",
    slug: "ablation-task",
    level: Level::Must,
    summary: "a task is an ablation or sensitivity analysis",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("ablation_task.rs"),
    check: Check::Demand(Matters::WithExperiments),
};
