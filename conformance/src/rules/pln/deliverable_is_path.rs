//! # PLN011 deliverable-is-path (MUST)
//!
//! Each `deliverable:` names a file or a folder. An endpoint, an id or a state is not a path.
//!
//! What is not on disk cannot be found by the next iteration.
//!
//! Prompt: "An endpoint, an id or a state is not a path."
//!
//! Conforming: `deliverable: exp/results/summary.csv`
//!
//! Violating: `deliverable: POST /runs`, `deliverable: the trained model`, or nothing
//!
//! ```told
//! told = ["deliverable* ..4 path*|file*|folder*|#path", "path aware"]
//! ```

use crate::facts::{PlanFacts, Source};
use crate::prose::Topic;
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN011",
    slug: "deliverable-is-path",
    level: Level::Must,
    summary: "deliverables are files or folders",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("deliverable_is_path.rs"),
    check: Check::Tasks(Matters::Always, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let mut findings = Vec::new();
    for task in facts.plan.tasks() {
        let Some(field) = task.deliverable() else {
            continue;
        };
        let names_path = !facts.plan.paths(field).is_empty()
            || facts
                .tree
                .is_some_and(|tree| tree.exists(field.value.trim_matches('`')));
        // A single name that says nothing of a state is a folder's.
        let names_folder = is_name(field.value.trim_matches('`'))
            && facts.reading.count_beside(&field.value_span, Topic::Vague) > 0;
        // Left-over placeholders are the business of PLN014.
        let is_placeholder = field.value.starts_with(['<', '{', '.', '…'])
            || matches!(field.value.to_uppercase().as_str(), "TODO" | "TBD");
        if field.value.is_empty() {
            let message = format!(
                "the deliverable of {} is empty; name a file or folder",
                task.name()
            );
            findings.push(facts.finding(message, &field.span));
        } else if !names_path && !names_folder && !is_placeholder {
            let message = format!(
                "\"{}\" is no file or folder; name the path at which {} leaves its result",
                short(&field.value),
                task.name()
            );
            findings.push(facts.finding(message, &field.value_span));
        }
    }
    Verdict::from_findings(findings, vec![facts.whole()])
}

fn is_name(value: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let has_ending = value
        .rsplit_once('.')
        .is_some_and(|(stem, ending)| !stem.is_empty() && (1..=8).contains(&ending.len()));
    let begins =
        |c: char| c.is_ascii_lowercase() || c == '.' || (has_ending && c.is_ascii_uppercase());
    value.starts_with(begins) && value.chars().all(is_part)
}

fn short(value: &str) -> String {
    let mut text: String = value.chars().take(60).collect();
    if text.len() < value.len() {
        text.push('…');
    }
    text
}
