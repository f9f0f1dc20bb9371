//! # TRK005 one-config-one-run (MUST)
//!
//! Where the task has a grid, every combination of its values has a run of its own.
//!
//! A configuration without a run has no result.
//!
//! Prompt: "One configuration, one run. Every combination of a grid gets a run of its own."
//!
//! Conforming: eight runs for two rates, two schedules and two seeds
//!
//! Violating: seven of them, or one run that loops over the seeds
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

use crate::facts::{ExecutionFacts, Facts, Source, coverage};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK005",
    slug: "one-config-one-run",
    level: Level::Must,
    summary: "every configuration of the grid has a run of its own",
    sources: &[Source::Journal],
    source_text: include_str!("one_config_one_run.rs"),
    check: Check::Iteration(check),
};

fn check(facts: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let grid = &facts.case.grid;
    if grid.is_empty() {
        return Verdict::not_applicable("the task has no grid");
    }
    if execution.runs.created().next().is_none() {
        return Verdict::fail(
            "the task has a grid, and no run was created for any of its configurations",
            vec![Reference::Journal],
        );
    }
    let coverage = coverage(grid, execution.runs.all.iter());
    let shown: Vec<&str> = coverage
        .missing
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect();
    let findings = (!coverage.missing.is_empty()).then(|| {
        Finding::new(
            format!(
                "{} of {} configurations have no run of their own: {}{}",
                coverage.missing.len(),
                coverage.total,
                shown.join(", "),
                if coverage.missing.len() > SHOWN {
                    ", ..."
                } else {
                    ""
                }
            ),
            iteration::creates(execution),
        )
    });
    iteration::settled(execution, findings.into_iter().collect())
}

/// How many missing configurations a message lists.
const SHOWN: usize = 12;
