//! # TRK002 run-has-sweep (MUST)
//!
//! Every run is created with a `sweep_id`, or through its sweep.
//!
//! A run on its own is compared with nothing.
//!
//! Prompt: "Every create carries `chat_session_id`, and every run a `sweep_id`."
//!
//! Conforming: `{"command": "...", "sweep_id": "s1"}`, with the real command
//!
//! Violating: `{"command": "..."}` without a sweep
//!
//! ```told
//! told = ["sweep id", "run|runs ..6 sweep", "text: sweep_id"]
//! ```

use crate::facts::{ExecutionFacts, Facts, Source};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK002",
    slug: "run-has-sweep",
    level: Level::Must,
    summary: "every run is attached to a sweep",
    sources: &[Source::Journal],
    source_text: include_str!("run_has_sweep.rs"),
    check: Check::Iteration(check),
};

fn check(_: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let findings = execution.runs.created().filter_map(|run| {
        let created = run.created.filter(|_| run.sweep.is_none())?;
        Some(Finding::new(
            format!(
                "run {} was created without a sweep; give its `sweep_id`",
                run.name
            ),
            vec![Reference::exchange(created)],
        ))
    });
    iteration::settled(execution, findings.collect())
}
