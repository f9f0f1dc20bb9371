//! Playing one case: workspace, server and agent in, evidence on disk out.
//!
//! The runner judges nothing and prints nothing. It tells what it does through [`Event`]s.

mod all;
mod cancel;
mod event;
mod kit;
mod plan;
mod prelude;
mod scene;
mod stubs;
mod surveillance;
mod tasks_watch;

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use wild_mock_server::{Builder, Clock, MockServer, RunMode, SCENARIO_EPOCH, SkillSource};

pub use all::{Conduct, Listener, run_all};
pub use cancel::Cancel;
pub use event::Event;
pub use plan::{Plan, Play, Shard, ShardError};

use crate::agent::{self, AgentSpec, Assignment, Ending, Outcome, Supervision};
use crate::case::Case;
use crate::evidence::{
    Completeness, EntryKind, FORMAT, Record, Snapshot, SnapshotError, TasksChange, Timings,
    WriteError, Writer,
};
use crate::prompt::{Prompts, Stage, Variables};
use scene::{Scene, SceneError};
use surveillance::Surveillance;
use tasks_watch::TasksWatch;

/// Bytes of exchanges that the server's journal holds.
const JOURNAL_LIMIT: usize = 64 * 1024 * 1024;

/// Seconds that the case's clock moves with each request, so that the same requests see the same
/// times in every run.
const CLOCK_STEP: f64 = 0.25;

/// How long a server that stalls for ever really stalls: the case's clock stands still meanwhile.
const STALL_LIMIT: Duration = Duration::from_millis(300);

/// Largest changed file of the workspace whose content is kept, in bytes.
const LARGEST_KEPT: u64 = 1024 * 1024;

/// Largest `tasks_path` whose content is kept, in bytes.
const LARGEST_PLAN: u64 = 16 * 1024 * 1024;

/// Most bytes of changed files that are kept together.
const MOST_KEPT: u64 = 64 * 1024 * 1024;

/// The harness itself failed. It says nothing about the agent.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The workspace could not be laid out.
    #[error(transparent)]
    Scene(#[from] SceneError),
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
    Kit(#[source] std::io::Error),
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
    let case = &play.case;
    let scene = Scene::lay_out(case, setup.seed, play.repetition)?;
    let watch = Arc::new(TasksWatch::new(scene.tasks_path(), &case.placeholder));
    let surveillance = Surveillance::prepare(case, &setup.supervision).await?;
    let mut writer = Writer::create(folder)?;
    let builder = server_for(case, setup.seed, &scene, &watch, &mut writer)?;
    let server = surveillance.extend(builder).start().await?;
    let url = server.url();
    if let Some(state) = prelude::played(case, setup.seed, &scene).await? {
        server.restore(state)?;
    }
    writer.state_before(&server.snapshot())?;
    let variables = Variables::new(case, scene.stage(&url));
    let prompt = setup.prompts.of(case.kind).render(&variables);

    let prompt_file = scene.prompt_file(&prompt)?;
    let before = Snapshot::take(scene.workdir())?;
    let outside_before = outside(&scene)?;
    writer.prompt(&prompt)?;
    writer.before(&before)?;
    let mut record = blank_record(play, setup, &scene, variables);
    writer.record(&mut record)?;

    let started = Instant::now();
    record.wall_clock.started_at = seconds_since_epoch();
    let mut environment = environment(case, scene.stage(&url), scene.log_path());
    environment.extend(surveillance.environment());
    let (tmp, bin) = (surveillance.tmp(), surveillance.bin());
    let assignment = Assignment {
        prompt: &prompt,
        prompt_file,
        workdir: scene.workdir(),
        home: scene.home(),
        tmp: &tmp,
        bin: bin.as_deref(),
        custody: surveillance.custody(setup, &scene, &watch, server.addr().port()),
        environment,
        time_limit: setup.time_limit.unwrap_or(case.time_limit),
        stdout: writer.transcript_path(),
        stderr: writer.stderr_path(),
    };
    let outcome = agent::run(&setup.agent, assignment, cancel)
        .await
        .map_err(RunError::Output)?;
    record.wall_clock.agent_seconds = started.elapsed().as_secs_f64();
    writer.processes(&surveillance.conclude(&outcome, &mut record))?;
    note_outcome(&mut record, outcome);

    record.tasks_change = watch.conclude();
    // First, so that exchanges whose client was just ended are closed, too.
    server.shutdown().await;
    writer.journal(&server.journal().exchanges())?;
    writer.arrivals(&watch.arrivals())?;
    record.journal_dropped = server.journal().dropped();
    writer.state(&server.snapshot())?;

    let after = Snapshot::take(scene.workdir())?;
    writer.after(&after)?;
    writer.outside(&outside_before, &outside(&scene)?)?;
    writer.loose_effects(&server.loose_effects())?;
    keep_changed_files(&mut writer, &scene, &before, &after)?;
    writer.record(&mut record)?;
    Ok(())
}

fn server_for(
    case: &Case,
    seed: u64,
    scene: &Scene,
    watch: &Arc<TasksWatch>,
    writer: &mut Writer,
) -> Result<Builder, RunError> {
    let cluster = case
        .cluster
        .parse()
        .map_err(|_| RunError::Cluster(case.cluster.clone()))?;
    let observer = Arc::clone(watch);
    let mut builder = MockServer::builder()
        .seed(seed)
        .clock(Clock::stepped(SCENARIO_EPOCH, CLOCK_STEP))
        .workdir(scene.workdir())
        .cluster(cluster)
        .run_profiles(case.runs.clone())
        .skills(SkillSource::BuiltIn)
        .runs(RunMode::Simulated)
        .stall_limit(STALL_LIMIT)
        .journal_limit(JOURNAL_LIMIT)
        .journal_file(writer.journal_path())
        .observer(move |seq| observer.request_arrived(seq));
    if let Some(token) = &case.auth_token {
        builder = builder.auth_token(token);
    }
    for fault in &case.faults {
        builder = builder.fault(fault.clone());
    }
    Ok(builder)
}

/// What lies around the workspace.
fn outside(scene: &Scene) -> Result<Snapshot, SnapshotError> {
    Snapshot::take_without(scene.base(), scene.workdir())
}

fn blank_record(play: &Play, setup: &Setup, scene: &Scene, variables: Variables) -> Record {
    Record {
        format: FORMAT,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        agent: setup.agent.label().to_owned(),
        repetition: play.repetition,
        seed: setup.seed,
        case: play.case.clone(),
        variables: variables.into_map(),
        tasks_file: scene.tasks_file().to_owned(),
        completeness: incomplete("the harness was ended while the agent ran"),
        ending: None,
        tasks_change: TasksChange::Unknown,
        transcript: agent_output_unknown(),
        stderr: agent_output_unknown(),
        journal_dropped: 0,
        audit: None,
        sandbox: None,
        wall_clock: Timings::default(),
        files: std::collections::BTreeMap::new(),
    }
}

fn agent_output_unknown() -> crate::evidence::Captured {
    crate::evidence::Captured::default()
}

fn incomplete(reason: &str) -> Completeness {
    Completeness::Incomplete {
        reason: reason.to_owned(),
    }
}

fn note_outcome(record: &mut Record, outcome: Outcome) {
    let Outcome { ending, output, .. } = outcome;
    record.completeness = match ending {
        Ending::Interrupted => incomplete("the run was interrupted before the agent had ended"),
        _ => Completeness::Complete,
    };
    record.ending = Some(ending);
    record.transcript = output.stdout;
    record.stderr = output.stderr;
}

/// The environment that an agent finds itself in, beside the prompt.
pub fn environment(
    case: &Case,
    stage: Stage<'_>,
    log_path: &Path,
) -> Vec<(&'static str, OsString)> {
    let mut variables: Vec<(&'static str, OsString)> = vec![
        ("WILD_SERVER_URL", stage.server_url.into()),
        ("WILD_SESSION_ID", stage.session_id.into()),
        ("WILD_WORKDIR", stage.workdir.into()),
        ("WILD_TASKS_PATH", stage.tasks_path.into()),
        ("WILD_LOG_PATH", log_path.into()),
    ];
    if let Some(token) = &case.auth_token {
        variables.push(("WILD_AUTH_TOKEN", token.into()));
    }
    variables
}

fn keep_changed_files(
    writer: &mut Writer,
    scene: &Scene,
    before: &Snapshot,
    after: &Snapshot,
) -> Result<(), RunError> {
    let mut room = MOST_KEPT;
    for (path, entry) in &after.0 {
        let is_plan = path == scene.tasks_file();
        let limit = if is_plan {
            LARGEST_PLAN
        } else {
            LARGEST_KEPT.min(room)
        };
        let EntryKind::File { size, .. } = entry.kind else {
            continue;
        };
        let is_changed = before.get(path).is_none_or(|old| old.kind != entry.kind);
        if size > limit || !(is_changed || is_plan) {
            continue;
        }
        // What is no UTF-8 text, or vanished meanwhile, is described by its hash alone.
        if let Ok(text) = std::fs::read_to_string(scene.workdir().join(path)) {
            writer.changed_file(path, &text)?;
            room = room.saturating_sub(size);
        }
    }
    Ok(())
}

fn seconds_since_epoch() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64()
}
