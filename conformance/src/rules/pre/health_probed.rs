//! # PRE005 health-probed (MUST)
//!
//! The preflight sends `GET /wild/v2/system-health`. An agent may leave it out only after another probe
//! has failed, because it is to stop at the first failure.
//!
//! It is the only probe that asks a working part of the system, and the only one behind the token.
//!
//! Prompt: "Run these five commands as they stand"
//!
//! Conforming: `curl -sf $URL/wild/v2/system-health >/dev/null` is among the first requests.
//!
//! Violating: the agent sends the four other probes and goes on to plan.
//!
//! ```told
//! told = ["@health"]
//! under = ["preflight*|probe*|verif*|before ..4 plan*|anything|else", "text: curl -sf"]
//! ```

use crate::facts::{Facts, Probe, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PRE005",
    slug: "health-probed",
    level: Level::Must,
    summary: "the preflight asks for the system's health",
    sources: &[Source::Journal],
    source_text: include_str!("health_probed.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    super::was_sent(facts, Probe::Health)
}
