//! `/openapi.json` and the pages that show it. Nothing is loaded from anywhere else.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use hyper::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use utoipa_swagger_ui::Config;

use crate::app::Shared;
use crate::error::{ApiError, Encoded};
use crate::openapi;

/// The pages, which the document does not list.
pub(crate) const PAGES: [&str; 3] = ["/openapi.json", "/docs", "/redoc"];

/// Pattern of the files that the pages load.
pub(crate) const ASSETS: &str = "/docs/{asset}";

const SWAGGER_PAGE: &str = include_str!("docs/swagger.html");
const REFERENCE_PAGE: &str = include_str!("docs/redoc.html");

pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route(
            "/openapi.json",
            get(|| async { Encoded(openapi::document_bytes()) }),
        )
        .route("/docs", get(|| async { Html(SWAGGER_PAGE) }))
        .route(ASSETS, get(asset))
        .route("/redoc", get(|| async { Html(REFERENCE_PAGE) }))
}

/// A file of Swagger UI, which is compiled in.
async fn asset(Path(name): Path<String>) -> Response {
    static CONFIG: LazyLock<Arc<Config<'static>>> =
        LazyLock::new(|| Arc::new(Config::from("/openapi.json")));
    let is_page = name == "index.html" || name == "swagger-initializer.js";
    let name = match name.as_str() {
        "oauth2-redirect" => "oauth2-redirect.html",
        other => other,
    };
    match utoipa_swagger_ui::serve(name, Arc::clone(&CONFIG)) {
        Ok(Some(file)) if !is_page => {
            let mut response = (StatusCode::OK, file.bytes.into_owned()).into_response();
            let headers = response.headers_mut();
            if let Ok(kind) = HeaderValue::from_str(&file.content_type) {
                headers.insert(CONTENT_TYPE, kind);
            }
            if file.gzpipped {
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("max-age=3600"));
            response
        }
        _ => ApiError::not_found("Not Found").into_response(),
    }
}
