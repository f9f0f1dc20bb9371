//! # PLN015 section-order (SHOULD)
//!
//! The sections come in the order goal, planning notes, phases, contract. Other sections may stand
//! anywhere.
//!
//! People and programs look for the parts of a plan where the prompt puts them.
//!
//! Prompt: "with these sections in this order"
//!
//! Conforming: `## Goal`, `## Planning Notes`, the phases, the contract
//!
//! Violating: the contract ahead of the phases
//!
//! ```told
//! told = [
//!     "this|following|these|exact ..1 shape|structure|order|form|format|layout|outline|sections",
//!     "sections|headings ..5 order",
//! ]
//! ```

use crate::facts::{PlanFacts, Section, SectionKind, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN015",
    slug: "section-order",
    level: Level::Should,
    summary: "sections come as goal, notes, phases, contract",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("section_order.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let mut furthest: Option<(u8, &Section)> = None;
    let mut findings = Vec::new();
    for section in &facts.plan.sections {
        let Some(rank) = rank(section.kind) else {
            continue;
        };
        match furthest {
            Some((highest, before)) if rank < highest => {
                let message = format!(
                    "`{}` stands behind `{}`; the order is goal, planning notes, phases, contract",
                    section.title, before.title
                );
                findings.push(facts.finding(message, &section.heading));
            }
            _ => furthest = Some((rank, section)),
        }
    }
    // One section in the wrong place is one defect, however many it has slipped past.
    findings.truncate(1);
    Verdict::from_findings(findings, vec![facts.whole()])
}

fn rank(kind: SectionKind) -> Option<u8> {
    match kind {
        SectionKind::Goal => Some(0),
        SectionKind::Notes => Some(1),
        SectionKind::Phase(_) => Some(2),
        SectionKind::Contract => Some(3),
        SectionKind::Title | SectionKind::Other => None,
    }
}
