//! What happens to every request, in order: it is numbered, read, struck by a fault, let in or
//! refused, routed and answered; and whatever becomes of it, the journal tells.

mod answer;
mod body;

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::body::{Body as _, Incoming};
use hyper::header::{HeaderMap, HeaderName, HeaderValue, ORIGIN};
use hyper::http::request::Parts;
use hyper::{Request, StatusCode};
use tower::ServiceExt;

use crate::app::{Effects, Shared};
use crate::fault::{Broken, Strike};
use crate::journal::{
    REDACTED, RawBody, RawExchange, RawHeaders, RawOutcome, TOKEN_HEADER, TokenState,
};
use crate::locks::lock;
use crate::redirect::Ends;
use crate::strike::{self, Fate};
use crate::upstream::{self, AsItCame};
use crate::wire::Cut;
use crate::{auth, cors, routing};
use answer::Recorded;

/// The real server's name for itself.
const SERVER: (HeaderName, HeaderValue) =
    (hyper::header::SERVER, HeaderValue::from_static("uvicorn"));

/// No answer follows over HTTP; what does follow waits in [`Line::cut`].
#[derive(Debug, thiserror::Error)]
#[error("broken by a fault")]
pub(crate) struct Severed;

/// An exchange under way. When it is dropped before it was answered, the client has gone.
pub(crate) struct Open {
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
            headers: RawHeaders::new(&parts.headers, &redacted(app, &parts.headers)),
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
    pub(crate) fn exchange(&mut self) -> &mut RawExchange {
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

/// A request that has been read, on its way to its handler.
pub(crate) struct Pending<'a> {
    pub(crate) app: &'a Shared,
    pub(crate) router: Router,
    pub(crate) ends: Ends,
    pub(crate) open: &'a mut Open,
    pub(crate) parts: Parts,
    /// Percent-decoded.
    pub(crate) path: &'a str,
    pub(crate) body: Bytes,
}

/// What the requests of a connection know of it.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) number: u64,
    pub(crate) ends: Ends,
    /// Where a broken answer waits until the socket is free for it.
    pub(crate) cut: Arc<Mutex<Option<Cut>>>,
}

/// Handles one request.
pub(crate) async fn handle(
    app: Shared,
    router: Router,
    line: Line,
    request: Request<Incoming>,
) -> Result<hyper::Response<Recorded>, Severed> {
    let (parts, body) = request.into_parts();
    let path = routing::decoded_path(&parts.uri).into_owned();
    let mut open = Open::new(&app, line.number, &parts, &path);
    if let Some(observer) = &app.observer {
        observer(open.exchange().seq);
    }
    let origin = parts.headers.get(ORIGIN).cloned();
    let strike = strike::decide(&app, &mut open, &path);
    let is_last = strike.as_ref().is_some_and(|strike| strike.is_last);
    let strikes = strike.as_ref().is_some_and(Strike::strikes);
    let is_wanted = strikes || app.upstream.is_some();
    let body = if body.is_end_stream() || is_wanted || routing::exists(&path) {
        body::read(&app, body).await
    } else {
        open.exchange().body = body::unread(&parts.headers, body, app.limits);
        Ok(Bytes::new())
    };
    app.wait_for_overdue().await;
    let fate = match body {
        Ok(body) => {
            if !body.is_empty() {
                let plain = body::told_plainly(&app, &parts.headers, &body);
                open.exchange().body = RawBody::whole(plain.as_ref().unwrap_or(&body));
            }
            let request = Pending {
                app: &app,
                router,
                ends: line.ends,
                open: &mut open,
                parts,
                path: &path,
                body,
            };
            match strike {
                None => Fate::Answered(request.answer().await),
                Some(strike) => strike::carry_out(strike, request).await,
            }
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

/// An answer that broke upstream breaks here in the same way.
fn passed_on(fate: Fate, open: &mut Open) -> Fate {
    match fate {
        Fate::Answered(mut response) if open.app.upstream.is_some() => {
            match response.extensions_mut().remove::<Broken>() {
                Some(broken) => {
                    open.exchange().faults.push(upstream::label(&broken));
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

impl Pending<'_> {
    /// Lets the request in or refuses it, and has it handled.
    pub(crate) async fn answer(self) -> Response {
        if let Some(passing) = self.app.upstream.as_ref().filter(|p| p.everything) {
            return passing.pass(self.parts, self.body).await;
        }
        let token = self.open.exchange().token;
        let configured = self.app.token.as_deref();
        if let Some(refusal) = auth::refuse(configured, token, &self.parts.method, self.path) {
            return refusal;
        }
        if let Some(response) = cors::preflight(&self.parts.method, &self.parts.headers) {
            return response;
        }
        self.routed().await
    }

    /// Has the request handled, whoever asks.
    pub(crate) async fn routed(self) -> Response {
        if let Some(passing) = &self.app.upstream
            && !routing::knows(self.path)
        {
            return passing.pass(self.parts, self.body).await;
        }
        let mut request = Request::from_parts(self.parts, Body::from(self.body));
        let effects = Arc::clone(&self.open.effects);
        request.extensions_mut().insert(effects);
        request.extensions_mut().insert(self.ends);
        routing::prepare(&mut request, self.path);
        let Ok(response) = self
            .router
            .oneshot(request)
            .await
            .map_err(|never: Infallible| match never {});
        response
    }
}

/// What the journal keeps in place of a request's token. A recorder tells tokens apart by their numbers.
fn redacted(app: &Shared, headers: &HeaderMap) -> Cow<'static, str> {
    let Some(secrets) = &app.secrets else {
        return REDACTED.into();
    };
    let token = headers.get(TOKEN_HEADER).map(HeaderValue::as_bytes);
    let token = token
        .map(String::from_utf8_lossy)
        .filter(|token| !token.is_empty());
    token.map_or(REDACTED.into(), |token| {
        format!("[redacted {}]", secrets.learn(&token)).into()
    })
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
