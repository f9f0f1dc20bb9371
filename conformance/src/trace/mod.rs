//! From the prompts to the proof: which sentence of a prompt leads to which rules, the cases that they
//! are judged in, and the mutants that prove them.
//!
//! The requirements are data, in `planning.toml` and `execution.toml`: a section of the prompt, the
//! demand in our own words, and a quote that stands in the prompt. The rules that decide a requirement are
//! those whose documentation quotes it, which is not said twice, and those that its row names besides; or the
//! row says why a machine cannot decide it.

mod quotations;
mod report;

use serde::Deserialize;

pub use report::{json, markdown, text};

use crate::agent::reference::{all_mutants, mutant_name};
use crate::case::Kind;
use crate::prompt::PromptError;
use crate::rules::{self, Rule};
use quotations::Quotations;

/// The texts of the table's data, by the prompt that they are about.
const REQUIREMENTS: [(Kind, &str); 2] = [
    (Kind::Planning, include_str!("planning.toml")),
    (Kind::Execution, include_str!("execution.toml")),
];

/// What is built in is not what it should be, which a test of this crate rules out.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The list of requirements.
    #[error("the list of requirements is not valid: {0}")]
    Requirements(#[from] toml::de::Error),
    /// A prompt.
    #[error(transparent)]
    Prompt(#[from] PromptError),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    requirement: Vec<Requirement>,
}

/// One demand of the prompt.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Where it stands in the prompt.
    pub section: String,
    /// What it demands.
    pub says: String,
    /// Words by which it is found in the prompt.
    pub quote: String,
    /// Codes of the rules that decide it: in the data those that quote another sentence.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Why no rule decides it.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A demand with what proves it.
#[derive(Debug)]
pub struct Row {
    /// The prompt that makes it, by the kind of case that it belongs to.
    pub prompt: Kind,
    /// The demand.
    pub requirement: Requirement,
    /// Names of the mutants that break its rules.
    pub mutants: Vec<String>,
    /// The cases in which these mutants are caught.
    pub cases: Vec<&'static str>,
}

/// The table, in the order of the prompt.
///
/// # Errors
/// Fails when the built-in data is not valid.
pub fn table() -> Result<Vec<Row>, TraceError> {
    table_of(&rules::catalogue().collect::<Vec<_>>())
}

/// The same for these rules alone, beside those that rows name.
pub(crate) fn table_of(rules: &[&Rule]) -> Result<Vec<Row>, TraceError> {
    let mut rows = Vec::new();
    for (prompt, text) in REQUIREMENTS {
        let data: Data = toml::from_str(text)?;
        let quotations = Quotations::of(prompt, rules)?;
        for mut requirement in data.requirement {
            let quoting = quotations.of_sentence(&requirement.quote);
            let all = quoting.into_iter().map(str::to_owned);
            requirement.rules = all.chain(requirement.rules).collect();
            rows.push(row(prompt, requirement));
        }
    }
    Ok(rows)
}

fn row(prompt: Kind, requirement: Requirement) -> Row {
    let names = |code: &str| requirement.rules.iter().any(|named| named == code);
    let mutants: Vec<_> = all_mutants().filter(|m| names(m.code)).collect();
    let mut cases: Vec<&str> = mutants.iter().map(|mutant| mutant.case).collect();
    cases.sort_unstable();
    cases.dedup();
    Row {
        prompt,
        mutants: mutants.into_iter().map(mutant_name).collect(),
        cases,
        requirement,
    }
}

#[cfg(test)]
mod tests {
    use super::quotations::folded;
    use super::*;
    use wild_mock_server::skills;

    #[test]
    fn every_row_has_rules_or_a_reason_and_every_code_is_known() {
        for row in table().unwrap() {
            let row = row.requirement;
            assert_ne!(row.rules.is_empty(), row.reason.is_none(), "{}", row.says);
            for code in &row.rules {
                assert!(rules::find(code).is_some(), "{}: {code}", row.says);
            }
        }
    }

    #[test]
    fn no_row_names_a_rule_twice() {
        for row in table().unwrap() {
            let mut rules = row.requirement.rules.iter();
            while let Some(code) = rules.next() {
                let is_twice = rules.as_slice().contains(code);
                assert!(!is_twice, "{}: {code} quotes it", row.requirement.says);
            }
        }
    }

    #[test]
    fn every_quote_stands_in_the_prompt() {
        for row in table().unwrap() {
            let skill = match row.prompt {
                Kind::Planning => "wild_v2_planning",
                Kind::Execution | Kind::Campaign => "wild_v2_iteration",
            };
            let prompt = folded(skills::builtin(skill).unwrap());
            let quote = folded(&row.requirement.quote);
            assert!(prompt.contains(&quote), "{quote}");
        }
    }

    #[test]
    fn the_table_is_told_in_three_ways() {
        let rows = table().unwrap();
        for told in [text(&rows), markdown(&rows), json(&rows).to_string()] {
            assert!(told.contains("PRE001") && told.contains("planning-healthy"));
        }
        assert_eq!(markdown(&rows).lines().count(), rows.len() + 2);
    }
}
