//! # OUT007 agent-completed (MUST)
//!
//! The agent's program ends by itself, within the time limit, with exit code 0. One that is spoken with
//! over a protocol ends its turn, with the stop reason `end_turn`, and keeps to the protocol until then.
//!
//! A program that crashes or hangs has not finished its plan, whatever it had printed by then. Of later iterations a note
//! tells it, and no rule asks: they are judged by what they leave.
//!
//! Prompt: "When the plan is written and printed, stop."
//!
//! Conforming: exit code 0.
//!
//! Violating: exit code 1, a stop reason such as `max_tokens`, a turn that a broken protocol cuts short, a
//! signal, or the time limit.
//!
//! ```told
//! granted = "an agent that does not come to its end has given no answer"
//! ```

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
        ending if ending.is_regular() => Verdict::Pass(place),
        Ending::Interrupted => Verdict::Untestable("the run was interrupted".to_owned()),
        Ending::TurnEnded { .. } | Ending::Broken { .. } => Verdict::fail(
            format!(
                "the agent {how}; it should end its turn by itself, with {}",
                Ending::END_TURN
            ),
            place,
        ),
        Ending::Exited { .. }
        | Ending::Signalled { .. }
        | Ending::TimedOut { .. }
        | Ending::CouldNotStart { .. } => Verdict::fail(
            format!("the agent {how}; it should end by itself with code 0"),
            place,
        ),
    }
}
