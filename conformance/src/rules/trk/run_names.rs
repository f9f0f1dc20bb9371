//! # TRK007 run-names (SHOULD)
//!
//! No two runs of the iteration have the same name, and every run has one of its own.
//!
//! Two runs of one name are mistaken for each other.
//!
//! Prompt: "Names are unique and tell the configurations apart"
//!
//! Conforming: `lr1e-3_seed1` and `lr1e-3_seed2`
//!
//! Violating: `trial` and `trial`

use crate::facts::{Facts, Source};
use crate::rules::{Check, Level, Rule, working};
use crate::verdict::{Finding, Reference, Verdict};
use std::collections::BTreeMap;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK007",
    slug: "run-names",
    level: Level::Should,
    summary: "run names are unique",
    sources: &[Source::Journal],
    source_text: include_str!("run_names.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    let execution = match working::at_work(facts) {
        Ok(execution) => execution,
        Err(verdict) => return verdict,
    };
    let mut by_name: BTreeMap<&str, Vec<Reference>> = BTreeMap::new();
    for run in execution.runs.created() {
        let references = by_name.entry(run.name.as_str()).or_default();
        references.extend(run.created.map(Reference::exchange));
    }
    let repeated = by_name
        .into_iter()
        .filter(|(_, references)| references.len() > 1);
    let findings = repeated.map(|(name, evidence)| {
        Finding::new(
            format!(
                "{} runs have the name {name}; name them by their configuration",
                evidence.len()
            ),
            evidence,
        )
    });
    working::settled(execution, findings.collect())
}
