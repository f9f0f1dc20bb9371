//! # INI002 no-sweeps-in-planning (SHOULD)
//!
//! In iteration 0 no sweep is created, and no run either, though it were not started. What starts runs
//! is the business of INI001.
//!
//! An empty sweep and a waiting run harm nobody; but what the plan then does not use stays with the
//! user.
//!
//! Prompt: "create or launch no sweep"
//!
//! Conforming: the plan has a task that creates the sweep.
//!
//! Violating: `POST /sweeps/wild` succeeds while the agent plans, or `POST /runs` without `auto_start`.
//!
//! ```told
//! told = [
//!     "planning ?and ?light ?inspection only",
//!     "only plan|planning",
//!     "not: creat*|launch*|start* ..5 sweep*",
//!     "creat*|start*|launch* ..3 no sweep*",
//! ]
//! ```

use wild_mock_server::{Change, Exchange};

use super::in_planning;
use super::no_runs_in_planning::launches;
use crate::facts::{Facts, Source};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "INI002",
    slug: "no-sweeps-in-planning",
    level: Level::Should,
    summary: "the planning iteration creates no sweep and no run",
    sources: &[Source::Journal],
    source_text: include_str!("no_sweeps_in_planning.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_observable(facts) {
        return verdict;
    }
    let creating = facts
        .http
        .exchanges
        .iter()
        .filter(|exchange| !launches(exchange))
        .filter_map(|exchange| Some((exchange, created(exchange)?)));
    let findings = creating.map(|(exchange, what)| {
        Finding::new(
            format!(
                "`{} {}` created {what} in the planning iteration; let a task of the plan do that",
                exchange.method, exchange.path
            ),
            vec![Reference::exchange(exchange)],
        )
    });
    in_planning(facts, findings.collect())
}

/// What `exchange` created, if anything.
fn created(exchange: &Exchange) -> Option<&'static str> {
    exchange
        .effects
        .iter()
        .find_map(|effect| match effect.change {
            Change::SweepCreated { .. } => Some("a sweep"),
            Change::RunCreated { .. } => Some("a run"),
            _ => None,
        })
}
