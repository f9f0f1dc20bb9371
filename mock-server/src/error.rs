//! Refusals as the real server words them.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use serde::Serialize;

use crate::json::to_bytes;
use crate::persist::SaveError;
use crate::store::Refusal;
use crate::validate::Fault;

/// Why a request is not answered with 200.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiError {
    /// `{"detail": "..."}` with a status.
    Detail(StatusCode, String),
    /// 422 with all faults of the request.
    Validation(Vec<Fault>),
    /// The plain text that the real server's last resort answers with 500, without CORS headers.
    Internal,
}

/// Marks the answer of [`ApiError::Internal`]: the real server makes it outside of its CORS layer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutsideCors;

#[derive(Serialize)]
struct Detail<T> {
    detail: T,
}

impl ApiError {
    /// 404 with a message.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::Detail(StatusCode::NOT_FOUND, message.into())
    }
}

impl From<SaveError> for ApiError {
    /// Nothing has changed, and the client is told why.
    fn from(error: SaveError) -> Self {
        tracing::error!("{error}");
        Self::Detail(StatusCode::INSUFFICIENT_STORAGE, error.to_string())
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let (status, message) = match refusal {
            Refusal::NotFound(message) => (StatusCode::NOT_FOUND, message),
            Refusal::Invalid(message) => (StatusCode::BAD_REQUEST, message),
            Refusal::Conflict(message) => (StatusCode::CONFLICT, message),
            Refusal::Broken(message) => (StatusCode::INTERNAL_SERVER_ERROR, message),
            Refusal::Full(full) => (StatusCode::INSUFFICIENT_STORAGE, full.to_string()),
        };
        Self::Detail(status, message)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::Detail(status, detail) => json_response(status, &Detail { detail }),
            Self::Validation(faults) => {
                json_response(StatusCode::UNPROCESSABLE_ENTITY, &Detail { detail: faults })
            }
            Self::Internal => {
                let mut response = Response::new(Body::from("Internal Server Error"));
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                let plain = HeaderValue::from_static("text/plain; charset=utf-8");
                response.headers_mut().insert(CONTENT_TYPE, plain);
                response.extensions_mut().insert(OutsideCors);
                response
            }
        }
    }
}

/// An answer with a JSON body.
pub(crate) fn json_response<T: Serialize + ?Sized>(status: StatusCode, body: &T) -> Response {
    json_bytes(status, to_bytes(body))
}

/// An answer with a body that is JSON already.
pub(crate) fn json_bytes(status: StatusCode, body: bytes::Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A successful answer with a JSON body.
#[derive(Debug, Clone)]
pub struct Reply<T>(pub T);

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        json_response(StatusCode::OK, &self.0)
    }
}

/// A successful answer with a body that is JSON already.
#[derive(Debug, Clone)]
pub struct Encoded(pub bytes::Bytes);

impl IntoResponse for Encoded {
    fn into_response(self) -> Response {
        json_bytes(StatusCode::OK, self.0)
    }
}

/// What a handler returns.
pub type ApiResult<T> = Result<T, ApiError>;
