//! # CAP001 capacity-before-start (MUST)
//!
//! Before a run is started, by `auto_start` or by `/start`, the agent has read `POST
//! /cluster/detect`, `GET /cluster` and `GET /wild/v2/system-health` in this iteration.
//!
//! Whoever does not ask how many runs fit starts too many.
//!
//! Prompt: "Before the first start of this iteration, read all three"
//!
//! Conforming: the three reads, then `POST /runs` with `auto_start`
//!
//! Violating: `POST /runs` with `auto_start` right away
//!
//! ```told
//! told = ["@hardware"]
//! ```

use crate::facts::{ExecutionFacts, Facts, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "CAP001",
    slug: "capacity-before-start",
    level: Level::Must,
    summary: "capacity is read before the first start",
    sources: &[Source::Journal],
    source_text: include_str!("capacity_before_start.rs"),
    check: Check::Iteration(check),
};

fn check(facts: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let Some(first) = execution.runs.starts.first().map(|start| start.exchange) else {
        return Verdict::not_applicable("no run was started");
    };
    let mut missing = Vec::new();
    let mut read = Vec::new();
    for (method, path) in READS {
        let earlier =
            facts.http.exchanges.iter().find(|e| {
                e.seq < first.seq && e.method == method && e.path == path && e.is_success()
            });
        match earlier {
            Some(exchange) => read.push(Reference::exchange(exchange)),
            None => missing.push(format!("`{method} {path}`")),
        }
    }
    if missing.is_empty() {
        return Verdict::Pass(read);
    }
    Verdict::fail(
        format!(
            "a run was started before {} {} read",
            missing.join(", "),
            if missing.len() == 1 { "was" } else { "were" }
        ),
        vec![Reference::exchange(first)],
    )
}

/// What tells the capacity.
const READS: [(&str, &str); 3] = [
    ("POST", "/cluster/detect"),
    ("GET", "/cluster"),
    ("GET", "/wild/v2/system-health"),
];
