//! `/runs`: creating, reading, starting, stopping and reporting runs.

use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{Shared, Tx};
use crate::error::{ApiResult, Encoded, Reply};
use crate::extract::{Body, OptionalBody, Query, validated_body, validated_query};
use crate::json::{Json, to_bytes};
use crate::store::{FullRun, NewRun, PlainRun, Rerun, RunPatch, StatusReport};

validated_body!(RunCreate, RunUpdate, RunStatusUpdate, RunRerunRequest);
validated_query!(RunListQuery);

/// A run to be created.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct RunCreate {
    /// Name for people. Example: `baseline-lr1e-3-seed1`.
    name: String,
    /// Command for a shell. Example: `cd /project && python train.py --lr 0.001`.
    command: String,
    /// Where the command runs; the server's working directory when absent or empty.
    workdir: Option<String>,
    /// The sweep that the run belongs to.
    sweep_id: Option<String>,
    /// The run that this one repeats.
    parent_run_id: Option<String>,
    /// The alert that this run answers.
    origin_alert_id: Option<String>,
    /// The chat session that asked for the run.
    chat_session_id: Option<String>,
    /// Whether the run starts at once.
    #[schema(default = false)]
    auto_start: bool,
    /// Settings of the GPU wrapper.
    #[schema(value_type = Option<GpuwrapConfig>)]
    gpuwrap_config: Option<Json>,
}

/// Settings of the GPU wrapper, which waits for a free GPU. The settings are kept as they were
/// sent, coerced; this type only publishes their schema.
#[derive(ToSchema)]
#[allow(dead_code, reason = "read through its schema")]
struct GpuwrapConfig {
    /// Whether the wrapper is used.
    enabled: Option<bool>,
    /// How often it tries again; -1 is for ever.
    #[schema(minimum = -1)]
    retries: Option<i64>,
    /// Seconds between two tries.
    #[schema(exclusive_minimum = 0.0, maximum = 600.0)]
    retry_delay_seconds: Option<f64>,
}

impl From<RunCreate> for NewRun {
    fn from(body: RunCreate) -> Self {
        Self {
            name: body.name,
            command: body.command,
            workdir: body.workdir,
            sweep_id: body.sweep_id,
            parent_run_id: body.parent_run_id,
            origin_alert_id: body.origin_alert_id,
            chat_session_id: body.chat_session_id,
            auto_start: body.auto_start,
            gpuwrap_config: body.gpuwrap_config,
        }
    }
}

/// New values for a run's fields; what is absent or null stays.
#[derive(Debug, Deserialize, ToSchema)]
struct RunUpdate {
    /// Name for people.
    name: Option<String>,
    /// Command for a shell.
    command: Option<String>,
    /// Where the command runs.
    workdir: Option<String>,
}

/// What the sidecar of a run reports.
#[derive(Debug, Deserialize, ToSchema)]
struct RunStatusUpdate {
    /// Any word; known are `ready`, `queued`, `launching`, `running`, `finished`, `failed` and
    /// `stopped`.
    status: String,
    /// Exit code of the command.
    #[schema(value_type = Option<i64>)]
    exit_code: Option<Json>,
    /// What went wrong.
    error: Option<String>,
    /// The tmux pane of the command.
    tmux_pane: Option<String>,
    /// The directory of the experiment tracker.
    wandb_dir: Option<String>,
}

/// How a rerun differs from its source.
#[derive(Debug, Deserialize, ToSchema)]
struct RunRerunRequest {
    /// Another command.
    command: Option<String>,
    /// Whether the new run starts at once.
    #[schema(default = false)]
    auto_start: bool,
    /// The alert that the new run answers.
    origin_alert_id: Option<String>,
    /// Other settings of the GPU wrapper.
    #[schema(value_type = Option<GpuwrapConfig>)]
    gpuwrap_config: Option<Json>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RunListQuery {
    /// Whether archived runs are listed too.
    #[param(default = false)]
    archived: bool,
    /// How many runs are listed at most; a negative number drops as many of the oldest.
    #[param(default = 100, value_type = i64)]
    limit: Json,
}

#[derive(Serialize)]
struct Message {
    message: &'static str,
}

#[derive(Serialize)]
struct Started {
    message: &'static str,
    tmux_window: String,
}

#[derive(Serialize)]
struct Archived {
    message: &'static str,
    run: PlainRun,
}

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_runs, create_run))
        .routes(routes!(get_run, update_run))
        .routes(routes!(queue_run))
        .routes(routes!(start_run))
        .routes(routes!(stop_run))
        .routes(routes!(rerun_run))
        .routes(routes!(archive_run))
        .routes(routes!(unarchive_run))
        .routes(routes!(update_run_status))
}

/// Lists runs, newest first.
///
/// Archived runs are left out unless `archived` is true. There is no filter by status: like any other
/// parameter that is not listed here, `status` is ignored.
#[utoipa::path(get, path = "/runs", params(RunListQuery), responses((status = 200)))]
async fn list_runs(tx: Tx, Query(query): Query<RunListQuery>) -> ApiResult<Encoded> {
    let limit = query.limit.saturating_i64().unwrap_or(0);
    Ok(Encoded(tx.store(|store, now| {
        store.list_runs(query.archived, limit, now)
    })?))
}

/// Creates a run, and launches it when `auto_start` is true.
///
/// Example: `{"name": "baseline", "command": "python train.py", "sweep_id": "<id>",
/// "chat_session_id": "<id>", "auto_start": true}`. Answers 404 for an unknown sweep.
#[utoipa::path(post, path = "/runs", request_body = RunCreate, responses((status = 200)))]
async fn create_run(tx: Tx, Body(body): Body<RunCreate>) -> ApiResult<Reply<PlainRun>> {
    Ok(Reply(tx.attempt(|store, now| {
        store.create_run(body.into(), now)
    })?))
}

/// Shows a run with its metrics.
///
/// Answers 404 for an unknown run.
#[utoipa::path(get, path = "/runs/{run_id}", params(("run_id" = String, Path)), responses((status = 200)))]
async fn get_run(tx: Tx, Path(id): Path<String>) -> ApiResult<Encoded> {
    let run = tx.attempt(|store, now| store.run(&id, now).map(|run| to_bytes(&FullRun(run))))?;
    Ok(Encoded(run))
}

/// Changes a run's name, command or working directory.
///
/// Answers 404 for an unknown run, 400 for an empty value, and 409 for a new command of a run that
/// is launching or running.
#[utoipa::path(put, path = "/runs/{run_id}", params(("run_id" = String, Path)),
    request_body = RunUpdate, responses((status = 200)))]
async fn update_run(
    tx: Tx,
    Path(id): Path<String>,
    Body(body): Body<RunUpdate>,
) -> ApiResult<Encoded> {
    let patch = RunPatch {
        name: body.name,
        command: body.command,
        workdir: body.workdir,
    };
    let run = tx.attempt(|store, now| {
        store
            .update_run(&id, patch, now)
            .map(|run| to_bytes(&FullRun(run)))
    })?;
    Ok(Encoded(run))
}

/// Queues a ready run.
///
/// Answers 404 for an unknown run and 400 for a run that is not ready.
#[utoipa::path(post, path = "/runs/{run_id}/queue", params(("run_id" = String, Path)), responses((status = 200)))]
async fn queue_run(tx: Tx, Path(id): Path<String>) -> ApiResult<Reply<PlainRun>> {
    Ok(Reply(tx.attempt(|store, now| store.queue_run(&id, now))?))
}

/// Starts a ready or queued run.
///
/// Answers 404 for an unknown run and 400 for a run in another state.
#[utoipa::path(post, path = "/runs/{run_id}/start", params(("run_id" = String, Path)), responses((status = 200)))]
async fn start_run(tx: Tx, Path(id): Path<String>) -> ApiResult<Reply<Started>> {
    let tmux_window = tx.attempt(|store, now| store.start_run(&id, now))?;
    Ok(Reply(Started {
        message: "Run started",
        tmux_window,
    }))
}

/// Stops a launching or running run.
///
/// Answers 404 for an unknown run and 400 for a run in another state.
#[utoipa::path(post, path = "/runs/{run_id}/stop", params(("run_id" = String, Path)), responses((status = 200)))]
async fn stop_run(tx: Tx, Path(id): Path<String>) -> ApiResult<Reply<Message>> {
    tx.attempt(|store, now| store.stop_run(&id, now))?;
    Ok(Reply(Message {
        message: "Run stopped",
    }))
}

/// Creates a run like another one.
///
/// The new run has the name with ` (Rerun)`, and the same command, directory, sweep and chat
/// session, unless the body says otherwise. Answers 404 for an unknown run.
#[utoipa::path(post, path = "/runs/{run_id}/rerun", params(("run_id" = String, Path)),
    request_body = Option<RunRerunRequest>, responses((status = 200)))]
async fn rerun_run(
    tx: Tx,
    Path(id): Path<String>,
    OptionalBody(body): OptionalBody<RunRerunRequest>,
) -> ApiResult<Reply<PlainRun>> {
    let how = body.map_or_else(Rerun::default, |body| Rerun {
        command: body.command,
        auto_start: body.auto_start,
        origin_alert_id: body.origin_alert_id,
        gpuwrap_config: body.gpuwrap_config,
    });
    Ok(Reply(tx.attempt(|store, now| store.rerun(&id, how, now))?))
}

/// Archives a run, so that lists leave it out.
///
/// Answers 404 for an unknown run.
#[utoipa::path(post, path = "/runs/{run_id}/archive", params(("run_id" = String, Path)), responses((status = 200)))]
async fn archive_run(tx: Tx, Path(id): Path<String>) -> ApiResult<Reply<Archived>> {
    let run = tx.attempt(|store, now| store.archive_run(&id, true, now))?;
    Ok(Reply(Archived {
        message: "Run archived",
        run,
    }))
}

/// Takes a run out of the archive.
///
/// Answers 404 for an unknown run.
#[utoipa::path(post, path = "/runs/{run_id}/unarchive", params(("run_id" = String, Path)), responses((status = 200)))]
async fn unarchive_run(tx: Tx, Path(id): Path<String>) -> ApiResult<Reply<Archived>> {
    let run = tx.attempt(|store, now| store.archive_run(&id, false, now))?;
    Ok(Reply(Archived {
        message: "Run unarchived",
        run,
    }))
}

/// Takes a report of a run's sidecar.
///
/// The word is trimmed and lower-cased; `finished` with an exit code other than 0 becomes
/// `failed`. An unknown id makes a bare run.
#[utoipa::path(post, path = "/runs/{run_id}/status", params(("run_id" = String, Path)),
    request_body = RunStatusUpdate, responses((status = 200)))]
async fn update_run_status(
    tx: Tx,
    Path(id): Path<String>,
    Body(body): Body<RunStatusUpdate>,
) -> ApiResult<Reply<Message>> {
    let report = StatusReport {
        status: body.status,
        exit_code: body.exit_code.filter(|code| *code != Json::Null),
        error: body.error,
        tmux_pane: body.tmux_pane,
        wandb_dir: body.wandb_dir,
    };
    tx.store(|store, now| store.report_status(&id, report, now))?;
    Ok(Reply(Message {
        message: "Status updated",
    }))
}
