//! Cases: the situations that an agent is put into, one TOML file each.
//!
//! A case says what the agent is asked (goal, steering), where it works (workspace fixture), what
//! server it meets (token, cluster, faults) and which limits hold. It never says what the verdicts
//! should be: those follow from what the agent itself observed. Only where that cannot be (no
//! listener at all, or none any more) does [`Expect`] declare how the preflight ends.

mod builtin;
mod draft;
mod execution;
mod file;
mod files;
mod fit;
mod folder;
mod past;
mod run_mode;
#[cfg(test)]
mod schema_tests;
mod select;
mod slurm;
mod task;
mod twice;
mod workspace;

use serde::{Deserialize, Serialize};
use wild_mock_server::cases::is_path;
use wild_mock_server::{Fault, RunProfiles};

pub use builtin::builtin_cases;
pub use draft::Draft;
pub use execution::plan_text;
pub use file::{CaseError, load_file, warnings};
pub use files::with_files;
pub use folder::own_files;
pub(crate) use past::{Done, Ran};
pub use run_mode::RunMode;
pub use select::{SelectError, files_of, nearest, select, warnings_of};
pub use slurm::Slurm;
pub use task::{DeclaredTask, TableSize};
pub use twice::twice;
pub use wild_mock_server::cases::schema;
pub use workspace::Workspace;

/// One case, with everything that its twin lends it filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Unique name, in lower case with hyphens; also names the evidence folder.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// Which iteration is played.
    pub kind: Kind,
    /// What the agent is asked to reach, as the prompt states it.
    pub goal: String,
    /// Steering text that a user added, empty for none.
    #[serde(default)]
    pub steer: String,
    /// Name of the workspace fixture that the agent works in, or the path of a user's own folder.
    pub workspace: String,
    /// Cluster that the server reports, as `TYPE[:GPUS]`.
    pub cluster: String,
    /// Token that the server demands, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_token: Option<String>,
    /// Whether evolutionary sweeps are switched on.
    #[serde(default)]
    pub evo_sweep: bool,
    /// Faults that the server is started with.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// What simulated runs do, by their commands.
    #[serde(default)]
    pub runs: RunProfiles,
    /// What becomes of the commands of runs; see [`Case::run_mode`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_mode: Option<RunMode>,
    /// Seconds of real time that an executed run may take; see [`Case::run_limit`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_limit: Option<u64>,
    /// What `tasks_path` holds before the agent starts: of an execution case the plan that `plan`
    /// names.
    #[serde(default)]
    pub placeholder: String,
    /// Name of the plan under `fixtures/executions` that an execution case carries out, or the path of a
    /// user's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// The path of a template in place of the prompt of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// What job scripts tell the scheduler; where it is absent, those of a built-in workspace tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slurm: Option<Slurm>,
    /// What the iteration log holds before the agent starts; empty for no log.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub log: String,
    /// Which iteration an execution case plays, counting from 1.
    #[serde(default = "first_iteration")]
    pub iteration: u32,
    /// How many iterations are played one after the other over the same workspace and server, each
    /// judged by itself, at most: they end early when no task is open any more, or those of a campaign
    /// when DONE is promised.
    #[serde(default = "first_iteration")]
    pub iterations: u32,
    /// Requests that were sent before the agent came, in order: what other iterations, or somebody
    /// else, left on the server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prelude: Vec<Step>,
    /// Whether the goal asks for experiments.
    pub experiments: bool,
    /// The configurations that the goal asks for: parameter name and values, empty for no grid.
    #[serde(default)]
    pub grid: Vec<GridAxis>,
    /// Scripts of the workspace that train, evaluate or benchmark.
    #[serde(default)]
    pub entry_points: Vec<String>,
    /// What is known of tasks of the plan that an execution case carries out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<DeclaredTask>,
    /// Seconds that the agent has.
    pub time_limit: u64,
    /// What holds where nothing can be observed.
    #[serde(default)]
    pub expect: Expect,
    /// The healthy case that differs from this one only in what makes the preflight fail. An abort
    /// counts only if the same agent proceeds there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<String>,
}

/// Which iteration a case plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Iteration 0: the planning prompt.
    Planning,
    /// A later iteration: the execution prompt, over a workspace that holds a plan already.
    Execution,
    /// All of them over one workspace and server: planning, and then its plan until that is done.
    Campaign,
}

/// A request of a prelude.
///
/// `{session_id}` and `{workdir}` in its texts stand for those of the case, `{id1}` for the id that
/// the first step's answer gave, and so on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Path of a POST request.
    pub post: String,
    /// Its body; an empty object when absent.
    #[serde(default)]
    pub body: serde_json::Map<String, serde_json::Value>,
}

fn first_iteration() -> u32 {
    1
}

/// One axis of a grid of configurations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridAxis {
    /// Parameter name.
    pub name: String,
    /// Its values, as they would stand on a command line.
    pub values: Vec<String>,
}

/// What a case declares for want of anything to observe.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// How the preflight ends; only asked when requests cannot reach the server, or no longer can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preflight: Option<Declared>,
}

/// A declared outcome of the preflight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Declared {
    /// Every probe succeeds.
    Passed,
    /// Some probe fails.
    Failed,
}

impl Case {
    /// Whether the case plays an execution iteration.
    pub fn is_execution(&self) -> bool {
        self.kind == Kind::Execution
    }

    /// Whether the case plays planning and everything after it.
    pub fn is_campaign(&self) -> bool {
        self.kind == Kind::Campaign
    }

    /// Whether the case plays in a folder of the user's, whose scripts announce nothing.
    pub fn has_own_workspace(&self) -> bool {
        is_path(&self.workspace)
    }

    /// What the project tells the scheduler, where it does.
    pub fn scheduler_options(&self) -> Option<Slurm> {
        let of_builtin = || {
            let workspace = Workspace::find(&self.workspace)?;
            Slurm::read_all(&workspace.job_scripts().ok()?)
        };
        self.slurm.clone().or_else(of_builtin)
    }

    /// Whether the agent's requests can reach the server and so be observed.
    pub fn server_listens(&self) -> bool {
        !self.faults.iter().any(Fault::is_server_down)
    }

    /// The first request that finds the server gone, and so cannot be observed; 1 for a server that
    /// never listens.
    pub fn server_gone_from(&self) -> Option<u64> {
        self.faults.iter().filter_map(Fault::down_from).min()
    }
}
