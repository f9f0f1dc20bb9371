//! Known findings: violations that are accepted for now, so that a gate only closes on new ones.
//!
//! A baseline file lists them by case and rule:
//!
//! ```toml
//! [[known]]
//! case = "planning-healthy"
//! rule = "PLN006"
//! reason = "this agent writes short plans; see our ticket 12"
//! expires = "2027-01-31"
//! ```
//!
//! A finding that is listed counts neither as an error nor as a warning. `case` can be a glob. An entry is
//! stale when all its cases were played without the finding, unknown when there is no such case at all, and
//! expired after its day; these are errors, since a list that is longer than what it excuses hides the next
//! finding. An entry of whose cases some were not played says nothing; where these are cases of the user's own that a run
//! does not name, `file` says in which file they stand. A doubt can be listed where doubts fail a case;
//! elsewhere it needs no excuse.

mod date;
mod known;
mod write;

pub use write::Renewed;

use std::path::{Path, PathBuf};

pub use date::Day;
use known::{CaseFiles, Known};
use serde::Deserialize;

use crate::bounded;
use crate::case::{Case, CaseError, builtin_cases, nearest};
use crate::engine::{
    self, BaselineFile, BaselineProblem, CaseOutcome, CaseReport, RunReport, Trouble,
};
use crate::evidence::digest_of;
use crate::gate::Gate;

/// Largest file that is read, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Findings that are known.
#[derive(Debug, Default)]
pub struct Baseline {
    known: Vec<Known>,
    /// The file that was read.
    source: Option<BaselineFile>,
    /// The case files that a run names, with what stands in them.
    own: Vec<(PathBuf, Vec<Case>)>,
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
    /// The case file in which the case stands, seen from the baseline's folder.
    file: Option<PathBuf>,
    /// For people.
    #[serde(default)]
    reason: String,
    /// The last day on which it holds, as a text or as a date.
    expires: Option<toml::Value>,
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
    #[error("the baseline {} is not valid: {}", file.display(), source.to_string().trim_end())]
    Parse {
        /// Its path.
        file: PathBuf,
        /// Where and what.
        source: Box<toml::de::Error>,
    },
    /// An entry is about cases that are no glob.
    #[error("the baseline {}: `{case}` is no pattern: {source}", file.display())]
    Pattern {
        /// Its path.
        file: PathBuf,
        /// What was written.
        case: String,
        /// What is wrong with it.
        source: globset::Error,
    },
    /// The case file of an entry cannot be used.
    #[error("the baseline {}: {source}", file.display())]
    Case {
        /// Its path.
        file: PathBuf,
        /// What is wrong with the case file.
        source: CaseError,
    },
    /// An entry ends on no day.
    #[error("the baseline {}: expires = \"{day}\" is no day; write it as 2027-01-31", file.display())]
    NoDay {
        /// Its path.
        file: PathBuf,
        /// What was written.
        day: String,
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
        let known = content.known.into_iter();
        let mut read = CaseFiles::new();
        let name = file.file_name().unwrap_or(file.as_os_str());
        Ok(Self {
            known: known
                .map(|entry| Known::of(file, entry, &mut read))
                .collect::<Result<_, _>>()?,
            source: Some(BaselineFile {
                file: name.to_string_lossy().into_owned(),
                sha256: digest_of(text.as_bytes()).sha256,
            }),
            own: Vec::new(),
        })
    }

    /// The same for a run that names these case files, whether or not all that stands in them is played.
    #[must_use]
    pub fn with_cases(self, own: Vec<(PathBuf, Vec<Case>)>) -> Self {
        Self { own, ..self }
    }

    /// The built-in cases, and those of the case files that a run names.
    fn cases_beside<'c>(&'c self, builtin: &'c [Case]) -> Vec<&'c Case> {
        let own = self.own.iter().flat_map(|(_, cases)| cases);
        builtin.iter().chain(own).collect()
    }

    /// Marks what is known in a report, weighs its cases again, and notes the entries that excuse
    /// nothing on `today`.
    pub fn apply(&self, report: &mut RunReport, today: Day) {
        report.baseline.clone_from(&self.source);
        // Built-in cases that cannot be read are an error of their own.
        let builtin = builtin_cases().unwrap_or_default();
        let cases = self.cases_beside(&builtin);
        for known in &self.known {
            if let Some(trouble) = known.trouble(report, &cases, today) {
                let is_unknown = trouble == Trouble::Unknown;
                let ids = cases.iter().map(|case| case.id.as_str());
                let nearest = is_unknown.then(|| nearest(ids, &known.case));
                report.baseline_problems.push(BaselineProblem {
                    case: known.case.clone(),
                    rule: known.rule.code,
                    trouble,
                    nearest: nearest.flatten().map(str::to_owned),
                });
            }
        }
        let gate = report.gate;
        for case in &mut report.cases {
            self.excuse(case, gate, today);
        }
    }

    /// Marks what is known in a case on `today`, and weighs it again.
    pub fn excuse(&self, case: &mut CaseReport, gate: Gate, today: Day) {
        for known in self.known.iter().filter(|known| !known.is_over(today)) {
            known.excuse(case, gate);
        }
        if case.outcome == CaseOutcome::NonConformant {
            case.outcome = engine::weigh(&case.verdicts, &case.known, gate);
        }
    }
}

#[cfg(test)]
mod tests;
