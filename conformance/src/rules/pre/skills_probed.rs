//! # PRE003 skills-probed (MUST)
//!
//! The preflight sends `GET /prompt-skills`. An agent may leave it out only after another probe
//! has failed, because it is to stop at the first failure.
//!
//! The playbook of the plan is made from the skills that the server offers.
//!
//! Prompt: "Run these five commands as they stand"
//!
//! Conforming: `curl -sf $URL/prompt-skills >/dev/null` is among the first requests.
//!
//! Violating: the agent sends the four other probes and goes on to plan.
//!
//! ```told
//! told = ["@skills"]
//! ```

use crate::facts::{Facts, Probe, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PRE003",
    slug: "skills-probed",
    level: Level::Must,
    summary: "the preflight asks for the list of prompt skills",
    sources: &[Source::Journal],
    source_text: include_str!("skills_probed.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    super::was_sent(facts, Probe::Skills)
}
