//! Known findings: violations that are accepted for now, so that a gate only closes on new ones.
//!
//! A baseline file lists them by case and rule:
//!
//! ```toml
//! [[known]]
//! case = "planning-healthy"
//! rule = "PLN006"
//! reason = "this agent writes short plans; see our ticket 12"
//! ```
//!
//! A finding that is listed counts neither as an error nor as a warning. An entry whose finding is
//! gone is stale, and one whose case was not played is unmatched; both are errors, since a list that
//! is longer than what it excuses hides the next finding. A doubt can be listed where doubts fail a
//! case; elsewhere it needs no excuse.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::bounded;
use crate::engine::{self, BaselineProblem, Outcome, RunReport};
use crate::rules::{self, Rule};

/// Largest file that is read, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Findings that are known.
#[derive(Debug, Default)]
pub struct Baseline(Vec<Known>);

#[derive(Debug)]
struct Known {
    case: String,
    rule: &'static Rule,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    known: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    case: String,
    rule: String,
    /// For people.
    #[serde(default, rename = "reason")]
    _reason: String,
}

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// The file cannot be read.
    #[error("cannot read the baseline {}: {source}", file.display())]
    Read {
        /// Its path.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("the baseline {} is not valid: {source}", file.display())]
    Parse {
        /// Its path.
        file: PathBuf,
        /// Where and what.
        source: Box<toml::de::Error>,
    },
    /// An entry names no rule.
    #[error("the baseline {} names the rule `{rule}`, which does not exist{hint}", file.display())]
    NoRule {
        /// Its path.
        file: PathBuf,
        /// What was named.
        rule: String,
        /// The rule that may be meant.
        hint: String,
    },
}

impl Baseline {
    /// Reads a baseline file.
    ///
    /// # Errors
    /// Fails when the file cannot be read, has an unknown key, or names a rule that does not exist.
    pub fn from_file(file: &Path) -> Result<Self, BaselineError> {
        let text = bounded::read_text(file, LARGEST).map_err(|source| BaselineError::Read {
            file: file.to_owned(),
            source,
        })?;
        Self::parse(file, &text)
    }

    fn parse(file: &Path, text: &str) -> Result<Self, BaselineError> {
        let content: File = toml::from_str(text).map_err(|source| BaselineError::Parse {
            file: file.to_owned(),
            source: Box::new(source),
        })?;
        let known = content.known.into_iter().map(|entry| {
            let rule = rules::find(&entry.rule).ok_or_else(|| no_rule(file, &entry.rule))?;
            Ok(Known {
                case: entry.case,
                rule,
            })
        });
        known.collect::<Result<_, _>>().map(Self)
    }

    /// Marks what is known in a report, weighs its cases again, and notes the entries that excuse
    /// nothing.
    pub fn apply(&self, report: &mut RunReport) {
        let gate = report.gate;
        for known in &self.0 {
            let mut played = false;
            let mut found = false;
            for case in report.cases.iter_mut().filter(|case| case.id == known.case) {
                played = true;
                let is_violated = case.verdicts.iter().any(|(rule, verdict)| {
                    rule.code == known.rule.code && gate.is_excusable(verdict)
                });
                if is_violated {
                    found = true;
                    case.known.push(known.rule.code);
                }
            }
            if !found {
                report.baseline_problems.push(BaselineProblem {
                    case: known.case.clone(),
                    rule: known.rule.code,
                    was_played: played,
                });
            }
        }
        for case in &mut report.cases {
            if case.outcome == Outcome::NonConformant {
                case.outcome = engine::weigh(&case.verdicts, &case.known, gate);
            }
        }
    }
}

fn no_rule(file: &Path, name: &str) -> BaselineError {
    BaselineError::NoRule {
        file: file.to_owned(),
        rule: name.to_owned(),
        hint: rules::nearest(name)
            .map(|near| format!("; did you mean {}?", near.code))
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case;
    use crate::gate::{Doubts, Gate};
    use crate::verdict::Verdict;

    #[test]
    fn what_is_no_baseline_is_refused() {
        let message = |text: &str| {
            Baseline::parse(Path::new("b.toml"), text)
                .unwrap_err()
                .to_string()
        };
        assert!(
            message("[[known]]\ncase = 'x'\nrule = 'task-totl'").contains("did you mean PLN006")
        );
        assert!(message("[[knwon]]\ncase = 'x'").contains("knwon"));
        assert!(message("[[known]]\nrule = 'PLN006'").contains("case"));
    }

    #[test]
    fn a_doubt_can_be_listed_only_where_doubts_fail() {
        let case = case::select(&["planning-healthy".to_owned()]).unwrap();
        let entry = "[[known]]\ncase = 'planning-healthy'\nrule = 'LAY002'";
        let known = Baseline::parse(Path::new("b.toml"), entry).unwrap();
        for (doubts, outcome, problems) in [
            (Doubts::Fail, Outcome::Conformant, 0),
            (Doubts::Pass, Outcome::Conformant, 1),
        ] {
            let gate = Gate {
                strict: true,
                doubts,
            };
            let mut judged = engine::unjudged(
                &case[0],
                1,
                "an agent",
                1,
                engine::Outcome::HarnessError(String::new()),
            );
            let rule = rules::find("LAY002").unwrap();
            judged.verdicts = vec![(rule, Verdict::doubtful("is it so?", None))];
            judged.outcome = engine::weigh(&judged.verdicts, &[], gate);
            let mut report = engine::conclude(vec![judged], gate);
            known.apply(&mut report);
            assert_eq!(report.cases[0].outcome, outcome, "{doubts:?}");
            assert_eq!(report.baseline_problems.len(), problems, "{doubts:?}");
        }
    }
}
