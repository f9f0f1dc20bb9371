//! Cross-origin requests, as the real server's framework answers them: any origin, credentials, all
//! methods and headers.

use axum::body::Body;
use axum::response::Response;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, CONTENT_TYPE, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use hyper::{Method, StatusCode};

use crate::error::OutsideCors;

const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// The header by which a browser asks for a page of the internet to reach a private network, which the real server
/// allows to none, whatever its value.
const PRIVATE_NETWORK: &str = "access-control-request-private-network";

/// The answer to a CORS preflight, or `None` for any other request.
pub(crate) fn preflight(method: &Method, request: &HeaderMap) -> Option<Response> {
    let origin = request.get(ORIGIN)?;
    let wanted = request.get(ACCESS_CONTROL_REQUEST_METHOD)?;
    if method != Method::OPTIONS {
        return None;
    }
    let (status, text) = match refused(wanted, request) {
        reasons if reasons.is_empty() => (StatusCode::OK, "OK".to_owned()),
        reasons => {
            let text = format!("Disallowed CORS {}", reasons.join(", "));
            (StatusCode::BAD_REQUEST, text)
        }
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("Origin"));
    headers.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    headers.insert(
        ACCESS_CONTROL_ALLOW_CREDENTIALS,
        HeaderValue::from_static("true"),
    );
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    if let Some(names) = request.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    Some(response)
}

/// What of a preflight is refused, in the order in which the framework tells it: any origin and any header is
/// allowed, which would come before the method and behind it.
fn refused(wanted: &HeaderValue, request: &HeaderMap) -> Vec<&'static str> {
    let mut reasons = Vec::new();
    if !METHODS.map(str::as_bytes).contains(&wanted.as_bytes()) {
        reasons.push("method");
    }
    if request.contains_key(PRIVATE_NETWORK) {
        reasons.push("private-network");
    }
    reasons
}

/// Adds the headers of an ordinary answer.
pub(crate) fn decorate(origin: Option<&HeaderValue>, response: &mut Response) {
    if response.extensions().get::<OutsideCors>().is_some() {
        return;
    }
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(
            ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        );
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
}
