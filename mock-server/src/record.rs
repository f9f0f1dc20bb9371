//! What happens to every request, in order: it is numbered, read, let in or refused, struck by a
//! fault, routed and answered; and whatever becomes of it, the journal tells.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::header::{HeaderName, HeaderValue, ORIGIN};
use hyper::http::request::Parts;
use hyper::{Request, StatusCode};
use tower::ServiceExt;

use crate::app::{Effects, Shared, lock, read};
use crate::error::{ApiError, json_bytes};
use crate::fault::{Action, Strike};
use crate::journal::{
    DropReason, MAX_BODY, RawBody, RawExchange, RawHeaders, RawOutcome, TokenState,
};
use crate::{auth, cors, routing};

/// The real server's name for itself.
const SERVER: (HeaderName, HeaderValue) =
    (hyper::header::SERVER, HeaderValue::from_static("uvicorn"));

/// The connection is to be reset in place of an answer.
#[derive(Debug, thiserror::Error)]
#[error("reset by a fault")]
pub(crate) struct Reset;

/// An exchange under way. When it is dropped before it was answered, the client has gone.
struct Open {
    app: Shared,
    effects: Effects,
    /// Boxed once and handed to the journal as it is.
    exchange: Option<Box<RawExchange>>,
}

impl Open {
    fn new(app: &Shared, connection: u64, parts: &Parts, path: &str) -> Self {
        let exchange = Box::new(RawExchange {
            seq: app.journal.open(),
            connection,
            received_at: app.clock.tick(),
            method: parts.method.clone(),
            path: path.into(),
            query: parts.uri.query().map(Into::into),
            headers: RawHeaders::new(&parts.headers),
            token: auth::token_state(app.token.as_deref(), &parts.headers),
            ..RawExchange::default()
        });
        Self {
            app: Arc::clone(app),
            effects: Effects::default(),
            exchange: Some(exchange),
        }
    }
}

impl Open {
    fn exchange(&mut self) -> &mut RawExchange {
        self.exchange.get_or_insert_default()
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let Some(mut exchange) = self.exchange.take() else {
            return;
        };
        exchange.completed_at = self.app.clock.now();
        exchange.effects = std::mem::take(&mut *lock(&self.app.loose));
        exchange.effects.append(&mut lock(&self.effects));
        exchange.effects.sort_by_key(|effect| effect.at);
        self.app.journal.close(exchange);
    }
}

/// Handles one request.
pub(crate) async fn handle(
    app: Shared,
    router: Router,
    connection: u64,
    request: Request<Incoming>,
) -> Result<hyper::Response<Recorded>, Reset> {
    let (parts, body) = request.into_parts();
    let path = routing::decoded_path(&parts.uri).into_owned();
    let mut open = Open::new(&app, connection, &parts, &path);
    if let Some(observer) = &app.observer {
        observer(open.exchange().seq);
    }
    let origin = parts.headers.get(ORIGIN).cloned();
    let mut response = match read_body(&app, body).await {
        Ok(bytes) => {
            open.exchange().body = RawBody::whole(&bytes);
            answer(&app, router, &mut open, parts, &path, bytes).await?
        }
        Err(refusal) => refusal.into_response(),
    };
    if response.status() != StatusCode::UNAUTHORIZED {
        cors::decorate(origin.as_ref(), &mut response);
    }
    response.headers_mut().insert(SERVER.0, SERVER.1);
    Ok(record(open, response).await)
}

/// Reads a body within its bounds.
async fn read_body(app: &Shared, body: Incoming) -> Result<Bytes, ApiError> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let refuse = |status: StatusCode, message: &str| ApiError::Detail(status, message.to_owned());
    let limited = Limited::new(body, app.limits.body).collect();
    match tokio::time::timeout(app.limits.body_timeout, limited).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The body is too large",
        )),
        Ok(Err(_)) => Err(refuse(StatusCode::BAD_REQUEST, "The body cannot be read")),
        Err(_) => Err(refuse(
            StatusCode::REQUEST_TIMEOUT,
            "The body took too long",
        )),
    }
}

async fn answer(
    app: &Shared,
    router: Router,
    open: &mut Open,
    parts: Parts,
    path: &str,
    body: Bytes,
) -> Result<Response, Reset> {
    let token = open.exchange().token;
    if let Some(refusal) = auth::refuse(app.token.as_deref(), token, &parts.method, path) {
        return Ok(refusal);
    }
    if let Some(response) = strike(app, open, path).await? {
        return Ok(response);
    }
    if let Some(response) = cors::preflight(&parts.method, &parts.headers) {
        return Ok(response);
    }
    let mut request = Request::from_parts(parts, Body::from(body));
    request.extensions_mut().insert(Arc::clone(&open.effects));
    routing::prepare(&mut request, path);
    let Ok(response) = router
        .oneshot(request)
        .await
        .map_err(|never: Infallible| match never {});
    Ok(response)
}

/// Lets the armed faults act; an answer replaces that of the handler.
async fn strike(app: &Shared, open: &mut Open, path: &str) -> Result<Option<Response>, Reset> {
    let strike = {
        let plan = read(&app.faults);
        if plan.is_empty() {
            Strike::default()
        } else {
            plan.strike(open.exchange().method.as_str(), path)
        }
    };
    open.exchange().faults = strike.labels;
    app.clock.sleep(strike.delay).await;
    match strike.verdict {
        None | Some(Action::Delay { .. }) => Ok(None),
        Some(Action::Refuse) => {
            open.exchange().outcome = RawOutcome::Dropped(DropReason::Fault);
            Err(Reset)
        }
        Some(Action::Status { status, body }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            Ok(Some(forced(status, body)))
        }
    }
}

fn forced(status: StatusCode, body: Option<String>) -> Response {
    if let Some(body) = body {
        json_bytes(status, body.into())
    } else {
        let reason = status.canonical_reason().unwrap_or("Forced by a fault");
        ApiError::Detail(status, reason.to_owned()).into_response()
    }
}

/// Files the exchange: at once when the body is known, otherwise when it has been sent.
async fn record(open: Open, response: Response) -> hyper::Response<Recorded> {
    let (parts, body) = response.into_parts();
    let (status, headers) = (parts.status.as_u16(), RawHeaders::new(&parts.headers));
    let body = if body.size_hint().exact().is_some() {
        let bytes = body
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes)
            .unwrap_or_default();
        let mut open = open;
        let body = RawBody::whole(&bytes);
        open.exchange().outcome = RawOutcome::Responded {
            status,
            headers,
            body,
        };
        Recorded::Whole(http_body_util::Full::new(bytes))
    } else {
        let tee = Tee {
            open,
            status,
            headers,
            kept: BytesMut::new(),
            size: 0,
            complete: false,
        };
        Recorded::Streamed(Box::new((body, tee)))
    };
    hyper::Response::from_parts(parts, body)
}

/// An answer's body that is recorded.
pub(crate) enum Recorded {
    /// Known from the start, and in the journal already.
    Whole(http_body_util::Full<Bytes>),
    /// Sent bit by bit; in the journal when it ends.
    Streamed(Box<(Body, Tee)>),
}

/// Keeps the first part of a streamed body for the journal.
pub(crate) struct Tee {
    open: Open,
    status: u16,
    headers: RawHeaders,
    kept: BytesMut,
    size: u64,
    complete: bool,
}

impl Tee {
    fn take(&mut self, bytes: &Bytes) {
        self.size += bytes.len() as u64;
        let room = MAX_BODY.saturating_sub(self.kept.len());
        self.kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

impl Drop for Tee {
    /// What was sent is told of even when the client went away in the middle.
    fn drop(&mut self) {
        if self.complete {
            let body = RawBody::new(&self.kept.split().freeze(), self.size);
            let headers = std::mem::take(&mut self.headers);
            let status = self.status;
            self.open.exchange().outcome = RawOutcome::Responded {
                status,
                headers,
                body,
            };
        }
    }
}

impl hyper::body::Body for Recorded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match self.get_mut() {
            Self::Whole(body) => Pin::new(body)
                .poll_frame(cx)
                .map(|frame| frame.map(|frame| frame.map_err(|never| match never {}))),
            Self::Streamed(streamed) => {
                let (body, tee) = &mut **streamed;
                let polled = Pin::new(body).poll_frame(cx);
                match &polled {
                    Poll::Ready(Some(Ok(frame))) => {
                        frame
                            .data_ref()
                            .into_iter()
                            .for_each(|bytes| tee.take(bytes));
                    }
                    Poll::Ready(None) => tee.complete = true,
                    Poll::Ready(Some(Err(_))) | Poll::Pending => {}
                }
                polled
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_end_stream(),
            Self::Streamed(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Streamed(streamed) => streamed.0.size_hint(),
        }
    }
}

/// Files a request that could not be parsed.
pub(crate) fn malformed(app: &Shared, connection: u64, error: String) {
    let now = app.clock.tick();
    app.journal.close(Box::new(RawExchange {
        seq: app.journal.open(),
        connection,
        received_at: now,
        completed_at: now,
        token: TokenState::Absent,
        outcome: RawOutcome::Malformed(error),
        ..RawExchange::default()
    }));
}
