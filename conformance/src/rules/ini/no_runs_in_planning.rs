//! # INI001 no-runs-in-planning (MUST)
//!
//! In iteration 0 no run is started or rerun, or created so that it starts by itself, and no parameter
//! sweep is launched. A run that is merely created is the business of INI002.
//!
//! What is started before there is a plan takes up the machine and answers no question that
//! anybody has asked yet.
//!
//! Prompt: "create, start and rerun no run"
//!
//! Conforming: requests that read, and `POST /cluster/detect`.
//!
//! Violating: `POST /runs` with `auto_start`, or `POST /sweeps` that queues a run for each configuration.
//!
//! ```told
//! told = [
//!     "planning ?and ?light ?inspection only",
//!     "only plan|planning",
//!     "not: creat*|start*|launch*|execute*|rerun ..4 run|runs",
//!     "creat*|start*|rerun*|launch* ..3 no run|runs",
//!     "not: run|start|launch|execute ..4 experiment*|training",
//! ]
//! ```

use wild_mock_server::{Change, Exchange};

use super::in_planning;
use crate::facts::{Facts, Source};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "INI001",
    slug: "no-runs-in-planning",
    level: Level::Must,
    summary: "the planning iteration starts and reruns no run",
    sources: &[Source::Journal],
    source_text: include_str!("no_runs_in_planning.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_observable(facts) {
        return verdict;
    }
    let offences = facts
        .http
        .exchanges
        .iter()
        .filter(|exchange| launches(exchange));
    let findings = offences.map(|exchange| {
        Finding::new(
            format!(
                "`{} {}` started a run in the planning iteration; later iterations do that",
                exchange.method, exchange.path
            ),
            vec![Reference::exchange(exchange)],
        )
    });
    in_planning(facts, findings.collect())
}

/// Whether `exchange` set a run going, or had it done again.
pub(super) fn launches(exchange: &Exchange) -> bool {
    let is_rerun = exchange.path.ends_with("/rerun");
    exchange.effects.iter().any(|effect| match &effect.change {
        Change::RunCreated { status, .. } => is_rerun || is_on_its_way(status),
        Change::RunStatus { to, by_itself, .. } => !by_itself && is_on_its_way(to),
        _ => false,
    })
}

/// A run that is queued starts without anybody's further doing.
fn is_on_its_way(status: &str) -> bool {
    matches!(status, "queued" | "launching" | "running")
}
