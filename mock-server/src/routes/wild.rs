//! `/wild/v2`: sessions of the wild loop, health and events.

use axum::extract::Path;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::session_files::Files;
use crate::app::{Shared, Tx};
use crate::error::{ApiError, ApiResult, Encoded, Reply};
use crate::extract::{Body, Query, validated_body, validated_query};
use crate::json::{Json, to_bytes};
use crate::store::{Event, Health, Session, StartSession};

validated_body!(
    WildV2StartRequest,
    WildV2StopRequest,
    WildV2PauseRequest,
    WildV2ResumeRequest,
    WildV2SteerRequest,
    WildV2ResolveRequest,
);
validated_query!(ChatQuery);

/// A session to be started.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct WildV2StartRequest {
    /// What the session is to reach.
    goal: String,
    /// The chat session that it belongs to.
    chat_session_id: Option<String>,
    /// How many iterations it may take.
    #[schema(default = 25, value_type = i64)]
    max_iterations: Json,
    /// Seconds between iterations that wait.
    #[schema(default = 30.0)]
    #[allow(dead_code, reason = "part of the contract; the mock iterates nothing")]
    wait_seconds: f64,
    /// Whether it may plan evolutionary sweeps.
    #[schema(default = false)]
    evo_sweep_enabled: bool,
}

/// The session to be stopped.
#[derive(Debug, Deserialize, ToSchema)]
struct WildV2StopRequest {
    /// Its chat session; the newest session when absent.
    chat_session_id: Option<String>,
}

/// The session to be paused.
#[derive(Debug, Deserialize, ToSchema)]
struct WildV2PauseRequest {
    /// Its chat session; the newest session when absent.
    chat_session_id: Option<String>,
}

/// The session to be resumed.
#[derive(Debug, Deserialize, ToSchema)]
struct WildV2ResumeRequest {
    /// Its chat session; the newest session when absent.
    chat_session_id: Option<String>,
}

/// What the next iteration is told.
#[derive(Debug, Deserialize, ToSchema)]
struct WildV2SteerRequest {
    /// The text.
    context: String,
    /// Its chat session; the newest session when absent.
    chat_session_id: Option<String>,
}

/// Events that were dealt with.
#[derive(Debug, Deserialize, ToSchema)]
struct WildV2ResolveRequest {
    /// Their ids; what is no alert's id is passed over.
    #[schema(value_type = Vec<serde_json::Value>)]
    event_ids: Vec<Json>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ChatQuery {
    /// The chat session; the newest session when absent.
    #[param(required = false, nullable)]
    chat_session_id: Option<String>,
}

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(wild_v2_start))
        .routes(routes!(wild_v2_stop))
        .routes(routes!(wild_v2_pause))
        .routes(routes!(wild_v2_resume))
        .routes(routes!(wild_v2_status))
        .routes(routes!(wild_v2_events))
        .routes(routes!(wild_v2_resolve_events))
        .routes(routes!(wild_v2_system_health))
        .routes(routes!(wild_v2_plan))
        .routes(routes!(wild_v2_iteration_log))
        .routes(routes!(wild_v2_steer))
        .routes(routes!(wild_v2_evo_sweep_status))
        .routes(routes!(wild_v2_evo_sweep_stop))
}

/// A session's plan is empty until somebody has asked for its status.
fn shown(session: &Session) -> Encoded {
    Encoded(to_bytes(&session.on_the_wire(String::new())))
}

/// Starts a session.
///
/// A running session of the same chat session is stopped first.
#[utoipa::path(post, path = "/wild/v2/start", request_body = WildV2StartRequest, responses((status = 200)))]
async fn wild_v2_start(tx: Tx, Body(body): Body<WildV2StartRequest>) -> ApiResult<Encoded> {
    let start = StartSession {
        goal: body.goal,
        chat_session_id: body.chat_session_id,
        max_iterations: body.max_iterations,
        evo_sweep_enabled: body.evo_sweep_enabled,
    };
    tx.store(|store, now| shown(store.start_session(start, now)))
}

/// Stops a session.
#[utoipa::path(post, path = "/wild/v2/stop", request_body = WildV2StopRequest, responses((status = 200)))]
async fn wild_v2_stop(tx: Tx, Body(body): Body<WildV2StopRequest>) -> ApiResult<Encoded> {
    tx.store(
        |store, now| match store.stop_session(body.chat_session_id.as_deref(), now) {
            Some(session) => shown(session),
            None => Encoded(to_bytes(&json!({ "stopped": false }))),
        },
    )
}

/// Pauses a running session.
#[utoipa::path(post, path = "/wild/v2/pause", request_body = WildV2PauseRequest, responses((status = 200)))]
async fn wild_v2_pause(tx: Tx, Body(body): Body<WildV2PauseRequest>) -> ApiResult<Encoded> {
    tx.store(
        |store, now| match store.pause_session(body.chat_session_id.as_deref(), now) {
            Some(session) => shown(session),
            None => Encoded(to_bytes(&json!({}))),
        },
    )
}

/// Resumes a paused session.
#[utoipa::path(post, path = "/wild/v2/resume", request_body = WildV2ResumeRequest, responses((status = 200)))]
async fn wild_v2_resume(tx: Tx, Body(body): Body<WildV2ResumeRequest>) -> ApiResult<Encoded> {
    tx.store(
        |store, now| match store.resume_session(body.chat_session_id.as_deref(), now) {
            Some(session) => shown(session),
            None => Encoded(to_bytes(&json!({}))),
        },
    )
}

/// Shows a session with its plan and log.
#[utoipa::path(get, path = "/wild/v2/status", params(ChatQuery), responses((status = 200)))]
async fn wild_v2_status(tx: Tx, Query(query): Query<ChatQuery>) -> ApiResult<Encoded> {
    let chat = query.chat_session_id.as_deref();
    let Some(files) = Files::of(&tx, chat)? else {
        return Ok(Encoded(to_bytes(&json!({ "active": false }))));
    };
    let (plan, log) = (files.plan().await, files.log().await);
    tx.store(|store, _| match store.session(chat) {
        Some(session) => Encoded(to_bytes(&Status {
            session: session.on_the_wire(plan),
            active: session.is_running(),
            session_dir: &files.dir,
            workdir: &files.workdir,
            opencode_pwd: (),
            opencode_pwd_note: "The directory is not reported; iterations start in the workdir.",
            iteration_log: log,
        })),
        None => Encoded(to_bytes(&json!({ "active": false }))),
    })
}

#[derive(Serialize)]
struct Status<'a, S> {
    #[serde(flatten)]
    session: S,
    active: bool,
    session_dir: &'a str,
    workdir: &'a str,
    opencode_pwd: (),
    opencode_pwd_note: &'static str,
    iteration_log: String,
}

/// Lists what a session should look at: pending alerts, finished and failed runs.
///
/// Whatever session is named, all of them are listed.
#[utoipa::path(get, path = "/wild/v2/events/{session_id}", params(("session_id" = String, Path)),
    responses((status = 200)))]
async fn wild_v2_events(tx: Tx) -> ApiResult<Reply<Vec<Event>>> {
    Ok(Reply(tx.store(|store, now| store.events(now))?))
}

#[derive(Serialize)]
struct Resolved {
    resolved: u64,
}

/// Resolves the alerts among some events.
///
/// Ids of runs are passed over. Answers 500 in plain text when an id is a list or an object.
#[utoipa::path(post, path = "/wild/v2/events/{session_id}/resolve",
    params(("session_id" = String, Path)), request_body = WildV2ResolveRequest,
    responses((status = 200)))]
async fn wild_v2_resolve_events(
    tx: Tx,
    Body(body): Body<WildV2ResolveRequest>,
) -> ApiResult<Reply<Resolved>> {
    let resolved = tx.store(|store, now| store.resolve_events(&body.event_ids, now))?;
    let resolved = resolved.ok_or(ApiError::Internal)?;
    Ok(Reply(Resolved { resolved }))
}

/// Tells how busy the server is: running, queued, completed and failed runs.
#[utoipa::path(get, path = "/wild/v2/system-health", responses((status = 200)))]
async fn wild_v2_system_health(tx: Tx) -> ApiResult<Reply<Health>> {
    Ok(Reply(tx.store(|store, _| store.health())?))
}

#[derive(Serialize)]
struct PlanAnswer {
    plan: String,
}

/// Shows a session's tasks file.
///
/// The session is chosen by `chat_session_id`; the id in the path does not matter.
#[utoipa::path(get, path = "/wild/v2/plan/{session_id}",
    params(("session_id" = String, Path), ChatQuery), responses((status = 200)))]
async fn wild_v2_plan(tx: Tx, Query(query): Query<ChatQuery>) -> ApiResult<Reply<PlanAnswer>> {
    let plan = match Files::of(&tx, query.chat_session_id.as_deref())? {
        Some(files) => files.plan().await,
        None => String::new(),
    };
    Ok(Reply(PlanAnswer { plan }))
}

#[derive(Serialize)]
struct LogAnswer {
    log: String,
}

/// Shows a session's iteration log.
///
/// The session is chosen by `chat_session_id`; the id in the path does not matter.
#[utoipa::path(get, path = "/wild/v2/iteration-log/{session_id}",
    params(("session_id" = String, Path), ChatQuery), responses((status = 200)))]
async fn wild_v2_iteration_log(
    tx: Tx,
    Query(query): Query<ChatQuery>,
) -> ApiResult<Reply<LogAnswer>> {
    let log = match Files::of(&tx, query.chat_session_id.as_deref())? {
        Some(files) => files.log().await,
        None => String::new(),
    };
    Ok(Reply(LogAnswer { log }))
}

/// Tells the next iteration something.
#[utoipa::path(post, path = "/wild/v2/steer", request_body = WildV2SteerRequest, responses((status = 200)))]
async fn wild_v2_steer(tx: Tx, Body(body): Body<WildV2SteerRequest>) -> ApiResult<Encoded> {
    let chat = body.chat_session_id.as_deref();
    let steered = tx.store(|store, now| store.steer(chat, body.context, now))?;
    let answer = if steered {
        json!({ "ok": true })
    } else {
        json!({ "ok": false, "error": "no session" })
    };
    Ok(Encoded(to_bytes(&answer)))
}

/// Tells whether a session's evolutionary sweep is under way.
///
/// No sweep is run here, so the answer is never `true`.
#[utoipa::path(get, path = "/wild/v2/evo-sweep/{session_id}",
    params(("session_id" = String, Path), ChatQuery), responses((status = 200)))]
async fn wild_v2_evo_sweep_status(
    tx: Tx,
    Path(id): Path<String>,
    Query(query): Query<ChatQuery>,
) -> ApiResult<Encoded> {
    let known = knows_session(&tx, &id, &query)?;
    Ok(Encoded(to_bytes(&if known {
        json!({ "active": false, "sweep_id": null })
    } else {
        json!({ "active": false, "message": "No active session matches" })
    })))
}

/// Stops a session's evolutionary sweep.
///
/// No sweep is run here, so none is ever stopped.
#[utoipa::path(post, path = "/wild/v2/evo-sweep/{session_id}/stop",
    params(("session_id" = String, Path), ChatQuery), responses((status = 200)))]
async fn wild_v2_evo_sweep_stop(
    tx: Tx,
    Path(id): Path<String>,
    Query(query): Query<ChatQuery>,
) -> ApiResult<Encoded> {
    let message = if knows_session(&tx, &id, &query)? {
        "No evo sweep in progress"
    } else {
        "No active session matches"
    };
    Ok(Encoded(to_bytes(
        &json!({ "stopped": false, "message": message }),
    )))
}

fn knows_session(tx: &Tx, id: &str, query: &ChatQuery) -> ApiResult<bool> {
    tx.store(|store, _| {
        store
            .evo_session(id, query.chat_session_id.as_deref())
            .is_some()
    })
}
