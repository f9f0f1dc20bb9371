//! Bodies of the control API, and how one is refused.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use hyper::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::error::json_response;
use crate::fault::Fault;
use crate::json::{Json, decode_kept, from_json};
use crate::server::MockServer;
use crate::store::StateSnapshot;

/// A refusal: `{"error": "..."}`.
pub(super) struct Refusal(pub(super) StatusCode, pub(super) String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        json_response(self.0, &json!({ "error": self.1 }))
    }
}

/// What a body may be.
pub(super) trait Taken: DeserializeOwned {
    /// What is to be given, with an example.
    const TAKES: &'static str;

    /// Whether it is a JSON list; else it is an object.
    const IS_LIST: bool = false;

    /// What is told of an object or list that is none.
    fn refused(error: &str) -> String {
        format!("{error}; give {}", Self::TAKES)
    }
}

impl Taken for Fault {
    const TAKES: &'static str =
        r#"a fault, such as {"path": "/docs", "action": "status", "status": 503}"#;

    /// A fault's own errors say what to give.
    fn refused(error: &str) -> String {
        error.to_owned()
    }
}

impl Taken for StateSnapshot {
    const TAKES: &'static str = "a state, as GET /state gives it";
    const IS_LIST: bool = true;
}

/// A JSON body whose faults are told in a refusal.
pub(super) struct Body<T>(pub(super) T);

impl<T: Taken> FromRequest<Arc<MockServer>> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, server: &Arc<MockServer>) -> Result<Self, Refusal> {
        let (_, timeout) = server.timeouts();
        let read = bytes::Bytes::from_request(request, server);
        let late = |_| {
            Refusal(
                StatusCode::REQUEST_TIMEOUT,
                "the body took too long".to_owned(),
            )
        };
        let bytes = tokio::time::timeout(timeout, read).await.map_err(late)?;
        let bytes = bytes.map_err(|error| Refusal(error.status(), error.body_text()))?;
        let refuse = |error: String| Refusal(StatusCode::BAD_REQUEST, error);
        parsed(&bytes).map(Self).map_err(refuse)
    }
}

/// What a body says, or what is wrong with it and what to give.
fn parsed<T: Taken>(bytes: &[u8]) -> Result<T, String> {
    let takes = T::TAKES;
    if bytes.trim_ascii().is_empty() {
        return Err(format!("the body is empty; give {takes}"));
    }
    let value = decode_kept(bytes)
        .map_err(|error| format!("the body is no JSON: {error}; give {takes}"))?;
    let is_shaped = match &value {
        Json::Array(_) => T::IS_LIST,
        Json::Object(_) => !T::IS_LIST,
        _ => false,
    };
    if !is_shaped {
        let kind = kind_of(&value);
        return Err(format!("the body is {kind}; give {takes}"));
    }
    from_json(value).map_err(|error| T::refused(&error.to_string()))
}

fn kind_of(value: &Json) -> &'static str {
    match value {
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Str(_) => "a text",
        _ => "a number",
    }
}
