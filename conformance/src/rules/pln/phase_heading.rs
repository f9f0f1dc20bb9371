//! # PLN007 phase-heading (MUST)
//!
//! Each phase is headed `## Phase N - Name`, with N counting up from 1. A hyphen, en dash, em dash
//! or colon separates number and name.
//!
//! Task ids refer to phases by these numbers.
//!
//! Prompt: "Phase headings have the form `## Phase N - Name` with N counting up from 1."
//!
//! Conforming: `## Phase 2 - Baselines`
//!
//! Violating: `### Phase 2 - Baselines`, `## Baselines`, or two phases numbered 2
//!
//! ```told
//! told = ["text: ## Phase ", "phase heading*"]
//! ```

use crate::facts::{PlanFacts, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN007",
    slug: "phase-heading",
    level: Level::Must,
    summary: "phase headings are `## Phase N - Name`, counting up",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("phase_heading.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let phases = &facts.plan.phases;
    if phases.is_empty() {
        return Verdict::not_applicable("the plan has no phases, see PLN004");
    }
    let mut expected = 1;
    let mut findings = Vec::new();
    for phase in phases {
        let number = phase.number.unwrap_or(expected);
        if !phase.is_well_formed {
            let message = format!("write the heading as `## Phase {expected} - Name`");
            findings.push(facts.finding(message, &phase.heading));
        } else if number != expected {
            let message = format!("this is phase {number}, and {expected} comes next");
            findings.push(facts.finding(message, &phase.heading));
        }
        // After a gap the count goes on from there, so that one slip is told once; a number that
        // was there already is passed over.
        expected = number.max(expected).saturating_add(1);
        if number < expected - 1 {
            expected = number.saturating_add(1);
        }
    }
    let shown = phases.iter().map(|phase| facts.at(&phase.heading));
    Verdict::from_findings(findings, shown.collect())
}
