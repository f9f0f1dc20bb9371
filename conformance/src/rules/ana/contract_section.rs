//! # ANA001 contract-section (MUST)
//!
//! There is a section `## Shared Metrics and Analytics Contract`.
//!
//! What is measured is agreed upon before anybody knows the numbers.
//!
//! Prompt: "The plan defines, once for all its phases, the primary metrics, the secondary
//! diagnostics"
//!
//! Conforming: `## Shared Metrics and Analytics Contract` with its four entries
//!
//! Violating: a plan without that heading, or with `### Metrics`
//!
//! ```told
//! told = ["text: Analytics Contract", "analytics contract", "metrics contract"]
//! ```

use crate::facts::{PlanFacts, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "ANA001",
    slug: "contract-section",
    level: Level::Must,
    summary: "there is a section Shared Metrics and Analytics Contract",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("contract_section.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    match facts.plan.contract() {
        Some(section) if section.level == 2 => Verdict::Pass(vec![facts.at(&section.heading)]),
        Some(section) => Verdict::Fail(vec![facts.finding(
            "write the heading as `## Shared Metrics and Analytics Contract`",
            &section.heading,
        )]),
        None => Verdict::fail(
            "there is no section `## Shared Metrics and Analytics Contract`",
            vec![facts.whole()],
        ),
    }
}
