//! # PLN004 phase-count (MUST)
//!
//! The plan has four to six phases.
//!
//! Fewer phases hide what depends on what; more are too fine to reflect upon.
//!
//! Prompt: "4 to 6 phases, each with 2 to 6 tasks"
//!
//! Conforming: five sections `## Phase N - Name`
//!
//! Violating: three phases, or seven
//!
//! ```told
//! told = ["#number|#count ?to ?or ?and ?#number ?#count phases"]
//! ```

use crate::facts::{PlanFacts, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN004",
    slug: "phase-count",
    level: Level::Must,
    summary: "the plan has 4 to 6 phases",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("phase_count.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let phases = &facts.plan.phases;
    let stray = facts.plan.items.iter().find(|item| item.id.is_some());
    if let (false, Some(item)) = (facts.plan.has_shape(), stray) {
        return Verdict::fail(
            "tasks stand outside of phases; write `## Phase N - Name` above those of each phase. Nothing else is judged",
            vec![facts.at(&item.span)],
        );
    }
    if !facts.plan.has_shape() {
        return Verdict::fail(
            "this is no plan: it has no section of a plan and no task, so that nothing else is \
             judged",
            vec![facts.whole()],
        );
    }
    match phases.len() {
        4..=6 => Verdict::Pass(
            phases
                .iter()
                .map(|phase| facts.at(&phase.heading))
                .collect(),
        ),
        0 => Verdict::fail(
            "there is no phase; write 4 to 6 sections `## Phase N - Name`",
            vec![facts.whole()],
        ),
        1 => Verdict::fail(
            "the plan has 1 phase; it must have 4 to 6",
            phases
                .iter()
                .map(|phase| facts.at(&phase.heading))
                .collect(),
        ),
        count => {
            // The last phase there is, or the first that is too much.
            let shown = phases.get(6).or(phases.last());
            let place = shown.map_or(facts.whole(), |phase| facts.at(&phase.heading));
            let message = format!("the plan has {count} phases; it must have 4 to 6");
            Verdict::fail(message, vec![place])
        }
    }
}
