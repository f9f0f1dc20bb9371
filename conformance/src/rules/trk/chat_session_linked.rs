//! # TRK004 chat-session-linked (MUST)
//!
//! Every request that creates a run or a sweep carries the `chat_session_id` of this session: `POST
//! /runs`, `/sweeps`, `/sweeps/wild` and `/sweeps/{id}/runs`. A rerun keeps the one that its run has.
//!
//! Without it the user finds the run in no conversation.
//!
//! Prompt: "Every create carries `chat_session_id`, and every run a `sweep_id`."
//!
//! Conforming: `"chat_session_id": "wild-1"`
//!
//! Violating: no such key, or that of another session
//!
//! ```told
//! told = ["text: chat_session_id", "session id ..6 creat*|run|runs|sweep*|request*"]
//! ```

use crate::facts::{ExecutionFacts, Facts, Source};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK004",
    slug: "chat-session-linked",
    level: Level::Must,
    summary: "every create names this session",
    sources: &[Source::Journal],
    source_text: include_str!("chat_session_linked.rs"),
    check: Check::Iteration(check),
};

fn check(_: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let creates = execution.runs.creates.iter();
    let findings = creates.filter(|create| is_told_of(&create.exchange.path));
    let findings = findings.filter_map(|create| {
        let given = create
            .body
            .get("chat_session_id")
            .and_then(|id| id.as_str());
        let problem = match given {
            Some(id) if id == execution.session_id => return None,
            Some(other) => format!("names the session {other}"),
            None => "carries no `chat_session_id`".to_owned(),
        };
        Some(Finding::new(
            format!(
                "`POST {}` {problem}; it is {}",
                create.exchange.path, execution.session_id
            ),
            vec![Reference::exchange(create.exchange)],
        ))
    });
    iteration::settled(execution, findings.collect())
}

/// Whether a create of this path takes the session's id.
fn is_told_of(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let attaches = path.starts_with("/sweeps/") && path.ends_with("/runs");
    matches!(path, "/runs" | "/sweeps" | "/sweeps/wild") || attaches
}
