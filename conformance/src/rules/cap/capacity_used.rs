//! # CAP003 capacity-used (SHOULD)
//!
//! Where `max_new_runs` exceeds one, more than one run is started in the iteration.
//!
//! Devices that wait for an iteration each are paid for and idle.
//!
//! Prompt: "If it exceeds one, start several in this iteration instead of one after the other."
//!
//! Conforming: two of eight runs started on two GPUs
//!
//! Violating: one of eight
//!
//! ```told
//! told = [
//!     "several|multiple|many|more|#count ..2 runs ..5 same|one|single|parallel|together|once",
//!     "runs ..4 parallel|concurrently|simultaneously|together",
//!     "start|starts|starting|launch*|queue* several|multiple",
//!     "same iteration",
//! ]
//! ```

use crate::facts::{ExecutionFacts, Facts, Source};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "CAP003",
    slug: "capacity-used",
    level: Level::Should,
    summary: "several runs are started where several fit",
    sources: &[Source::Journal],
    source_text: include_str!("capacity_used.rs"),
    check: Check::Iteration(check),
};

fn check(_: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let mut starts = execution.timeline.starts();
    let Some(first) = starts.next() else {
        return Verdict::not_applicable("no run was started");
    };
    // Runs that are created later in the iteration wait for a place as well.
    let alive = first.alive.len() as u32 - 1;
    let free = execution.timeline.capacity.saturating_sub(alive);
    let waiting = execution.runs.created().count().max(first.room as usize) as u32;
    let room = waiting.min(free);
    if room <= 1 {
        return Verdict::not_applicable("there was room or work for one run only");
    }
    if starts.next().is_some() {
        return Verdict::Pass(iteration::starts(execution));
    }
    Verdict::fail(
        format!("max_new_runs was {room}, and one run was started"),
        iteration::starts(execution),
    )
}
