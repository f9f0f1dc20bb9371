//! # OUT007 agent-completed (MUST)
//!
//! The agent's program ends by itself, within the time limit, with exit code 0.
//!
//! A program that crashes or hangs has not finished its iteration, whatever it had printed by then.
//!
//! Prompt: "When the plan is written and printed, stop."
//!
//! Conforming: exit code 0.
//!
//! Violating: exit code 1, a signal, or the time limit.

use crate::ending::Ending;
use crate::facts::{Facts, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "OUT007",
    slug: "agent-completed",
    level: Level::Must,
    summary: "the agent ends by itself with exit code 0",
    sources: &[Source::Ending],
    source_text: include_str!("agent_completed.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    let how = facts.ending.to_string();
    let place = vec![Reference::Ending { how: how.clone() }];
    match facts.ending {
        Ending::Exited { code: 0 } => Verdict::Pass(place),
        Ending::Interrupted => Verdict::Untestable("the run was interrupted".to_owned()),
        Ending::Exited { .. }
        | Ending::Signalled { .. }
        | Ending::TimedOut { .. }
        | Ending::CouldNotStart { .. } => Verdict::fail(
            format!("the agent {how}; it should end by itself with code 0"),
            place,
        ),
    }
}
