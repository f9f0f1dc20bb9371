//! An exchange under way: opened with its request's head, and told to the journal however it ends.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use hyper::Method;
use hyper::header::{HeaderMap, HeaderValue};
use hyper::http::request::Parts;

use crate::app::{Arrival, Shared};
use crate::auth;
use crate::journal::{REDACTED, RawExchange, RawHeaders, RawOutcome, TOKEN_HEADER, TokenState};
use crate::locks::lock;

/// An exchange under way. When it is dropped before it was answered, the client has gone.
pub(crate) struct Open {
    pub(crate) app: Shared,
    pub(crate) arrival: Arc<Arrival>,
    /// Boxed once and handed to the journal as it is.
    exchange: Option<Box<RawExchange>>,
}

impl Open {
    /// Numbers a request and notes when it came.
    pub(crate) fn new(app: &Shared, connection: u64, parts: &Parts, arrival: Arc<Arrival>) -> Self {
        let exchange = Box::new(RawExchange {
            seq: app.journal.open(),
            connection,
            received_at: app.clock.tick(),
            method: name_of(&parts.method),
            path: Arc::clone(&arrival.path),
            query: parts.uri.query().map(Into::into),
            headers: kept_headers(&parts.headers, &redacted(app, &parts.headers)),
            token: auth::token_state(app.token.as_deref(), &parts.headers),
            ..RawExchange::default()
        });
        Self {
            app: Arc::clone(app),
            arrival,
            exchange: Some(exchange),
        }
    }

    /// What is known of it so far.
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
        exchange.effects.append(&mut lock(&self.arrival.effects));
        exchange.effects.sort_by_key(|effect| effect.at);
        self.app.journal.close(exchange);
    }
}

/// A request that has been read.
pub(crate) struct ReadRequest {
    pub(crate) parts: Parts,
    pub(crate) body: Bytes,
}

/// Headers as the journal keeps them.
pub(crate) fn kept_headers(headers: &HeaderMap, redacted: &str) -> RawHeaders {
    let told = || {
        headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
    };
    let size = told().map(|(name, value)| name.len() + value.len());
    RawHeaders::new(told(), (headers.len(), size.sum()), redacted)
}

/// The usual methods are not copied.
fn name_of(method: &Method) -> Cow<'static, str> {
    const USUAL: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"];
    let usual = USUAL.into_iter().find(|usual| method == *usual);
    usual.map_or_else(|| method.as_str().to_owned().into(), Cow::Borrowed)
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
