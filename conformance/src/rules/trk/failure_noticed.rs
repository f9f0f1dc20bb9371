//! # TRK012 failure-noticed (SHOULD)
//!
//! A run that failed during the iteration is mentioned in the output or in `tasks_path`.
//!
//! A failure that nobody mentions is repeated.
//!
//! Prompt: "If a run failed, read its log, and name the run and the cause both in your summary and
//! under the task in the tasks file."
//!
//! Conforming: `<summary>run lr1 failed: out of memory</summary>`
//!
//! Violating: a summary that counts the finished runs only
//!
//! ```told
//! told = [
//!     "failed|fails|failure* ..8 run|runs|name|report*|note|mention*|log",
//!     "run|runs ..2 failed|fails|failure*",
//! ]
//! under = ["name|report*|note|mention*|summary|tell|record*|say"]
//! ```

use crate::facts::{ExecutionFacts, Facts, Source};
use crate::prose::{Prose, Topic};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK012",
    slug: "failure-noticed",
    level: Level::Should,
    summary: "failed runs are told of",
    sources: &[Source::Journal, Source::Transcript, Source::Workspace],
    source_text: include_str!("failure_noticed.rs"),
    check: Check::Iteration(check),
};

fn check(facts: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let failed: Vec<_> = execution
        .runs
        .all
        .iter()
        .filter(|run| run.failed_here() && iteration::was_seen(facts, run))
        .collect();
    if failed.is_empty() {
        return Verdict::not_applicable("no run was seen to fail");
    }
    let said = format!(
        "{}\n{}",
        facts.transcript.text(),
        facts.workspace.tasks.text().unwrap_or_default()
    );
    // A mention is one even where it is denied: what is untrue of a run is a matter of claims-match-state.
    let prose = Prose::of_text(&said);
    let speaks_of_failure = prose.hits.iter().any(|hit| hit.topic == Topic::Failure);
    let findings = failed.iter().filter(|run| {
        let is_named = !run.name.is_empty() && said.contains(&run.name) || said.contains(&run.id);
        !is_named && !speaks_of_failure
    });
    let findings = findings.map(|run| {
        Finding::new(
            format!(
                "run {} failed, and neither the output nor the tasks file mentions it",
                run.name
            ),
            run.created.map(Reference::exchange).into_iter().collect(),
        )
    });
    Verdict::from_findings(findings.collect(), vec![Reference::WholeTranscript])
}
