//! # INI002 no-sweeps-in-planning (SHOULD)
//!
//! In iteration 0 no sweep is created. A sweep that brings its runs with it is the business of
//! INI001.
//!
//! An empty sweep harms nobody; but one that the plan then does not use stays with the user.
//!
//! Prompt: "create or launch no sweep"
//!
//! Conforming: the plan has a task that creates the sweep.
//!
//! Violating: `POST /sweeps/wild` succeeds while the agent plans.

use wild_mock_server::{Change, Exchange};

use super::in_planning;
use super::no_runs_in_planning::launches;
use crate::facts::{Facts, Source};
use crate::rules::{Check, Level, Rule, condition};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "INI002",
    slug: "no-sweeps-in-planning",
    level: Level::Should,
    summary: "the planning iteration creates no sweep",
    sources: &[Source::Journal],
    source_text: include_str!("no_sweeps_in_planning.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = condition::unless_observable(facts) {
        return verdict;
    }
    let creating = facts
        .http
        .exchanges
        .iter()
        .filter(|exchange| creates_sweep(exchange) && !launches(exchange));
    let findings = creating.map(|exchange| {
        Finding::new(
            format!(
                "`{} {}` created a sweep in the planning iteration; let a task of the plan do that",
                exchange.method, exchange.path
            ),
            vec![Reference::exchange(exchange)],
        )
    });
    in_planning(facts, findings.collect())
}

fn creates_sweep(exchange: &Exchange) -> bool {
    let mut effects = exchange.effects.iter();
    effects.any(|effect| matches!(effect.change, Change::SweepCreated { .. }))
}
