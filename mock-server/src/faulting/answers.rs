//! What faults answer in the server's place, and what they do to its answers.

use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Body as _;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use hyper::http::response;
use hyper::http::uri::PathAndQuery;
use hyper::{Method, StatusCode, Uri};

use super::Deed;
use crate::error::{ApiError, json_bytes};
use crate::exchange::ReadRequest;
use crate::fault::{Answer, Armed};

/// JSON that ends in the middle.
const INVALID_JSON: &str = r#"{"status": "ok", "items": [{"id": 1, "na"#;

/// An answer in one piece.
pub(super) type Whole = (response::Parts, Bytes);

/// What a fault does to the answer of a server that has been asked.
pub(crate) enum Change {
    /// It gets another type.
    Type(String),
    /// It is kept by the fault, and is the answer from now on.
    Kept(Arc<Armed>, String),
}

/// What an answer of a fault makes of a request.
pub(super) fn deed(answer: &Answer, armed: &Arc<Armed>, request: &mut ReadRequest) -> Deed {
    let instead = match answer {
        Answer::Status {
            status,
            body,
            headers,
        } => forced(*status, body.as_deref(), headers),
        Answer::Redirect { location, status } => with(bare(*status), LOCATION, location.as_str()),
        Answer::EmptyBody { status } => bare(*status),
        Answer::NoContent => bare(204),
        Answer::InvalidJson => json_bytes(StatusCode::OK, INVALID_JSON.into()),
        Answer::HtmlError { status } => proxy_page(*status),
        Answer::RateLimited { retry_after } => {
            let response = forced(429, None, []);
            with(response, RETRY_AFTER, &retry_after.to_string())
        }
        Answer::Maintenance { retry_after } => maintenance(*retry_after),
        Answer::WrongType { content_type } => {
            return Deed::Changed(Change::Type(content_type.clone()));
        }
        Answer::StaleBody => {
            let target = format!("{} {}", request.parts.method, request.parts.uri);
            let first = armed.first_answer(&target);
            let Some((parts, body)) = first.as_deref().and_then(|own| own.downcast_ref::<Whole>())
            else {
                return Deed::Changed(Change::Kept(Arc::clone(armed), target));
            };
            Response::from_parts(parts.clone(), Body::from(body.clone()))
        }
        Answer::ForeignBody { from } => {
            let target = from.parse::<PathAndQuery>().map(Uri::from);
            request.parts.method = Method::GET;
            request.parts.uri = target.unwrap_or_default();
            request.body = Bytes::new();
            return Deed::Elsewhere;
        }
    };
    Deed::Instead(instead)
}

impl Change {
    /// The answer as it is sent.
    pub(crate) async fn of(self, answer: Response) -> Response {
        match self {
            Self::Type(kind) => with(answer, CONTENT_TYPE, &kind),
            Self::Kept(armed, target) => {
                let answer = whole(answer).await;
                armed.keep_answer(target, Arc::new(answer.clone()));
                Response::from_parts(answer.0, Body::from(answer.1))
            }
        }
    }
}

fn bare(status: u16) -> Response {
    let mut response = Response::new(Body::empty());
    // Checked when the fault was armed.
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    response
}

fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

fn forced<'a>(
    status: u16,
    body: Option<&str>,
    headers: impl IntoIterator<Item = (&'a String, &'a String)>,
) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or_default();
    let response = if let Some(body) = body {
        json_bytes(status, body.to_owned().into())
    } else {
        let reason = status.canonical_reason().unwrap_or("Forced by a fault");
        ApiError::Detail(status, reason.to_owned()).into_response()
    };
    headers.into_iter().fold(
        response,
        |response, (name, value)| match HeaderName::from_bytes(name.as_bytes()) {
            Ok(name) => with(response, name, value),
            Err(_) => response,
        },
    )
}

fn page(status: u16, title: &str, text: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html>\n<head><title>{title}</title></head>\n<body>\n\
         <h1>{title}</h1>\n<p>{text}</p>\n</body>\n</html>\n"
    );
    let mut response = bare(status);
    *response.body_mut() = Body::from(html);
    with(response, CONTENT_TYPE, "text/html; charset=utf-8")
}

fn proxy_page(status: u16) -> Response {
    let reason = StatusCode::from_u16(status)
        .unwrap_or_default()
        .canonical_reason()
        .unwrap_or("Error");
    // Gateways show their error pages with a 200 at times, and then the page tells the truth.
    let title = match status {
        200..400 => "502 Bad Gateway".to_owned(),
        _ => format!("{status} {reason}"),
    };
    page(
        status,
        &title,
        "The server behind this gateway could not be reached.",
    )
}

fn maintenance(retry_after: u64) -> Response {
    let text = "The server is under maintenance and will be back soon.";
    let response = page(503, "Down for maintenance", text);
    with(response, RETRY_AFTER, &retry_after.to_string())
}

/// An answer with its body in one piece. Of a stream without an end, the first piece.
pub(super) async fn whole(response: Response) -> Whole {
    let (parts, mut body) = response.into_parts();
    let bytes = if body.size_hint().exact().is_some() {
        body.collect()
            .await
            .map(http_body_util::Collected::to_bytes)
            .unwrap_or_default()
    } else {
        let first = body.frame().await.and_then(Result::ok);
        first
            .and_then(|frame| frame.into_data().ok())
            .unwrap_or_default()
    };
    (parts, bytes)
}
