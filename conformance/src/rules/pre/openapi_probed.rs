//! # PRE002 openapi-probed (MUST)
//!
//! The preflight sends `GET /openapi.json`. An agent may leave it out only after another probe
//! has failed, because it is to stop at the first failure.
//!
//! The OpenAPI document is what later iterations look endpoints up in.
//!
//! Prompt: "Run these five commands as they stand"
//!
//! Conforming: `curl -sf $URL/openapi.json >/dev/null` is among the first requests.
//!
//! Violating: the agent sends the four other probes and goes on to plan.
//!
//! ```told
//! told = ["@openapi"]
//! under = ["preflight*|probe*|verif*|check*|curl|ensure*", "make sure"]
//! ```

use crate::facts::{Facts, Probe, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PRE002",
    slug: "openapi-probed",
    level: Level::Must,
    summary: "the preflight asks for the OpenAPI document",
    sources: &[Source::Journal],
    source_text: include_str!("openapi_probed.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    super::was_sent(facts, Probe::OpenApi)
}
