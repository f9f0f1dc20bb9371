//! # TRK007 run-names (SHOULD)
//!
//! No two runs of the iteration have the same name, and where the task has a grid the names tell its
//! configurations apart: names that differ in a running number alone do not. A sweep that is created
//! has a name and a goal of its own.
//!
//! Two runs of one name are mistaken for each other, and a number says nothing of what was tried.
//!
//! Prompt: "Names are unique and tell the configurations apart"
//!
//! Conforming: `lr1e-3_seed1` and `lr1e-3_seed2`
//!
//! Violating: `trial` and `trial`, or `run-1` to `run-8` for a grid
//!
//! ```told
//! told = [
//!     "name|names|named|naming ..5 unique|distinct|descriptive|tell|deterministic|different",
//!     "unique|distinct|descriptive|deterministic ..2 name|names",
//! ]
//! ```

use crate::case::GridAxis;
use crate::facts::{Create, ExecutionFacts, Facts, RunFacts, Source, names_tell};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Finding, Reference, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK007",
    slug: "run-names",
    level: Level::Should,
    summary: "names are unique and tell configurations apart; sweeps have a name and a goal",
    sources: &[Source::Journal],
    source_text: include_str!("run_names.rs"),
    check: Check::Iteration(check),
};

fn check(facts: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let mut by_name: BTreeMap<&str, Vec<Reference>> = BTreeMap::new();
    for run in execution.runs.created() {
        let references = by_name.entry(run.name.as_str()).or_default();
        references.extend(run.created.map(Reference::exchange));
    }
    let repeated = by_name
        .into_iter()
        .filter(|(_, references)| references.len() > 1);
    let repeated = repeated.map(|(name, evidence)| {
        Finding::new(
            format!(
                "{} runs have the name {name}; name them by their configuration",
                evidence.len()
            ),
            evidence,
        )
    });
    let mut findings: Vec<Finding> = repeated.collect();
    if findings.is_empty() {
        findings.extend(mere_numbers(execution, &facts.case.grid));
    }
    findings.extend(execution.runs.creates.iter().filter_map(nameless_sweep));
    iteration::settled(execution, findings)
}

/// Names of a grid's runs that differ in a number alone, where the number is no value of the grid.
fn mere_numbers(execution: &ExecutionFacts<'_>, grid: &[GridAxis]) -> Option<Finding> {
    let stem = |name: &str| {
        name.chars()
            .filter(|c| c.is_alphabetic())
            .collect::<String>()
    };
    let runs: Vec<&RunFacts<'_>> = execution.runs.created().collect();
    let stems: BTreeSet<String> = runs.iter().map(|run| stem(&run.name)).collect();
    if grid.is_empty() || runs.len() < 2 || stems.len() > 1 || names_tell(grid, &runs) {
        return None;
    }
    let shown: Vec<&str> = runs.iter().take(3).map(|run| run.name.as_str()).collect();
    Some(Finding::new(
        format!(
            "names such as {} do not tell the configurations apart; name runs by their configuration",
            shown.join(", ")
        ),
        iteration::creates(execution),
    ))
}

/// A sweep that only has what the server gives to those without.
fn nameless_sweep(create: &Create<'_>) -> Option<Finding> {
    let is_blank = |key: &str| {
        let text = create.body.get(key).and_then(|value| value.as_str());
        text.is_none_or(|text| text.trim().is_empty())
    };
    let missing: Vec<&str> = ["name", "goal"]
        .into_iter()
        .filter(|key| is_blank(key))
        .collect();
    let is_sweep = create.exchange.path.trim_end_matches('/') == "/sweeps/wild";
    (is_sweep && !missing.is_empty()).then(|| {
        Finding::new(
            format!(
                "a sweep was created without a {} of its own",
                missing.join(" and a ")
            ),
            vec![Reference::exchange(create.exchange)],
        )
    })
}
