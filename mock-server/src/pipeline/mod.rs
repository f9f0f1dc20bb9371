//! What happens to every request, in order: it is numbered, read, struck by a fault, let in or
//! refused, routed and answered; and whatever becomes of it, the journal tells.

mod answer;
mod body;

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::body::{Body as _, Incoming};
use hyper::header::{HeaderName, HeaderValue, ORIGIN};
use hyper::http::request::Parts;
use hyper::{Request, StatusCode};
use tower::ServiceExt;

use crate::app::{Arrival, Brought, Shared};
use crate::error::ApiError;
use crate::exchange::{Open, ReadRequest};
use crate::fault::{Broken, Decided};
use crate::faulting::{self, Cut, Deed, Fate};
use crate::journal::RawBody;
use crate::locks::lock;
use crate::passing::{self, AsItCame};
use crate::redirect::Ends;
use crate::{auth, cors, routing};
use answer::Recorded;

/// The real server's name for itself.
const SERVER: (HeaderName, HeaderValue) =
    (hyper::header::SERVER, HeaderValue::from_static("uvicorn"));

/// No answer follows over HTTP; what does follow waits in [`Line::cut`].
#[derive(Debug, thiserror::Error)]
#[error("broken by a fault")]
pub(crate) struct Severed;

/// What the requests of a connection know of it.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) number: u64,
    pub(crate) ends: Ends,
    /// Where a broken answer waits until the socket is free for it.
    pub(crate) cut: Arc<Mutex<Option<Cut>>>,
}

/// Who answers requests.
struct Answering<'a> {
    app: &'a Shared,
    router: Router,
}

/// Handles one request.
pub(crate) async fn handle(
    app: Shared,
    router: Router,
    line: Line,
    request: Request<Incoming>,
) -> Result<hyper::Response<Recorded>, Severed> {
    let (parts, body) = request.into_parts();
    let arrival = Arrival::new(&routing::decoded_path(&parts.uri), line.ends);
    let mut open = Open::new(&app, line.number, &parts, arrival);
    if let Some(observer) = &app.observer {
        observer(open.exchange().seq);
    }
    let origin = parts.headers.get(ORIGIN).cloned();
    let decided = faulting::decide(&app, &mut open);
    let is_last = decided.as_ref().is_some_and(|decided| decided.is_last);
    let body = read(&app, &mut open, &parts, body, decided.as_ref()).await;
    app.wait_for_overdue().await;
    let fate = match body {
        Ok(body) => {
            let answering = Answering { app: &app, router };
            let request = ReadRequest { parts, body };
            answering.fate(decided, &mut open, request).await
        }
        Err(refusal) => Fate::Answered(refusal.into_response()),
    };
    if is_last {
        app.doors.leave().await;
    }
    match passed_on(fate, &mut open) {
        Fate::Answered(response) => {
            let response = finished(response, origin.as_ref());
            Ok(answer::record(open, response).await)
        }
        Fate::Broken(broken, response) => {
            let response = finished(response, origin.as_ref());
            let cut = Cut::new(open, &broken, response).await;
            *lock(&line.cut) = Some(cut);
            Err(Severed)
        }
    }
}

/// Reads a request's body within its bounds, or leaves it unread where no answer depends on it.
async fn read(
    app: &Shared,
    open: &mut Open,
    parts: &Parts,
    body: Incoming,
    decided: Option<&Decided>,
) -> Result<Bytes, ApiError> {
    let is_changed = decided.is_some_and(Decided::is_more_than_a_delay);
    let is_wanted = is_changed || app.upstream.is_some();
    if !(body.is_end_stream() || is_wanted || routing::exists(&open.arrival.path)) {
        open.exchange().body = body::unread(&parts.headers, body, app.limits);
        return Ok(Bytes::new());
    }
    let body = body::read(app, body).await?;
    if !body.is_empty() {
        let plain = body::told_plainly(app, &parts.headers, &body);
        open.exchange().body = RawBody::whole(plain.as_ref().unwrap_or(&body));
    }
    Ok(body)
}

impl Answering<'_> {
    /// Lets a fault that was decided on act, and has the request answered where it lets it.
    async fn fate(
        self,
        decided: Option<Decided>,
        open: &mut Open,
        mut request: ReadRequest,
    ) -> Fate {
        let Some(decided) = decided else {
            return Fate::Answered(self.answer(open, request).await);
        };
        Fate::Answered(
            match faulting::carry_out(self.app, decided, &mut request).await {
                Deed::None => self.answer(open, request).await,
                Deed::Instead(response) => response,
                Deed::Changed(change) => change.of(self.answer(open, request).await).await,
                Deed::Elsewhere => self.elsewhere(open, request).await,
                Deed::Broken(broken) => {
                    let response = if broken.wants_answer() {
                        self.answer(open, request).await
                    } else {
                        Response::default()
                    };
                    return Fate::Broken(broken, response);
                }
            },
        )
    }

    /// Lets a request in or refuses it, and has it handled.
    async fn answer(self, open: &mut Open, request: ReadRequest) -> Response {
        if let Some(passing) = self.app.upstream.as_ref().filter(|p| p.everything) {
            return passing.pass(request.parts, request.body).await;
        }
        let token = open.exchange().token;
        let configured = self.app.token.as_deref();
        let (method, path) = (&request.parts.method, &open.arrival.path);
        if let Some(refusal) = auth::refuse(configured, token, method, path) {
            return refusal;
        }
        if let Some(response) = cors::preflight(method, &request.parts.headers) {
            return response;
        }
        self.routed(Arc::clone(&open.arrival), request).await
    }

    /// Has another request handled in place of the one that was asked; the exchange tells its effects.
    async fn elsewhere(self, open: &mut Open, request: ReadRequest) -> Response {
        let path = routing::decoded_path(&request.parts.uri);
        let arrival = Arrival::new(&path, open.arrival.ends);
        let response = self.routed(Arc::clone(&arrival), request).await;
        lock(&open.arrival.effects).append(&mut lock(&arrival.effects));
        response
    }

    /// Has a request handled, whoever asks.
    async fn routed(self, arrival: Arc<Arrival>, request: ReadRequest) -> Response {
        if let Some(passing) = &self.app.upstream
            && !routing::knows(&arrival.path)
        {
            return passing.pass(request.parts, request.body).await;
        }
        let brought = Brought::of(&request.body, &arrival.path);
        let mut request = Request::from_parts(request.parts, Body::from(request.body));
        routing::prepare(&mut request, &arrival.path);
        request.extensions_mut().insert(arrival);
        request.extensions_mut().insert(brought);
        let Ok(response) = self
            .router
            .oneshot(request)
            .await
            .map_err(|never: Infallible| match never {});
        response
    }
}

/// An answer that broke upstream breaks here in the same way.
fn passed_on(fate: Fate, open: &mut Open) -> Fate {
    match fate {
        Fate::Answered(mut response) if open.app.upstream.is_some() => {
            match response.extensions_mut().remove::<Broken>() {
                Some(broken) => {
                    open.exchange().faults.push(passing::label(&broken));
                    Fate::Broken(broken, response)
                }
                None => Fate::Answered(response),
            }
        }
        other => other,
    }
}

/// Adds the headers that every answer of this server has.
fn finished(mut response: Response, origin: Option<&HeaderValue>) -> Response {
    if response.extensions().get::<AsItCame>().is_some() {
        return response;
    }
    if response.status() != StatusCode::UNAUTHORIZED {
        cors::decorate(origin, &mut response);
    }
    response.headers_mut().insert(SERVER.0, SERVER.1);
    response
}
