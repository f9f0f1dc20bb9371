//! # PRE001 docs-probed (MUST)
//!
//! The preflight sends `GET /docs`. An agent may leave it out only after another probe
//! has failed, because it is to stop at the first failure.
//!
//! A plan that relies on an API whose documentation cannot be read is built on guesses.
//!
//! Prompt: "Run these five commands as they stand"
//!
//! Conforming: `curl -sf $URL/docs >/dev/null` is among the first requests.
//!
//! Violating: the agent sends the four other probes and goes on to plan.
//!
//! ```told
//! told = ["@docs"]
//! under = ["preflight*|probe*|verif*|check*|curl|ensure*", "make sure"]
//! ```

use crate::facts::{Facts, Probe, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PRE001",
    slug: "docs-probed",
    level: Level::Must,
    summary: "the preflight asks for the documentation page",
    sources: &[Source::Journal],
    source_text: include_str!("docs_probed.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    super::was_sent(facts, Probe::Docs)
}
