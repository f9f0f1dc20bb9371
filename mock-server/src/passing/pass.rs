//! Passing requests on, and what comes back, as it came.

use std::error::Error as _;
use std::io::ErrorKind;

use axum::body::Body;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use hyper::http::request::Parts;
use hyper::http::uri::PathAndQuery;

use super::{Question, Upstream, UpstreamError};
use crate::fault::Broken;

/// What is passed on.
#[derive(Debug, Clone)]
pub(crate) struct Passing {
    pub(crate) upstream: Upstream,
    /// Everything, and not just what the mock does not know.
    pub(crate) everything: bool,
}

/// Marks an answer that is passed on as it came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AsItCame;

/// Headers that belong to a connection and not to what is said over it.
const HOP_BY_HOP: [HeaderName; 6] = [
    CONNECTION,
    CONTENT_LENGTH,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

impl Passing {
    /// The upstream's answer. When it breaks, the answer has a [`Broken`] among its extensions, so
    /// that the client sees the same.
    pub(crate) async fn pass(&self, parts: Parts, body: Bytes) -> Response {
        let mut headers = parts.headers;
        remove_hop_by_hop(&mut headers);
        // What is compressed could not be read in the journal.
        headers.remove(ACCEPT_ENCODING);
        let target = parts.uri.path_and_query().cloned();
        let question = Question {
            method: parts.method,
            target: target.unwrap_or_else(|| PathAndQuery::from_static("/")),
            headers,
            body,
        };
        let mut response = match self.upstream.send(question).await {
            Ok(answer) => passed_on(answer).await,
            Err(error) => {
                tracing::warn!("{error}");
                broken(Response::default(), ending(&error))
            }
        };
        response.extensions_mut().insert(AsItCame);
        response
    }
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
}

async fn passed_on(answer: hyper::Response<Incoming>) -> Response {
    let (mut parts, mut body) = answer.into_parts();
    remove_hop_by_hop(&mut parts.headers);
    let is_stream = parts
        .headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if is_stream {
        return Response::from_parts(parts, Body::new(body));
    }
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            let arrived = u32::try_from(bytes.len()).ok();
            let response = Response::from_parts(parts, Body::from(bytes.freeze()));
            return broken(response, Broken::TruncatedBody { bytes: arrived });
        };
        if let Some(data) = frame.data_ref() {
            bytes.extend_from_slice(data);
        }
    }
    Response::from_parts(parts, Body::from(bytes.freeze()))
}

fn broken(mut response: Response, how: Broken) -> Response {
    response.extensions_mut().insert(how);
    response
}

/// How a client that had asked the upstream itself would have seen the connection end.
fn ending(error: &UpstreamError) -> Broken {
    match error {
        UpstreamError::Unreachable { source, .. } if source.kind() == ErrorKind::TimedOut => {
            Broken::StallForever
        }
        UpstreamError::Unreachable { .. } => Broken::Refuse,
        UpstreamError::NoAnswer { source, .. } if source.is_parse() => Broken::Garbage,
        UpstreamError::NoAnswer { source, .. } => {
            let io = source
                .source()
                .and_then(|cause| cause.downcast_ref::<std::io::Error>());
            match io.map(std::io::Error::kind) {
                Some(ErrorKind::ConnectionReset) => Broken::Reset,
                _ => Broken::EmptyReply,
            }
        }
    }
}
