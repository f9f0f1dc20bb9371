//! The server's side of a case file: what `wild-mock serve --case` takes from it.
//!
//! A case file belongs to the conformance harness. All of it is checked here, too; the keys below are
//! those that decide how the server behaves. See [`crate::cases`] for matrices and twins.

use std::path::Path;

use serde::Deserialize;

use crate::cases::{self, CaseFileError, CaseTable};
use crate::fault::{Fault, nearest};
use crate::server::Builder;
use crate::store::{ClusterProfile, RunProfiles};

/// How a case wants the server.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Scenario {
    /// The cluster that detection finds.
    pub cluster: ClusterProfile,
    /// The token that protected paths need.
    pub auth_token: Option<String>,
    /// The faults that are armed from the start.
    pub faults: Vec<Fault>,
    /// What simulated runs do, by their commands.
    pub runs: RunProfiles,
}

/// Why a case cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// There is neither a built-in case of this id nor such a file.
    #[error("`{0}` is neither a built-in case nor a case file{hint} `wild-conformance cases` lists the ids", hint = hint(.0))]
    Unknown(String),
    /// There is no such file.
    #[error("there is no case file {0}")]
    NoFile(String),
    /// The file is no case file.
    #[error(transparent)]
    File(#[from] CaseFileError),
    /// The file makes several cases.
    #[error(
        "{file} makes {count} cases, from `{first}` on, and a server serves one: write that into a file of its own"
    )]
    Several {
        /// The file.
        file: String,
        /// How many.
        count: usize,
        /// The id of the first.
        first: String,
    },
    /// The file does not describe a server.
    #[error("the case {name} is not valid: {source}")]
    Invalid {
        /// The case.
        name: String,
        /// Where and what.
        source: Box<toml::de::Error>,
    },
}

impl Scenario {
    /// Reads a built-in case by its id, or the only case of a file.
    pub fn load(case: &str) -> Result<Self, ScenarioError> {
        if let Some(known) = cases::find(case) {
            return Self::of(known);
        }
        let path = Path::new(case);
        if !path.exists() {
            let is_path = case.contains('/') || path.extension().is_some();
            let unknown = if is_path {
                ScenarioError::NoFile
            } else {
                ScenarioError::Unknown
            };
            return Err(unknown(case.to_owned()));
        }
        match &*cases::load(path)? {
            [only] => Self::of(only),
            several => Err(ScenarioError::Several {
                file: case.to_owned(),
                count: several.len(),
                first: several
                    .first()
                    .map(|case| case.id.clone())
                    .unwrap_or_default(),
            }),
        }
    }

    fn of(case: &CaseTable) -> Result<Self, ScenarioError> {
        let keys = case.keys.clone();
        keys.try_into().map_err(|source| ScenarioError::Invalid {
            name: case.id.clone(),
            source: Box::new(source),
        })
    }

    /// A builder for the server that the case wants.
    #[must_use]
    pub fn apply(self, builder: Builder) -> Builder {
        let builder = builder.cluster(self.cluster).run_profiles(self.runs);
        let builder = match self.auth_token {
            Some(token) => builder.auth_token(token),
            None => builder,
        };
        self.faults.into_iter().fold(builder, Builder::fault)
    }
}

/// What is said of an id that is none, up to where the ids are told.
fn hint(unknown: &str) -> String {
    let known = cases::builtin().unwrap_or_default();
    let ids = known.iter().map(|case| case.id.as_str());
    nearest(unknown, ids).map_or_else(|| ";".to_owned(), |id| format!("; did you mean `{id}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imitation::Launched;

    /// A case of these lines and what its twin lends it.
    fn parse(lines: &str) -> Result<Scenario, String> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("case.toml");
        let text = format!("id = 'x'\ntitle = 'x'\ntwin = 'planning-healthy'\n{lines}");
        std::fs::write(&file, text).unwrap();
        Scenario::load(file.to_str().unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn every_built_in_case_can_be_served() {
        for case in cases::builtin().unwrap() {
            Scenario::load(&case.id).unwrap_or_else(|error| panic!("{error}"));
        }
    }

    #[test]
    fn a_twin_lends_what_a_case_does_not_say() {
        let down = Scenario::load("abort-server-down").unwrap();
        let healthy = Scenario::load("planning-healthy").unwrap();
        assert_eq!(down.cluster, healthy.cluster);
        assert!(down.faults[0].is_server_down());
        assert!(healthy.faults.is_empty());
    }

    #[test]
    fn runs_are_described_by_their_commands() {
        let text = "\n[[runs]]\ncommand = '**lr 0.1**'\nduration_seconds = 9\nexit_code = 1\n\
                    log = [{ at = 0.5, text = 'half' }]\nmetrics = [{ row = { loss = 0.5 } }]\n";
        let scenario = parse(text).unwrap();
        let run = Launched {
            run_id: "r",
            command: "train --lr 0.1 --seed 1",
        };
        let profile = scenario.runs.resolve(run, &|_, _| None).profile;
        assert_eq!((profile.duration_seconds, profile.exit_code), (9.0, 1));
        assert_eq!(profile.metrics.len(), 1);
    }

    #[test]
    fn what_is_no_case_is_an_error_that_helps() {
        let refused = |case| Scenario::load(case).unwrap_err().to_string();
        assert_eq!(
            refused("abort-doc-503"),
            "`abort-doc-503` is neither a built-in case nor a case file; did you mean `abort-docs-503`? \
             `wild-conformance cases` lists the ids"
        );
        assert_eq!(
            refused("nope"),
            "`nope` is neither a built-in case nor a case file; `wild-conformance cases` lists the ids"
        );
        assert_eq!(refused("field.toml"), "there is no case file field.toml");
        let matrix = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../fixtures/cases/abort-docs.toml"
        );
        assert!(!Path::new(matrix).exists() || refused(matrix).contains("a file of its own"));
        let message = parse("cluster = 'local_gpu:many'").unwrap_err();
        assert!(message.contains("local_gpu:many"), "{message}");
        let message = parse("gaol = 'typo'\nauth_token = ''").unwrap_err();
        let told = ["line 4", "did you mean `goal`", "line 5", "is empty"];
        assert!(told.iter().all(|word| message.contains(word)), "{message}");
    }
}
