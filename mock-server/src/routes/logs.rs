//! Logs, log streams and artifacts of runs.

use std::convert::Infallible;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::unfold;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::log_source::{LogKind, Place, Source};
use crate::app::{Shared, Tx};
use crate::error::{ApiResult, Reply};
use crate::extract::{Query, validated_query};
use crate::json::{Json, to_string};
use crate::store::RunStatus;

validated_query!(LogQuery);

/// Characters that one read gives at most.
const MAX_READ: i64 = 100 * 1024;

/// Bytes of a log that one event of a stream holds at most.
const MOST_AT_ONCE: u64 = 256 * 1024;

/// Bytes of a log that a stream holds at most. What lies beyond can be read, and a file that claims to be
/// endless has an end here.
const MOST_STREAMED: u64 = 4 * 1024 * 1024;

/// Seconds between two looks at a log that is streamed.
const STREAM_INTERVAL: f64 = 0.5;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LogQuery {
    /// Where to start, in bytes; a negative number counts from the end.
    #[param(default = -10000, value_type = i64)]
    offset: Json,
    /// How much to read, at most 100 KiB.
    #[param(default = 10000, value_type = i64)]
    limit: Json,
}

#[derive(Debug, Default, Serialize)]
struct LogPage {
    content: String,
    offset: u64,
    total_size: u64,
    has_more_before: bool,
    has_more_after: bool,
}

#[derive(Debug, Serialize)]
struct Artifact {
    name: String,
    path: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(get_run_logs))
        .routes(routes!(stream_run_logs))
        .routes(routes!(get_sidecar_logs))
        .routes(routes!(stream_sidecar_logs))
        .routes(routes!(list_artifacts))
}

/// Reads a part of what a run's command has written.
///
/// Answers 404 for an unknown run.
#[utoipa::path(get, path = "/runs/{run_id}/logs", params(("run_id" = String, Path), LogQuery),
    responses((status = 200)))]
async fn get_run_logs(
    tx: Tx,
    Path(id): Path<String>,
    Query(query): Query<LogQuery>,
) -> ApiResult<Reply<LogPage>> {
    page(&tx, &id, LogKind::Command, &query).await
}

/// Streams what a run's command writes, as server-sent events.
///
/// Events are `initial` with what there is, `delta` with what is added, and `done` with the status
/// once the run has ended. Much at once comes in several events, and what lies beyond 4 MiB is left out.
/// Answers 404 for an unknown run.
#[utoipa::path(get, path = "/runs/{run_id}/logs/stream", params(("run_id" = String, Path)),
    responses((status = 200)))]
async fn stream_run_logs(tx: Tx, Path(id): Path<String>) -> ApiResult<Response> {
    stream(tx, id, LogKind::Command)
}

/// Reads a part of what a run's sidecar has written.
///
/// Answers 404 for an unknown run.
#[utoipa::path(get, path = "/runs/{run_id}/sidecar-logs",
    params(("run_id" = String, Path), LogQuery), responses((status = 200)))]
async fn get_sidecar_logs(
    tx: Tx,
    Path(id): Path<String>,
    Query(query): Query<LogQuery>,
) -> ApiResult<Reply<LogPage>> {
    page(&tx, &id, LogKind::Sidecar, &query).await
}

/// Streams what a run's sidecar writes, as server-sent events.
///
/// Answers 404 for an unknown run.
#[utoipa::path(get, path = "/runs/{run_id}/sidecar-logs/stream", params(("run_id" = String, Path)),
    responses((status = 200)))]
async fn stream_sidecar_logs(tx: Tx, Path(id): Path<String>) -> ApiResult<Response> {
    stream(tx, id, LogKind::Sidecar)
}

/// Lists what a run has left: its artifacts, and the directory of its experiment tracker.
///
/// Answers 404 for an unknown run.
#[utoipa::path(get, path = "/runs/{run_id}/artifacts", params(("run_id" = String, Path)),
    responses((status = 200)))]
async fn list_artifacts(tx: Tx, Path(id): Path<String>) -> ApiResult<Reply<Vec<Artifact>>> {
    let (root, executed, run) = tx.attempt(|store, _| {
        let run = store.peek_run(&id)?;
        let executed = store.is_of_process(run);
        Ok((store.workdir().to_owned(), executed, run.clone()))
    })?;
    let dir = run.run_dir().map(|dir| format!("{dir}/artifacts"));
    let names = match &dir {
        Some(dir) if executed => Place::of(root, dir).names().await,
        _ if run.status().is_reported() => run
            .schedule()
            .map(|life| life.artifacts().to_vec())
            .unwrap_or_default(),
        _ => Vec::new(),
    };
    let dir = dir.unwrap_or_default();
    let artifact = |name: String| {
        let path = format!("{dir}/{name}");
        // A link is shown by what it leads to.
        let path = match std::fs::read_link(&path) {
            Ok(_) => std::fs::canonicalize(&path)
                .map_or(path, |real| real.to_string_lossy().into_owned()),
            Err(_) => path,
        };
        Artifact {
            name,
            path,
            kind: "other",
        }
    };
    let mut artifacts: Vec<Artifact> = names.into_iter().map(artifact).collect();
    if let Some(path) = run.wandb_dir() {
        artifacts.push(Artifact {
            name: "wandb".into(),
            path: path.into(),
            kind: "wandb",
        });
    }
    Ok(Reply(artifacts))
}

async fn page(tx: &Tx, id: &str, kind: LogKind, query: &LogQuery) -> ApiResult<Reply<LogPage>> {
    let source = tx.attempt(|store, now| {
        store.require_run(id)?;
        Ok(Source::of(store, id, kind, now))
    })?;
    let source = source.settled(&tx.app, id).await;
    let total_size = source.size().await;
    if total_size == 0 {
        return Ok(Reply(LogPage::default()));
    }
    let wanted = query.offset.saturating_i64().unwrap_or(0);
    let offset = if wanted < 0 {
        total_size.saturating_sub(wanted.unsigned_abs())
    } else {
        total_size.min(wanted.unsigned_abs())
    };
    // The limit counts characters, of which none takes more than four bytes.
    let limit = query.limit.saturating_i64().unwrap_or(0);
    let limit = if (0..MAX_READ).contains(&limit) {
        limit
    } else {
        MAX_READ
    } as usize;
    let bytes = source.read(offset, limit as u64 * 4).await;
    let content: String = String::from_utf8_lossy(&bytes)
        .chars()
        .take(limit)
        .collect();
    let end = offset + content.len() as u64;
    Ok(Reply(LogPage {
        content,
        offset,
        total_size,
        has_more_before: offset > 0,
        has_more_after: end < total_size,
    }))
}

/// Where a stream stands.
enum Progress {
    Start,
    At(Mark),
    Done,
}

/// How far a log was told.
#[derive(Debug, Clone, Copy)]
struct Mark {
    at: u64,
    /// Whether more was there than one event holds.
    is_behind: bool,
}

impl Mark {
    /// The next piece of a log, and the mark behind it.
    async fn next(self, source: &Source) -> (Vec<u8>, Self) {
        let most = MOST_AT_ONCE.min(MOST_STREAMED.saturating_sub(self.at));
        let mut piece = source.read(self.at, most).await;
        let mut is_behind = most > 0 && piece.len() as u64 == most;
        if is_behind {
            piece.truncate(piece.len() - begun(&piece));
            // What is left up to the bound may be less than the character that stands there.
            is_behind = !piece.is_empty();
        }
        let at = self.at + piece.len() as u64;
        (piece, Self { at, is_behind })
    }
}

/// Bytes at the end of a piece that begin a character and do not end it.
fn begun(piece: &[u8]) -> usize {
    let last = piece
        .utf8_chunks()
        .last()
        .map_or(&[][..], |own| own.invalid());
    let is_begun = std::str::from_utf8(last).is_err_and(|error| error.error_len().is_none());
    if is_begun { last.len() } else { 0 }
}

fn stream(tx: Tx, id: String, kind: LogKind) -> ApiResult<Response> {
    tx.attempt(|store, _| store.require_run(&id))?;
    let events = unfold(Progress::Start, move |progress| {
        let (app, id) = (tx.app.clone(), id.clone());
        async move { next_events(&app, &id, kind, progress).await }
    });
    Ok(event_stream(events))
}

fn event_stream(
    events: impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static,
) -> Response {
    let kind = HeaderValue::from_static("text/event-stream; charset=utf-8");
    let mut response = axum::body::Body::from_stream(events).into_response();
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

async fn next_events(
    app: &Shared,
    id: &str,
    kind: LogKind,
    progress: Progress,
) -> Option<(Result<Bytes, Infallible>, Progress)> {
    let look = || {
        app.unasked(|store, now| {
            let source = Source::of(store, id, kind, now);
            (
                source,
                store.peek_run(id).map(|run| run.status().clone()).ok(),
            )
        })
    };
    let mut mark = match progress {
        Progress::Done => return None,
        Progress::Start => {
            let (source, _) = look()?;
            return Some(first_event(&source.settled(app, id).await).await);
        }
        Progress::At(mark) => mark,
    };
    loop {
        if !mark.is_behind {
            app.clock.sleep(STREAM_INTERVAL).await;
            app.wait_for_overdue().await;
        }
        let (source, status) = look()?;
        let source = source.settled(app, id).await;
        let added;
        (added, mark) = mark.next(&source).await;
        let mut events = String::new();
        if !added.is_empty() {
            let content = String::from_utf8_lossy(&added);
            events += &event(&[("type", "delta"), ("content", &content)]);
        }
        if mark.is_behind {
            return Some((Ok(events.into()), Progress::At(mark)));
        }
        match status.filter(RunStatus::is_terminal) {
            Some(status) => {
                events += &event(&[("type", "done"), ("status", status.as_str())]);
                return Some((Ok(events.into()), Progress::Done));
            }
            None if events.is_empty() => {}
            None => return Some((Ok(events.into()), Progress::At(mark))),
        }
    }
}

/// What is there when somebody begins to follow.
async fn first_event(source: &Source) -> (Result<Bytes, Infallible>, Progress) {
    if matches!(source, Source::Nowhere) {
        let event = event(&[("error", "No run directory")]);
        return (Ok(event.into()), Progress::Done);
    }
    let start = Mark {
        at: 0,
        is_behind: false,
    };
    let (bytes, mark) = start.next(source).await;
    let content = String::from_utf8_lossy(&bytes);
    let event = event(&[("type", "initial"), ("content", &content)]);
    (Ok(event.into()), Progress::At(mark))
}

/// A server-sent event, spaced as Python's encoder spaces it.
fn event(entries: &[(&str, &str)]) -> String {
    let entries: Vec<String> = entries
        .iter()
        .map(|(key, value)| format!("{}: {}", to_string(key), to_string(value)))
        .collect();
    format!("data: {{{}}}\n\n", entries.join(", "))
}
