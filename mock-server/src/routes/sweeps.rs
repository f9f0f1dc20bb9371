//! `/sweeps`: groups of runs.

use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::runs::RunCreate;
use crate::app::{Shared, Tx};
use crate::error::{ApiResult, Encoded, Reply};
use crate::extract::{Body, Query, validated_body, validated_query};
use crate::json::{Json, Object, to_bytes};
use crate::store::{NewSweep, NewWildSweep, PlainRun, SweepPatch, WireSweep};

validated_body!(WildSweepCreate, SweepCreate, SweepUpdate);
validated_query!(SweepListQuery, StartQuery, AddQuery);

/// An empty sweep for the wild loop; no field is needed.
#[derive(Debug, Deserialize, ToSchema)]
struct WildSweepCreate {
    /// Name for people.
    #[schema(default = "Wild Loop Sweep")]
    name: String,
    /// What the sweep is to find out.
    #[schema(default = "")]
    goal: String,
    /// The chat session that asked for it.
    chat_session_id: Option<String>,
}

/// A sweep over a grid of parameters.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct SweepCreate {
    /// Name for people.
    name: String,
    /// The command that ` --key=value` is added to.
    base_command: String,
    /// Where the runs run.
    workdir: Option<String>,
    /// Values or lists of values by name. Example: `{"lr": [0.001, 0.01]}`.
    #[schema(value_type = Object)]
    parameters: Object,
    /// How many runs the grid is cut to, as a Python slice cuts a list.
    #[schema(default = 10, value_type = i64)]
    max_runs: Json,
    /// Whether the runs are queued at once.
    #[schema(default = false)]
    auto_start: bool,
    /// What the sweep is to find out.
    goal: Option<String>,
    /// `draft`, `pending` or `running`; other words mean `pending`.
    status: Option<String>,
    /// Settings of the user interface.
    #[schema(value_type = Option<Object>)]
    ui_config: Option<Object>,
    /// The chat session that asked for it.
    chat_session_id: Option<String>,
}

/// New values for a sweep's fields; what is absent or null stays.
#[derive(Debug, Deserialize, ToSchema)]
struct SweepUpdate {
    /// Name for people.
    name: Option<String>,
    /// The command of its runs, whose commands are rewritten.
    base_command: Option<String>,
    /// Where the runs run.
    workdir: Option<String>,
    /// The grid; refused once there are runs.
    #[schema(value_type = Option<Object>)]
    parameters: Option<Object>,
    /// How many runs the grid is cut to; refused once there are runs.
    #[schema(value_type = Option<i64>)]
    max_runs: Option<Json>,
    /// What the sweep is to find out.
    goal: Option<String>,
    /// `draft`, or any other word to leave the draft state.
    status: Option<String>,
    /// Settings of the user interface.
    #[schema(value_type = Option<Object>)]
    ui_config: Option<Object>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SweepListQuery {
    /// How many sweeps are listed at most; a negative number drops as many of the oldest.
    #[param(default = 50, value_type = i64)]
    limit: Json,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct StartQuery {
    /// How many runs are launched at most.
    #[param(default = 1, value_type = i64)]
    parallel: Json,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AddQuery {
    /// The sweep that the run joins.
    sweep_id: String,
}

#[derive(Serialize)]
struct Started {
    message: String,
    sweep_id: String,
}

#[derive(Serialize)]
struct Message {
    message: String,
}

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_sweeps, create_sweep))
        .routes(routes!(create_wild_sweep))
        .routes(routes!(update_sweep, get_sweep))
        .routes(routes!(start_sweep))
        .routes(routes!(add_run_to_sweep_directly))
        .routes(routes!(add_run_to_sweep))
}

/// Lists sweeps, newest first.
///
/// A sweep's status and progress follow from its runs.
#[utoipa::path(get, path = "/sweeps", params(SweepListQuery), responses((status = 200)))]
async fn list_sweeps(tx: Tx, Query(query): Query<SweepListQuery>) -> ApiResult<Encoded> {
    let limit = query.limit.saturating_i64().unwrap_or(0);
    Ok(Encoded(tx.store(|store, _| store.list_sweeps(limit))?))
}

/// Creates a sweep and the runs of its grid.
///
/// Example: `{"name": "lr", "base_command": "python train.py", "parameters": {"lr": [0.1, 0.01]}}`.
/// No run is launched. Answers 400 for the status `completed`, `failed` or `canceled`.
#[utoipa::path(post, path = "/sweeps", request_body = SweepCreate, responses((status = 200)))]
async fn create_sweep(tx: Tx, Body(body): Body<SweepCreate>) -> ApiResult<Encoded> {
    let new = NewSweep {
        name: body.name,
        base_command: body.base_command,
        workdir: body.workdir,
        parameters: body.parameters,
        max_runs: body.max_runs,
        auto_start: body.auto_start,
        goal: body.goal,
        status: body.status,
        ui_config: body.ui_config,
        chat_session_id: body.chat_session_id,
    };
    let sweep = tx.attempt(|store, now| {
        store
            .create_sweep(new, now)
            .map(|sweep| to_bytes(&WireSweep(sweep)))
    })?;
    Ok(Encoded(sweep))
}

/// Creates an empty sweep that a wild loop fills with runs.
///
/// Example: `{"name": "baseline", "goal": "reproduce the paper", "chat_session_id": "<id>"}`.
#[utoipa::path(post, path = "/sweeps/wild", request_body = WildSweepCreate, responses((status = 200)))]
async fn create_wild_sweep(tx: Tx, Body(body): Body<WildSweepCreate>) -> ApiResult<Encoded> {
    let new = NewWildSweep {
        name: body.name,
        goal: body.goal,
        chat_session_id: body.chat_session_id,
    };
    let sweep = tx.store(|store, now| to_bytes(&WireSweep(store.create_wild_sweep(new, now))))?;
    Ok(Encoded(sweep))
}

/// Changes a sweep.
///
/// Answers 404 for an unknown sweep, 400 for an empty base command, and 409 for a new structure
/// while the sweep runs or once it has runs.
#[utoipa::path(put, path = "/sweeps/{sweep_id}", params(("sweep_id" = String, Path)),
    request_body = SweepUpdate, responses((status = 200)))]
async fn update_sweep(
    tx: Tx,
    Path(id): Path<String>,
    Body(body): Body<SweepUpdate>,
) -> ApiResult<Encoded> {
    let patch = SweepPatch {
        name: body.name,
        base_command: body.base_command,
        workdir: body.workdir,
        parameters: body.parameters,
        max_runs: body.max_runs.filter(|limit| *limit != Json::Null),
        goal: body.goal,
        status: body.status,
        ui_config: body.ui_config,
    };
    let sweep = tx.attempt(|store, now| {
        store
            .update_sweep(&id, patch, now)
            .map(|sweep| to_bytes(&WireSweep(sweep)))
    })?;
    Ok(Encoded(sweep))
}

/// Shows a sweep with the progress of its runs.
///
/// Answers 404 for an unknown sweep.
#[utoipa::path(get, path = "/sweeps/{sweep_id}", params(("sweep_id" = String, Path)), responses((status = 200)))]
async fn get_sweep(tx: Tx, Path(id): Path<String>) -> ApiResult<Encoded> {
    let sweep = tx.attempt(|store, _| store.sweep(&id).map(|sweep| to_bytes(&WireSweep(sweep))))?;
    Ok(Encoded(sweep))
}

/// Launches ready and queued runs of a sweep.
///
/// Answers 404 for an unknown sweep and 400 for a draft.
#[utoipa::path(post, path = "/sweeps/{sweep_id}/start",
    params(("sweep_id" = String, Path), StartQuery), responses((status = 200)))]
async fn start_sweep(
    tx: Tx,
    Path(id): Path<String>,
    Query(query): Query<StartQuery>,
) -> ApiResult<Reply<Started>> {
    let parallel = query.parallel.saturating_i64().unwrap_or(0);
    let (started, tried) = tx.attempt(|store, now| store.start_sweep(&id, parallel, now))?;
    Ok(Reply(Started {
        message: format!("Started {started}/{tried} runs"),
        sweep_id: id,
    }))
}

/// Creates a run in a sweep.
///
/// `auto_start` only queues the run. Answers 404 for an unknown sweep.
#[utoipa::path(post, path = "/sweeps/{sweep_id}/runs", params(("sweep_id" = String, Path)),
    request_body = RunCreate, responses((status = 200)))]
async fn add_run_to_sweep_directly(
    tx: Tx,
    Path(id): Path<String>,
    Body(body): Body<RunCreate>,
) -> ApiResult<Reply<PlainRun>> {
    Ok(Reply(tx.attempt(|store, now| {
        store.attach_new_run(&id, body.into(), now)
    })?))
}

/// Moves a run into a sweep.
///
/// Answers 404 for an unknown run or sweep, and 409 for a run that is queued or active in another
/// sweep.
#[utoipa::path(post, path = "/runs/{run_id}/add-to-sweep",
    params(("run_id" = String, Path), AddQuery), responses((status = 200)))]
async fn add_run_to_sweep(
    tx: Tx,
    Path(run_id): Path<String>,
    Query(query): Query<AddQuery>,
) -> ApiResult<Reply<Message>> {
    let message = tx.attempt(|store, now| store.add_to_sweep(&run_id, &query.sweep_id, now))?;
    Ok(Reply(Message { message }))
}
