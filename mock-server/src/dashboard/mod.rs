//! The dashboard: what the server does, live, and how to interfere, for somebody at a browser. It is a page of the
//! control API, so that the agent under test cannot reach it.
//!
//! | request | what it gives |
//! |---|---|
//! | `GET /` | the page; it loads `dashboard.css` and `dashboard.js`, and nothing from elsewhere |
//! | `GET /kinds` | the kinds of failures by name, each with a fault that shows it |
//! | `GET /live` | server-sent events: `exchanges` with `shown`, the numbers of the newest 500 that have ended, and `added`, those among them that the last event did not have; and `overview`, how the server stands, whenever that changes |

mod live;
mod overview;

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::StatusCode;
use hyper::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use serde_json::json;

use crate::error::json_response;
use crate::fault::kinds;
use crate::server::MockServer;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// Nothing from elsewhere, no scripts but the page's own: whatever an agent writes stays text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(crate) fn routes() -> Router<Arc<MockServer>> {
    Router::new()
        .route("/", get(async || file(HTML, include_str!("page.html"))))
        .route(
            "/dashboard.css",
            get(async || file(CSS, include_str!("dashboard.css"))),
        )
        .route(
            "/dashboard.js",
            get(async || file(JAVASCRIPT, include_str!("dashboard.js"))),
        )
        .route("/kinds", get(list_kinds))
        .route("/live", get(live::live))
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}

async fn list_kinds() -> Response {
    let list: Vec<_> = kinds()
        .into_iter()
        .map(|kind| {
            let fault = kind.fault("GET", "/docs");
            json!({ "name": kind.name, "summary": kind.summary, "fault": fault })
        })
        .collect();
    json_response(StatusCode::OK, &list)
}
