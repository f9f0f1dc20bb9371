//! `/openapi.json` and the pages that show it. Nothing is loaded from anywhere else.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get};
use hyper::Method;
use hyper::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use utoipa_swagger_ui::Config;

use crate::app::Shared;
use crate::error::{ApiError, Encoded};
use crate::openapi;

/// The pages, which the document does not list.
pub(crate) const PAGES: [&str; 4] = ["/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"];

/// Pattern of the files that the pages load. The real server has none of them: for every method but the
/// one by which pages load they are not there.
const ASSETS: &str = "/docs/{asset}";

const SWAGGER_PAGE: &str = include_str!("pages/swagger.html");
const REFERENCE_PAGE: &str = include_str!("pages/redoc.html");

pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route(
            "/openapi.json",
            get(|| async { Encoded(openapi::document_bytes()) }),
        )
        .route("/docs", get(|| async { Html(SWAGGER_PAGE) }))
        .route("/docs/oauth2-redirect", get(oauth2_redirect))
        .route(ASSETS, any(asset))
        .route("/redoc", get(|| async { Html(REFERENCE_PAGE) }))
}

/// Where a provider of tokens sends a browser back to: a file of Swagger UI, served as a page.
async fn oauth2_redirect() -> Response {
    let mut response = file("oauth2-redirect.html");
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, html);
    response.headers_mut().remove(CACHE_CONTROL);
    response
}

/// A file of Swagger UI, which is compiled in.
async fn asset(method: Method, Path(name): Path<String>) -> Response {
    let is_page = name == "index.html" || name == "swagger-initializer.js";
    if method != Method::GET || is_page {
        return ApiError::not_found("Not Found").into_response();
    }
    file(&name)
}

fn file(name: &str) -> Response {
    static CONFIG: LazyLock<Arc<Config<'static>>> =
        LazyLock::new(|| Arc::new(Config::from("/openapi.json")));
    match utoipa_swagger_ui::serve(name, Arc::clone(&CONFIG)) {
        Ok(Some(file)) => {
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
