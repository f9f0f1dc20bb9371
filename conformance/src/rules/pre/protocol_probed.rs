//! # PRE004 protocol-probed (MUST)
//!
//! The preflight sends `GET /prompt-skills/wild_v2_execution_ops_protocol`. An agent may leave it out only after another probe
//! has failed, because it is to stop at the first failure.
//!
//! That skill is the source of truth for auditing, GPU discovery and scheduling.
//!
//! Prompt: "Run these five commands as they stand"
//!
//! Conforming: `curl -sf $URL/prompt-skills/wild_v2_execution_ops_protocol >/dev/null` is among the first requests.
//!
//! Violating: the agent sends the four other probes and goes on to plan.
//!
//! ```told
//! told = ["@protocol"]
//! ```

use crate::facts::{Facts, Probe, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PRE004",
    slug: "protocol-probed",
    level: Level::Must,
    summary: "the preflight asks for the execution protocol",
    sources: &[Source::Journal],
    source_text: include_str!("protocol_probed.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    super::was_sent(facts, Probe::Protocol)
}
