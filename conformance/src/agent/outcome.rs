//! What became of an agent.

use super::launch_report::Opens;
use crate::audit::Watched;
use crate::ending::Ending;
use crate::evidence::{Captured, FinalTextRecord, LeftBehind, SandboxRecord};
use crate::usage::Usage;

/// What became of an agent.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentOutcome {
    /// How it ended.
    pub ending: Ending,
    /// What it printed.
    pub output: Output,
    /// What was observed of its processes, where they were traced.
    pub watched: Option<Watched>,
    /// What was alive when it had ended.
    pub left: LeftBehind,
    /// What it was kept from.
    pub sandbox: SandboxRecord,
    /// Whether its tracer was told of the files that it opened, or why not.
    pub opens: Opens,
    /// What of its command line names no file that it found, if that is why it ended.
    pub unfound: Option<String>,
}

/// How much an agent printed, and how much of that is in the files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Output {
    /// The final text: the transcript.
    pub transcript: Captured,
    /// Standard error.
    pub stderr: Captured,
    /// Where the final text was taken from, if it is not standard output.
    pub final_text: Option<FinalTextRecord>,
    /// What it says that the play cost.
    pub usage: Option<Usage>,
}

impl AgentOutcome {
    /// That the agent of this name was not started.
    pub(super) fn could_not_start(agent: &str, error: &dyn std::fmt::Display) -> Self {
        Self {
            ending: Ending::CouldNotStart {
                error: format!("{agent}: {error}"),
            },
            output: Output::default(),
            watched: None,
            left: LeftBehind::default(),
            sandbox: SandboxRecord::default(),
            opens: Opens::Untraced,
            unfound: None,
        }
    }
}
