//! Carries out what the armed faults have decided for a request.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Body as _;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use hyper::http::response;
use hyper::http::uri::PathAndQuery;
use hyper::{Method, StatusCode, Uri};

use crate::app::Shared;
use crate::error::{ApiError, json_bytes};
use crate::fault::{Action, Answer, Armed, Asked, Broken, Strike};
use crate::journal::TokenState;
use crate::locks::read;
use crate::record::{Open, Pending};
use crate::routing;

/// What becomes of a request.
pub(crate) enum Fate {
    /// It is answered.
    Answered(Response),
    /// What goes over the socket is not this answer but what the fault makes of it.
    Broken(Broken, Response),
}

/// JSON that ends in the middle.
const INVALID_JSON: &str = r#"{"status": "ok", "items": [{"id": 1, "na"#;

/// Asks the armed faults; `None` when there are none. What strikes is told to the journal.
pub(crate) fn decide(app: &Shared, open: &mut Open, path: &str) -> Option<Strike> {
    let plan = read(&app.faults);
    if plan.is_empty() {
        return None;
    }
    let exchange = open.exchange();
    let mut strike = plan.strike(&Asked {
        method: exchange.method.as_str(),
        path,
        seq: exchange.seq,
        now: exchange.received_at,
        has_token: exchange.token != TokenState::Absent,
    });
    exchange.faults = std::mem::take(&mut strike.labels);
    Some(strike)
}

/// Lets the faults act on a request.
pub(crate) async fn carry_out(strike: Strike, request: Pending<'_>) -> Fate {
    let app = request.app;
    app.clock.pass(strike.delay, app.limits.stall).await;
    let Some(armed) = strike.blow else {
        return Fate::Answered(request.answer().await);
    };
    match armed.action() {
        Action::Answer(answer) => Fate::Answered(answered(answer, &armed, request).await),
        Action::Broken(broken) if broken.wants_answer() => {
            Fate::Broken(broken.clone(), request.answer().await)
        }
        Action::Broken(broken) => Fate::Broken(broken.clone(), Response::default()),
        // Delays have been waited for, and are no blow.
        Action::Delay(_) => Fate::Answered(request.answer().await),
    }
}

async fn answered(answer: &Answer, armed: &Armed, mut request: Pending<'_>) -> Response {
    match answer {
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
            with(request.answer().await, CONTENT_TYPE, content_type)
        }
        Answer::StaleBody => stale(armed, request).await,
        Answer::ForeignBody { from } => {
            let target = from.parse::<PathAndQuery>().map(Uri::from);
            request.parts.method = Method::GET;
            request.parts.uri = target.unwrap_or_default();
            request.body = Bytes::new();
            let path = routing::decoded_path(&request.parts.uri).into_owned();
            let foreign = Pending {
                path: &path,
                ..request
            };
            foreign.routed().await
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

async fn stale(armed: &Armed, request: Pending<'_>) -> Response {
    let target = format!("{} {}", request.parts.method, request.parts.uri);
    if let Some(first) = armed.first_answer(&target) {
        let (parts, body) = &*first;
        return Response::from_parts(parts.clone(), Body::from(body.clone()));
    }
    let answer = whole(request.answer().await).await;
    armed.keep_answer(target, answer.clone());
    Response::from_parts(answer.0, Body::from(answer.1))
}

/// An answer with its body in one piece. Of a stream without an end, the first piece.
pub(crate) async fn whole(response: Response) -> (response::Parts, Bytes) {
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
