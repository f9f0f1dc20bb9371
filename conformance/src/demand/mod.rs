//! What a plan has to say, as a table, and how it is decided whether it does.
//!
//! A demand names the topics of the lexicon that meet it, where they must stand, and what a standing
//! rule outside the tasks needs in order to count. [`decide`] goes through all of them in the same way, and
//! [`Why`] and [`Row`] tell what came of it.

mod coverage;
mod decide;
mod matter;
pub mod own;
mod sight;
mod table;
#[cfg(test)]
mod tests;
mod why;

pub use coverage::{Passage, Row, State, reads_prose};
pub use decide::{Decision, Stand, decide};
pub use matter::Matter;
pub use table::{Demand, Work, demands, find};
pub use why::{Found, Why};

use crate::facts::PlanFacts;
use crate::verdict::{Doubt, Finding, Nearest, Verdict};

/// The verdict on a demand.
pub fn judge(facts: &PlanFacts<'_>, code: &str) -> Verdict {
    let Some(demand) = find(code) else {
        return Verdict::not_applicable("there is no such demand");
    };
    verdict(facts, demand, decide(facts, demand))
}

/// A decision as a verdict.
pub fn verdict(facts: &PlanFacts<'_>, demand: &Demand, decision: Decision) -> Verdict {
    match decision {
        Decision::Met(stands) => Verdict::Pass(stands.iter().map(|s| facts.at(&s.span)).collect()),
        Decision::Violated { message, nearest } => {
            let evidence = match nearest {
                Some(stand) => vec![facts.at(&stand.span)],
                None => vec![facts.whole()],
            };
            Verdict::Fail(vec![Finding::new(message, evidence)])
        }
        Decision::Doubtful { nearest } => {
            Verdict::Doubtful(vec![doubt(facts, &demand.question, nearest.as_ref())])
        }
    }
}

/// A doubt with the sentence that comes nearest.
pub fn doubt(facts: &PlanFacts<'_>, question: &str, nearest: Option<&Stand>) -> Doubt {
    Doubt::new(
        question,
        nearest.map(|stand| Nearest {
            text: facts.plan.text(&stand.span),
            at: facts.at(&stand.span),
        }),
    )
}
