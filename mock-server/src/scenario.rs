//! The server's side of a case file: what `wild-mock serve --case` takes from it.
//!
//! A case file belongs to the conformance harness. All of it is checked here, too; the keys below are
//! those that decide how the server behaves. See [`crate::cases`] for matrices and twins.

use std::path::Path;

use serde::Deserialize;

use crate::cases::{self, CaseFileError, CaseTable};
use crate::fault::Fault;
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
    #[error("'{0}' is neither a built-in case ({ids}) nor a file", ids = built_in_ids())]
    Unknown(String),
    /// The file is no case file.
    #[error(transparent)]
    File(#[from] CaseFileError),
    /// The file makes several cases, and none is chosen.
    #[error("{file} makes several cases; name one of them: {ids}")]
    Several {
        /// The file.
        file: String,
        /// Their ids.
        ids: String,
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
            return Err(ScenarioError::Unknown(case.to_owned()));
        }
        match &*cases::load(path)? {
            [only] => Self::of(only),
            several => Err(ScenarioError::Several {
                file: case.to_owned(),
                ids: listed(several.iter()),
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

fn built_in_ids() -> String {
    listed(cases::builtin().unwrap_or_default().iter())
}

fn listed<'a>(cases: impl Iterator<Item = &'a CaseTable>) -> String {
    cases
        .map(|case| case.id.as_str())
        .collect::<Vec<_>>()
        .join(", ")
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
        let message = Scenario::load("nope").unwrap_err().to_string();
        assert!(message.contains("planning-healthy"), "{message}");
        let message = parse("cluster = 'local_gpu:many'").unwrap_err();
        assert!(message.contains("local_gpu:many"), "{message}");
        let message = parse("gaol = 'typo'\nauth_token = ''").unwrap_err();
        let told = ["line 4", "did you mean `goal`", "line 5", "is empty"];
        assert!(told.iter().all(|word| message.contains(word)), "{message}");
    }
}
