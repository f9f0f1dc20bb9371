//! # CAP002 within-capacity (MUST)
//!
//! At no moment are more runs launching or running than the capacity `g`, by the agent's doing. On
//! clusters other than `local_gpu` a scheduler queues what does not fit and the formula is a
//! recommendation, so that the finding is a warning there.
//!
//! Runs that share a device fail together.
//!
//! Prompt: "so that never more than `g` runs are launching or running"
//!
//! Conforming: two runs on two GPUs
//!
//! Violating: eight runs on one
//!
//! ```told
//! told = [
//!     "max new runs",
//!     "not: more ..4 run*|than",
//!     "at most ..6 run|runs",
//!     "no more than|runs",
//!     "within|exceed* ..3 capacity",
//! ]
//! ```

use crate::facts::{ExecutionFacts, Facts, Source};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Finding, Verdict};
use wild_mock_server::ClusterKind;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "CAP002",
    slug: "within-capacity",
    level: Level::Must,
    summary: "never more runs are alive than fit",
    sources: &[Source::Journal],
    source_text: include_str!("within_capacity.rs"),
    check: Check::Iteration(check),
};

fn check(facts: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let timeline = &execution.timeline;
    let Some(worst) = timeline
        .violations()
        .max_by_key(|moment| moment.alive.len())
    else {
        return if execution.runs.starts.is_empty() {
            Verdict::not_applicable("no run was started")
        } else {
            Verdict::Pass(iteration::starts(execution))
        };
    };
    let first = timeline.violations().next().unwrap_or(worst);
    let findings = [first, worst]
        .into_iter()
        .take(if first == worst { 1 } else { 2 })
        .map(|moment| {
            Finding::new(
                iteration::told(execution, moment),
                iteration::at(facts, moment.seq),
            )
            .at_most(weight(facts))
        });
    Verdict::Fail(findings.collect())
}

/// Only a machine of one's own has nobody to queue what does not fit.
fn weight(facts: &Facts<'_>) -> Level {
    let kind = facts.context.cluster.map(|cluster| cluster.kind);
    if kind == Some(ClusterKind::LocalGpu) {
        Level::Must
    } else {
        Level::Should
    }
}
