//! # TRK003 sweep-is-wild (MUST)
//!
//! The sweep of every run was created by `POST /sweeps/wild` in this session, or was there before.
//!
//! Other sweeps plan their runs themselves.
//!
//! Prompt: "attached to a sweep made by `POST {{server_url}}/sweeps/wild`"
//!
//! Conforming: a run with the id that `POST /sweeps/wild` gave
//!
//! Violating: a run of a sweep made by `POST /sweeps`
//!
//! ```told
//! told = ["@wild"]
//! ```

use crate::facts::{ExecutionFacts, Facts, Source};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK003",
    slug: "sweep-is-wild",
    level: Level::Must,
    summary: "sweeps come from POST /sweeps/wild",
    sources: &[Source::Journal],
    source_text: include_str!("sweep_is_wild.rs"),
    check: Check::Iteration(check),
};

fn check(_: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let findings = execution.runs.created().filter_map(|run| {
        let sweep = run.sweep.as_ref()?;
        let created = run
            .created
            .filter(|_| !execution.runs.wild_sweeps.contains(sweep))?;
        Some(Finding::new(
            format!(
                "run {} belongs to the sweep {sweep}, which did not come from `POST /sweeps/wild`",
                run.name
            ),
            vec![Reference::exchange(created)],
        ))
    });
    iteration::settled(execution, findings.collect())
}
