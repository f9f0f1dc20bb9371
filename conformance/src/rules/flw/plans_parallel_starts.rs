//! # FLW010 plans-parallel-starts (SHOULD)
//!
//! Where the capacity exceeds one, some task starts several runs in one iteration.
//!
//! GPUs that wait for an iteration each are paid for and idle.
//!
//! Prompt: "Where the capacity exceeds one, plan to start several runs in the same iteration rather
//! than one after the other."
//!
//! Conforming: `Start up to max_new_runs runs in the same iteration`
//!
//! Violating: a plan for four GPUs that starts one run after the other
//!
//! ```told
//! told = [
//!     "several|multiple|many|more|#count ..2 runs ..5 same|one|single|parallel|together|once",
//!     "runs ..4 parallel|concurrently|simultaneously|together",
//!     "start|starts|starting|launch*|queue* several|multiple",
//!     "same iteration",
//! ]
//! ```

use crate::demand;
use crate::facts::{PlanFacts, Source};
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "FLW010",
    slug: "plans-parallel-starts",
    level: Level::Should,
    summary: "several runs start in one iteration where capacity allows",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("plans_parallel_starts.rs"),
    check: Check::Tasks(Matters::WithRuns, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    match facts.context.capacity() {
        None => Verdict::not_applicable("the cluster is not known"),
        Some(0 | 1) => Verdict::not_applicable("the capacity is one run"),
        Some(_) => demand::judge(facts, RULE.code),
    }
}
