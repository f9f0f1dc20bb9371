//! The control API: journal, faults, state and clock over HTTP, on a listener of its own, so that
//! the agent under test can neither see nor change it.
//!
//! | request | what it does |
//! |---|---|
//! | `GET /health` | tells the server's URL, how many requests it saw, and whether it is down |
//! | `GET /journal?after=&method=&path=&status=&limit=` | lists exchanges; `dropped` says how many are lost |
//! | `DELETE /journal` | forgets the exchanges |
//! | `GET /faults`, `POST /faults`, `DELETE /faults`, `DELETE /faults/{id}` | lists, arms, disarms; `docs/src/faults.md` says how a [`Fault`] is written. The answer has a `warning` beside the `id` where no endpoint serves the fault's path |
//! | `GET /state`, `PUT /state` | hands the whole state out, or replaces it |
//! | `POST /reset` | forgets state, faults and journal |
//! | `POST /save` | has `wild-mock record` write what it has seen so far; 404 where nothing is recorded |
//! | `GET /` | the dashboard, a page for people |
//! | `GET /clock`, `POST /clock` | tells the time; `{"advance": 5.0}` or `{"set": 1767225600.0}` moves it |

mod body;
mod endpoints;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::response::Response;
use axum::routing::{delete, get, post};
use axum::{Extension, Json, Router};
use hyper::StatusCode;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::acceptor::Acceptor;
use crate::cases::unserved;
use crate::clock::Timestamp;
use crate::dashboard;
use crate::error::json_response;
use crate::fault::{Fault, FaultId};
use crate::journal::JournalQuery;
use crate::json::to_bytes;
use crate::persist::SaveError;
use crate::server::MockServer;
use crate::store::{LARGEST_SNAPSHOT, StateSnapshot};
use body::{Body, Refusal, Taken};

/// Who is asked to save what a recorder has seen; the answer says what went wrong.
pub type Saver = mpsc::Sender<oneshot::Sender<Result<(), String>>>;

/// The control API of one server. It stops when it is dropped.
#[derive(Debug)]
pub struct ControlServer {
    addr: SocketAddr,
    serving: tokio::task::JoinHandle<()>,
}

impl ControlServer {
    /// Serves the control API of `server` on `addr`; port 0 takes a free one.
    pub async fn start(server: Arc<MockServer>, addr: SocketAddr) -> std::io::Result<Self> {
        Self::start_with(server, addr, None).await
    }

    /// Like [`Self::start`], with somebody who saves when `POST /save` asks for it.
    pub async fn start_with(
        server: Arc<MockServer>,
        addr: SocketAddr,
        saver: Option<Saver>,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let (head_timeout, _) = server.timeouts();
        let router = router(server).layer(Extension(saver));
        let serving = tokio::spawn(serve(Acceptor::new(listener), router, head_timeout));
        Ok(Self { addr, serving })
    }

    /// The address that it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}

impl Drop for ControlServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Serves until it is dropped, and all connections with it.
async fn serve(mut acceptor: Acceptor, router: Router, head_timeout: Duration) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            (stream, _) = acceptor.accept() => {
                let service = TowerToHyperService::new(router.clone());
                connections.spawn(async move {
                    let connection = http1::Builder::new()
                        .timer(TokioTimer::new())
                        .header_read_timeout(head_timeout)
                        .serve_connection(TokioIo::new(stream), service);
                    if let Err(error) = connection.await {
                        tracing::debug!("a connection to the control API ended: {error}");
                    }
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

type Server = State<Arc<MockServer>>;

fn router(server: Arc<MockServer>) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/journal", get(journal).delete(clear_journal))
        .route("/faults", get(faults).post(arm).delete(disarm_all))
        .route("/faults/{id}", delete(disarm))
        .route(
            "/state",
            get(state)
                .put(restore)
                .layer(DefaultBodyLimit::max(LARGEST_SNAPSHOT)),
        )
        .route("/reset", post(reset))
        .route("/save", post(save))
        .route("/clock", get(clock).post(move_clock))
        .merge(dashboard::routes())
        .fallback(endpoints::unknown)
        .method_not_allowed_fallback(endpoints::not_taken)
        .with_state(server)
}

async fn health(State(server): Server) -> Response {
    let down = server.is_down();
    let seen = server.journal().seen();
    json_response(
        StatusCode::OK,
        &json!({ "url": server.url(), "seen": seen, "down": down }),
    )
}

async fn journal(
    State(server): Server,
    query: Result<Query<JournalQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let refuse = |error: QueryRejection| {
        let error = error.body_text();
        let takes = "GET /journal takes after, method, path, status and limit";
        Refusal(StatusCode::BAD_REQUEST, format!("{error}; {takes}"))
    };
    let Query(query) = query.map_err(refuse)?;
    let journal = server.journal();
    let answer = json!({
        "dropped": journal.dropped(),
        "exchanges": journal.query(&query),
        "loose_effects": server.loose_effects(),
    });
    Ok(json_response(StatusCode::OK, &answer))
}

async fn clear_journal(State(server): Server) -> StatusCode {
    server.journal().clear();
    StatusCode::NO_CONTENT
}

#[derive(Serialize)]
struct Armed {
    id: FaultId,
    #[serde(flatten)]
    fault: Fault,
}

async fn faults(State(server): Server) -> Response {
    let armed: Vec<Armed> = server
        .faults()
        .into_iter()
        .map(|(id, fault)| Armed { id, fault })
        .collect();
    json_response(StatusCode::OK, &armed)
}

async fn arm(State(server): Server, Body(fault): Body<Fault>) -> Result<Response, Refusal> {
    fault
        .check()
        .map_err(|error| Refusal(StatusCode::BAD_REQUEST, error))?;
    // A test of what asks elsewhere may mean it so; who does not is told.
    let warning = unserved(&fault.path);
    let id = server.arm(fault).await;
    let mut answer = json!({ "id": id });
    if let Some(warning) = warning {
        answer["warning"] = warning.into();
    }
    Ok(json_response(StatusCode::CREATED, &answer))
}

async fn disarm(State(server): Server, Path(id): Path<String>) -> Result<StatusCode, Refusal> {
    let number: Option<FaultId> = id.parse().ok();
    let number = number.ok_or_else(|| {
        let message =
            format!("`{id}` is no fault's number; GET /faults lists those that are armed");
        Refusal(StatusCode::BAD_REQUEST, message)
    })?;
    if server.disarm(number).await {
        return Ok(StatusCode::NO_CONTENT);
    }
    let message = format!("fault {number} is not armed; GET /faults lists those that are");
    Err(Refusal(StatusCode::NOT_FOUND, message))
}

async fn disarm_all(State(server): Server) -> StatusCode {
    server.clear_faults().await;
    StatusCode::NO_CONTENT
}

async fn state(State(server): Server) -> Response {
    crate::error::json_bytes(StatusCode::OK, to_bytes(&server.snapshot()))
}

async fn restore(
    State(server): Server,
    Body(snapshot): Body<StateSnapshot>,
) -> Result<StatusCode, Refusal> {
    server
        .restore(snapshot)
        .map_err(|error| not_saved(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reset(State(server): Server) -> Result<StatusCode, Refusal> {
    server.reset().await.map_err(|error| not_saved(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

fn not_saved(error: &SaveError) -> Refusal {
    Refusal(StatusCode::INSUFFICIENT_STORAGE, error.to_string())
}

async fn save(Extension(saver): Extension<Option<Saver>>) -> Result<StatusCode, Refusal> {
    let nobody = || {
        let message = "nothing is recorded here; `wild-mock record` saves".to_owned();
        Refusal(StatusCode::NOT_FOUND, message)
    };
    let saver = saver.ok_or_else(nobody)?;
    let (done, outcome) = oneshot::channel();
    saver.send(done).await.map_err(|_| nobody())?;
    match outcome.await {
        Ok(Ok(())) => Ok(StatusCode::NO_CONTENT),
        Ok(Err(error)) => Err(Refusal(StatusCode::INSUFFICIENT_STORAGE, error)),
        Err(_) => Err(nobody()),
    }
}

async fn clock(State(server): Server) -> Json<serde_json::Value> {
    let clock = server.clock();
    Json(json!({ "now": clock.now().as_secs_f64(), "clock": clock.mode() }))
}

/// How the clock is to be moved.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Moves")]
enum MoveClock {
    /// On by so many seconds.
    Advance(f64),
    /// To so many seconds since the Unix epoch.
    Set(f64),
}

/// A move as it is written: one of both.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Moves {
    advance: Option<f64>,
    set: Option<f64>,
}

impl TryFrom<Moves> for MoveClock {
    type Error = &'static str;

    fn try_from(moves: Moves) -> Result<Self, Self::Error> {
        match (moves.advance, moves.set) {
            (Some(seconds), None) => Ok(Self::Advance(seconds)),
            (None, Some(seconds)) => Ok(Self::Set(seconds)),
            (None, None) => Err("neither `advance` nor `set` is given"),
            (Some(_), Some(_)) => Err("both `advance` and `set` are given"),
        }
    }
}

impl Taken for MoveClock {
    const TAKES: &'static str = r#"{"advance": SECONDS}, or {"set": SECONDS} since the Unix epoch"#;
}

async fn move_clock(
    State(server): Server,
    Body(how): Body<MoveClock>,
) -> Result<Json<serde_json::Value>, Refusal> {
    match how {
        MoveClock::Advance(seconds) if seconds < 0.0 => {
            let message =
                format!("advance is {seconds}; the clock moves on only, by 0 or more seconds");
            return Err(Refusal(StatusCode::BAD_REQUEST, message));
        }
        MoveClock::Advance(seconds) if seconds.is_finite() => server.clock().advance(seconds),
        MoveClock::Set(seconds) if seconds.is_finite() => {
            server.clock().set(Timestamp::default().plus_secs(seconds));
        }
        MoveClock::Advance(_) | MoveClock::Set(_) => {
            let message = "the clock moves by a finite number of seconds".to_owned();
            return Err(Refusal(StatusCode::BAD_REQUEST, message));
        }
    }
    Ok(clock(State(server)).await)
}
