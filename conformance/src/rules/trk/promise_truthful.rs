//! # TRK017 promise-truthful (MUST)
//!
//! DONE is promised only when every task is checked, WAITING only while a run is queued, launching
//! or running. A run that is `ready` is no reason to wait: the agent can start it.
//!
//! A loop that ends on a false promise leaves work undone, or waits for nothing.
//!
//! Prompt: "`<promise>DONE</promise>` only when every task is `[x]` and the goal is reached."
//!
//! Conforming: no promise after an ordinary iteration
//!
//! Violating: `<promise>DONE</promise>` with open tasks, or WAITING beside runs that nobody started
//!
//! ```told
//! told = [
//!     "text: <promise>DONE</promise>",
//!     "text: <promise>WAITING</promise>",
//!     "done|waiting ..6 only|every|all",
//! ]
//! under = ["only ?when ?if", "every|all ..2 task*|box*"]
//! ```

use crate::facts::{ExecutionFacts, Facts, Promise, RunFacts, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK017",
    slug: "promise-truthful",
    level: Level::Must,
    summary: "DONE and WAITING are true",
    sources: &[Source::Journal, Source::Transcript, Source::Workspace],
    source_text: include_str!("promise_truthful.rs"),
    check: Check::Iteration(check),
};

fn check(facts: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let mut findings = Vec::new();
    let mut promised = Vec::new();
    for (promise, block) in facts.transcript.promised() {
        let at = Reference::Transcript {
            line: block.line,
            end_line: block.end_line,
        };
        promised.push(at.clone());
        let open = &execution.progress.open_after;
        let message = match promise {
            Promise::Done if !open.is_empty() => {
                let open: Vec<String> = open.iter().map(ToString::to_string).collect();
                format!("DONE is promised, and tasks are open: {}", open.join(", "))
            }
            Promise::Waiting if !execution.runs.all.iter().any(RunFacts::is_pending) => {
                "WAITING is promised, and no run is queued, launching or running; a run that is `ready` waits for the agent to start it".to_owned()
            }
            _ => continue,
        };
        findings.push(Finding::new(message, vec![at]));
    }
    if promised.is_empty() {
        return Verdict::not_applicable("nothing is promised");
    }
    Verdict::from_findings(findings, promised)
}
