//! Playing one case: workspace, server and agent in, evidence on disk out.
//!
//! The runner judges nothing and prints nothing. It tells what it does through [`Event`]s.

mod account;
mod all;
mod brake;
mod bygone;
mod campaign;
mod case_server;
mod chain;
mod changed;
mod commons;
mod conditions;
mod durations;
mod event;
mod harness_folders;
mod held;
mod history;
mod interpreter;
mod play_folder;
mod playlist;
mod prelude;
mod resume;
mod runs;
mod shard;
mod staged;
mod starting_point;
mod stubs;
mod surveillance;
mod tasks_watch;
mod token_search;
mod view;
mod vigil;

use std::ffi::OsString;
use std::path::Path;

pub use all::{Conduct, run_all};
pub use brake::Brake;
pub use durations::Durations;
pub use event::{Event, Listener, together};
pub use playlist::{Placed, Play, Playlist};
pub use resume::Kept;
pub use shard::{Shard, ShardError};
pub use staged::Staged;
pub use starting_point::StartingPoint;

use crate::agent::{AgentSpec, Supervision};
use crate::cancel::Cancel;
use crate::case::Case;
use crate::evidence::{Reach, SnapshotError, WriteError};
use crate::limits::Limits;
use crate::prompt::{PromptError, Prompts, SessionValues};
use crate::scratch::Leftovers;
use play_folder::PlayFolderError;

/// The harness itself failed. It says nothing about the agent.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The case's own prompt is not valid.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// The workspace could not be laid out.
    #[error(transparent)]
    PlayFolder(#[from] PlayFolderError),
    /// The workspace could not be looked at.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The evidence could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The mock server did not start.
    #[error("the mock server did not start: {0}")]
    Server(#[from] wild_mock_server::StartError),
    /// A request of the prelude was refused.
    #[error("the prelude of the case failed: {0}")]
    Prelude(String),
    /// The state that the prelude left could not be taken over.
    #[error("the state that the prelude left could not be taken over: {0}")]
    State(#[from] wild_mock_server::SaveError),
    /// The case names a cluster that does not exist.
    #[error("the case's cluster `{0}` is not known")]
    Cluster(String),
    /// The agent's temporary folders could not be made.
    #[error("cannot make the agent's temporary folders: {0}")]
    HarnessFolders(#[source] std::io::Error),
    /// Runs are to be executed, and there is nothing to execute them with.
    #[error(
        "the case executes its runs, and there is no Python for them: {0}; install python3, or have \
         `run_mode` say `simulated`"
    )]
    Interpreter(String),
    /// Somebody meddled with the harness.
    #[error("{0}")]
    Meddled(String),
    /// There is nobody to wake the harness when it is stopped.
    #[error("cannot start the process that wakes a harness that was stopped: {0}")]
    Sentry(#[source] std::io::Error),
    /// There is no thread for looking at the workspace.
    #[error("the harness could not look at the workspace: {0}")]
    Aside(#[source] std::io::Error),
    /// The server's socket could not be made in the agent's network namespace.
    #[error("the server's socket could not be made in the agent's network namespace: {0}")]
    Room(#[source] std::io::Error),
    /// The agent's output could not be kept.
    #[error("the agent's output could not be kept: {0}")]
    Output(#[source] std::io::Error),
}

/// What all cases of a run have in common.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The agent.
    pub agent: AgentSpec,
    /// The prompts.
    pub prompts: Prompts,
    /// Seed of identifiers.
    pub seed: u64,
    /// Replaces the cases' own time limits, in seconds.
    pub time_limit: Option<u64>,
    /// How the agent is watched and confined.
    pub supervision: Supervision,
    /// What concerns this process.
    pub harness: Harness,
}

/// What concerns this process and not a single play. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Harness {
    /// How far workspaces are looked at.
    pub reach: Reach,
    /// Folders that could not be removed.
    pub leftovers: Leftovers,
    /// The system's limits on this process.
    pub limits: Limits,
}

/// Plays `play` and leaves its evidence in `folder`.
///
/// Once the agent was started, whatever happens leaves a directory that says how far it got.
///
/// # Errors
/// Fails when the harness, not the agent, cannot do its work.
pub async fn run_case(
    play: &Play,
    setup: &Setup,
    folder: &Path,
    cancel: &Cancel,
) -> Result<(), RunError> {
    let left = chain::play_from(None, play, setup, folder, cancel).await;
    left.map(drop)
}

/// The environment that an agent finds itself in, beside the prompt.
pub fn environment(
    case: &Case,
    session: SessionValues<'_>,
    log_path: &Path,
) -> Vec<(&'static str, OsString)> {
    let mut variables: Vec<(&'static str, OsString)> = vec![
        ("WILD_SERVER_URL", session.server_url.into()),
        ("WILD_SESSION_ID", session.session_id.into()),
        ("WILD_WORKDIR", session.workdir.into()),
        ("WILD_TASKS_PATH", session.tasks_path.into()),
        ("WILD_LOG_PATH", log_path.into()),
    ];
    if let Some(token) = &case.auth_token {
        variables.push(("WILD_AUTH_TOKEN", token.into()));
    }
    variables
}
