//! The bodies of requests: read within their bounds, or left unread.

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::StatusCode;
use hyper::body::{Body as _, Incoming};
use hyper::header::{EXPECT, HeaderMap};

use crate::app::{Limits, Shared};
use crate::error::ApiError;
use crate::journal::RawBody;
use crate::passing;

/// Leaves a body unread, which the answer does not depend on; tells how large it was said to be. What
/// the client sends all the same is thrown away, so that it gets to see the answer. A client that waits
/// to be told to go on is not told.
pub(super) fn unread(headers: &HeaderMap, body: Incoming, limits: Limits) -> RawBody {
    let size = body.size_hint().exact().unwrap_or_default();
    if !(body.is_end_stream() || headers.contains_key(EXPECT)) {
        let drained = async move {
            let mut rest = Limited::new(body, limits.body);
            while let Some(Ok(_)) = rest.frame().await {}
        };
        tokio::spawn(tokio::time::timeout(limits.body_timeout, drained));
    }
    RawBody::new(&Bytes::new(), size)
}

/// Reads a body within its bounds.
pub(super) async fn read(app: &Shared, body: Incoming) -> Result<Bytes, ApiError> {
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

/// What a compressed body says, which is what a recorder keeps of it.
pub(super) fn told_plainly(app: &Shared, headers: &HeaderMap, body: &Bytes) -> Option<Bytes> {
    if app.records() {
        passing::plain(headers, body)
    } else {
        None
    }
}
