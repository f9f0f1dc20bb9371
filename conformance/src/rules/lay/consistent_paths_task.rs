//! # LAY005 consistent-paths-task (MUST)
//!
//! Some task makes run commands use the planned script and log paths consistently: it states so, or
//! it shows run commands with such paths.
//!
//! A log that lies where nobody planned it is not collected.
//!
//! Prompt: "consistent paths: run commands use the planned script and log paths and no others"
//!
//! Conforming: `Run commands use exp/scripts/launch.sh and exp/logs/ consistently`
//!
//! Violating: a plan whose commands name neither script nor log of the layout

use crate::demand;
use crate::facts::{PlanFacts, Source};
use crate::rules::{Check, Level, Rule, condition};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "LAY005",
    slug: "consistent-paths-task",
    level: Level::Must,
    summary: "run commands use the planned paths consistently",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("consistent_paths_task.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    condition::unless_experiments(facts)
        .or_else(|| condition::unless_tasks(facts))
        .unwrap_or_else(|| demand::judge(facts, RULE.code))
}
