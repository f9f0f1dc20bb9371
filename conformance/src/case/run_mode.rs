//! Whether a case executes the commands of runs, or has the server simulate them.

use std::ffi::OsStr;
use std::path::Path;

use serde::{Deserialize, Serialize};
use wild_mock_server::{ClusterKind, ClusterProfile};

use super::Case;

/// Seconds of real time that an executed run may take where the case does not say.
const USUAL_LIMIT: u64 = 20;

/// What becomes of the commands of runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunMode {
    /// They are executed in the workspace, behind the agent's walls. Their ends are told when the case's
    /// clock says so.
    Executed,
    /// The server simulates them: `runs` says what they leave.
    Simulated,
}

impl Case {
    /// What becomes of the commands of runs. Where the case does not say, those of built-in projects are
    /// executed in execution cases, unless a scheduler would take them elsewhere. The machine has no say.
    pub fn run_mode(&self) -> RunMode {
        let cluster: ClusterProfile = self.cluster.parse().unwrap_or_default();
        let is_elsewhere = matches!(
            cluster.kind,
            ClusterKind::Slurm | ClusterKind::Kubernetes | ClusterKind::Ray
        );
        let can_run = self.is_execution() && !self.has_own_workspace() && !is_elsewhere;
        self.run_mode.unwrap_or(if can_run {
            RunMode::Executed
        } else {
            RunMode::Simulated
        })
    }

    /// Seconds of real time that an executed run may take.
    pub fn run_limit(&self) -> u64 {
        self.run_limit.unwrap_or(USUAL_LIMIT)
    }

    /// Whether carrying out runs takes a Python interpreter.
    pub(crate) fn runs_python(&self) -> bool {
        let kind = |entry: &String| Path::new(entry).extension().map(OsStr::to_owned);
        let is_python = |entry: &String| kind(entry).is_some_and(|kind| kind == "py");
        self.run_mode() == RunMode::Executed && self.entry_points.iter().any(is_python)
    }
}
