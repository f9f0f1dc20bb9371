//! # PLN010 tasks-open (MUST)
//!
//! Every box is open: `[ ]`.
//!
//! A task that is ticked off before the work began is never done.
//!
//! Prompt: "The box is open. Nothing is done or in progress yet."
//!
//! Conforming: `- [ ] [P1-T1] Read the code`
//!
//! Violating: `- [x] [P1-T1] Read the code`, or `- [/] ...`
//!
//! ```told
//! told = [
//!     "text: - [ ]",
//!     "box|boxes|checkbox* ..3 open|empty|unchecked",
//!     "unchecked|open box*|checkbox*",
//! ]
//! ```

use crate::facts::{Checkbox, PlanFacts, Source};
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN010",
    slug: "tasks-open",
    level: Level::Must,
    summary: "every task is open",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("tasks_open.rs"),
    check: Check::Tasks(Matters::Always, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let findings = facts
        .plan
        .tasks()
        .filter_map(|task| {
            let state = match task.checkbox? {
                Checkbox::Checked => "done",
                Checkbox::InProgress => "in progress",
                Checkbox::Open | Checkbox::Other(_) => return None,
            };
            let message = format!("{} is marked as {state}; write `[ ]`", task.name());
            Some(facts.finding(message, &task.first_line))
        })
        .collect();
    Verdict::from_findings(findings, vec![facts.whole()])
}
