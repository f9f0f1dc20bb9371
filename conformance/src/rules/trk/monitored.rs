//! # TRK010 monitored (MUST)
//!
//! After the last start of a run the agent reads `GET /runs`, or `GET /runs/{id}` and what belongs
//! to it.
//!
//! A run that fails at once is noticed only by looking.
//!
//! Prompt: "After the last start, look at the runs again with `GET {{server_url}}/runs` or `GET
//! {{server_url}}/runs/<id>`."
//!
//! Conforming: `GET /runs` behind the last `POST /runs/{id}/start`
//!
//! Violating: starting runs and ending the iteration
//!
//! ```told
//! told = ["monitor*|watch*|poll|polls|polling|look|check|follow ..5 run|runs|@watch", "@list"]
//! ```

use crate::facts::{ExecutionFacts, Facts, Source};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK010",
    slug: "monitored",
    level: Level::Must,
    summary: "runs are looked at after the last start",
    sources: &[Source::Journal],
    source_text: include_str!("monitored.rs"),
    check: Check::Iteration(check),
};

fn check(facts: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let Some(last) = execution.runs.last_start() else {
        return Verdict::not_applicable("no run was started");
    };
    let looks = |path: &str| path == "/runs" || path.starts_with("/runs/");
    let looked = facts
        .http
        .exchanges
        .iter()
        .find(|e| e.seq > last && e.method == "GET" && looks(&e.path));
    match looked {
        Some(exchange) => Verdict::Pass(vec![Reference::exchange(exchange)]),
        None => Verdict::fail(
            "no `GET /runs` or `GET /runs/{id}` follows the last start of a run",
            iteration::starts(execution),
        ),
    }
}
