//! # PLN018 notes-grounded (SHOULD)
//!
//! The codebase findings name at least one file or folder that exists in the working directory.
//!
//! Findings that name nothing were not found.
//!
//! Prompt: "The findings name files or folders that really exist in the project."
//!
//! Conforming: `Codebase findings: training starts in scripts/train.py`
//!
//! Violating: `Codebase findings: the code is well structured`
//!
//! ```told
//! told = ["findings ..8 name|names|naming|file*|exist*|codebase", "codebase findings"]
//! ```

use crate::facts::{Part, PlanFacts, Source, Tree};
use crate::prose::Topic;
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN018",
    slug: "notes-grounded",
    level: Level::Should,
    summary: "the findings name something that exists",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("notes_grounded.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let Some(tree) = facts.tree else {
        return Verdict::not_applicable("the working directory is not known");
    };
    let Some(section) = facts.plan.notes() else {
        return Verdict::not_applicable("there are no planning notes, see PLN003");
    };
    // Root and risks are other notes; only what is labelled as one of them is left out.
    let is_other = |part: &Part| {
        let label = facts.reading.topics_in(&part.label_span);
        label.has(Topic::Risks) || (label.has(Topic::Root) && !label.has(Topic::Findings))
    };
    let parts = facts.plan.parts(section);
    let findings: Vec<&Part> = parts.iter().filter(|part| !is_other(part)).collect();
    let named = findings
        .iter()
        .find(|part| names_existing(facts, tree, &format!("{} {}", part.label, part.text)));
    match (named, findings.first()) {
        (Some(part), _) => Verdict::Pass(vec![facts.at(&part.span)]),
        (None, None) => Verdict::not_applicable("there are no findings, see PLN003"),
        (None, Some(first)) => Verdict::Fail(vec![facts.finding(
            "the findings name no file or folder that exists; say where things are",
            &first.span,
        )]),
    }
}

fn names_existing(facts: &PlanFacts<'_>, tree: &Tree, text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || ",;`\"'()[]*:|".contains(c))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| word.len() > 1)
        .any(|word| {
            let inside = facts
                .context
                .workdir
                .as_deref()
                .and_then(|workdir| word.strip_prefix(workdir))
                .map_or(word, |rest| rest.trim_start_matches('/'));
            let inside = inside.trim_end_matches('/');
            let name = format!("/{inside}");
            !inside.is_empty()
                && (tree.exists(inside)
                    || (inside.contains('.') && tree.paths().any(|path| path.ends_with(&name))))
        })
}
