//! From a request to its handler, with the real server's manners: what it does with paths that are
//! encoded, have a slash too many, name a method that is not there, or nothing at all.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Extension;
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::response::{IntoResponse, Response};
use hyper::header::{ALLOW, HeaderValue};
use hyper::http::uri::PathAndQuery;
use hyper::{Method, StatusCode, Uri};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::app::{Arrival, Shared};
use crate::error::ApiError;
use crate::pages;
use crate::redirect;
use crate::routes::{self, skills};

/// What is encoded in a path: everything but the characters that stand for themselves in one.
pub(crate) const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b']')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A method that no handler has. HEAD is routed as this, because the router would answer it like
/// GET, and the real server does so for its pages only.
const NO_METHOD: &str = "NONE";

/// Fixed paths that the real server also takes as a parameter of another route: the path, the
/// methods that belong to it, and the spelling under which the other route sees it.
const SHADOWS: [(&str, Method, &str); 4] = [
    ("/sweeps/wild", Method::POST, "/sweeps/%77ild"),
    (
        "/prompt-skills/search",
        Method::GET,
        "/prompt-skills/%73earch",
    ),
    (
        "/prompt-skills/reload",
        Method::POST,
        "/prompt-skills/%72eload",
    ),
    (
        "/prompt-skills/install",
        Method::POST,
        "/prompt-skills/%69nstall",
    ),
];

/// The real server's file route takes an empty path, which this router's does not.
const EMPTY_FILE_PATH: &str = "/prompt-skills/{skill_id}/files/";

/// Methods of the routes that [`SHADOWS`] lead to.
const SHADOWED: [Method; 3] = [Method::GET, Method::PUT, Method::DELETE];

/// All endpoints with their fallbacks.
pub(crate) fn router(app: Shared) -> Router {
    let (documented, _) = routes::all().split_for_parts();
    documented
        .route(EMPTY_FILE_PATH, skills::empty_file_path())
        .merge(pages::router())
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .with_state(app)
}

/// A path as the real server sees it: percent-decoded, with what is not UTF-8 replaced.
pub(crate) fn decoded_path(uri: &Uri) -> Cow<'_, str> {
    percent_decode_str(uri.path()).decode_utf8_lossy()
}

/// A path that no pattern takes.
const NO_PATH: &str = "/\n";

/// A decoded path as the real server's patterns take it, which are regular expressions: a line break at
/// the end of a path is passed over unless a parameter takes it, and the path of a file holds none.
fn as_matched(path: &str) -> &str {
    if !path.contains('\n') {
        return path;
    }
    let shorter = path.strip_suffix('\n').unwrap_or(path);
    for pattern in crate::openapi::path_patterns().chain(pages::PAGES) {
        let (above, last) = pattern.rsplit_once('/').unwrap_or_default();
        if last == "{file_path}" && fits(pattern, path) {
            let file = shorter.splitn(above.split('/').count() + 1, '/').last();
            let is_whole = file.is_none_or(|file| !file.contains('\n'));
            return if is_whole { shorter } else { NO_PATH };
        }
        if !last.starts_with('{') && fits(pattern, shorter) {
            return shorter;
        }
    }
    path
}

/// Adapts a request so that the router routes it as the real server does.
pub(crate) fn prepare(request: &mut Request, path: &str) {
    let path = as_matched(path);
    if request.method() == Method::HEAD && !pages::PAGES.contains(&path) {
        *request.method_mut() = Method::from_bytes(NO_METHOD.as_bytes()).unwrap_or_default();
    }
    let shadow = SHADOWS.iter().find(|(fixed, own, _)| {
        *fixed == path && request.method() != own && SHADOWED.contains(request.method())
    });
    if let Some((.., spelling)) = shadow {
        rewrite(request, spelling);
    } else if request.uri().path() != path {
        rewrite(request, &utf8_percent_encode(path, ENCODED).to_string());
    }
}

fn rewrite(request: &mut Request, path: &str) {
    let query = request
        .uri()
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    if let Ok(target) = format!("{path}{query}").parse::<PathAndQuery>() {
        *request.uri_mut() = Uri::from(target);
    }
}

/// 405 with the method that the real server registered first for the path.
async fn no_such_method(matched: Option<MatchedPath>, request: Request) -> Response {
    let pattern = matched
        .as_ref()
        .map_or_else(|| request.uri().path(), MatchedPath::as_str);
    let error = ApiError::Detail(
        StatusCode::METHOD_NOT_ALLOWED,
        "Method Not Allowed".to_owned(),
    );
    let mut response = error.into_response();
    let first = HeaderValue::from_static(first_method(pattern, request.uri().path()));
    response.headers_mut().insert(ALLOW, first);
    response
}

fn first_method(pattern: &str, path: &str) -> &'static str {
    if pages::PAGES.contains(&pattern) {
        return "GET, HEAD";
    }
    match pattern {
        // A wrong method on a fixed path that was spelt otherwise for the router.
        "/sweeps/{sweep_id}" if path == "/sweeps/%77ild" => "POST",
        "/sweeps/{sweep_id}" => "PUT",
        "/runs/{run_id}/metrics" => "POST",
        EMPTY_FILE_PATH => "GET",
        _ => {
            let item = &crate::openapi::document()["paths"][documented_form(pattern).as_ref()];
            if item.get("get").is_some() {
                "GET"
            } else {
                "POST"
            }
        }
    }
}

fn documented_form(pattern: &str) -> Cow<'_, str> {
    if pattern.contains("{*") {
        pattern.replace("{*", "{").into()
    } else {
        pattern.into()
    }
}

/// 307 to the path with or without its last slash when that one exists; 404 otherwise.
async fn no_such_path(Extension(arrival): Extension<Arc<Arrival>>, request: Request) -> Response {
    let path = &arrival.path;
    let other = match path.trim_end_matches('/') {
        "" => return ApiError::not_found("Not Found").into_response(),
        shorter if shorter.len() < path.len() => shorter.to_owned(),
        _ => format!("{path}/"),
    };
    if !exists(&other) {
        return ApiError::not_found("Not Found").into_response();
    }
    redirect::to(
        &other,
        request.uri().query(),
        request.headers(),
        arrival.ends,
    )
}

/// Whether the mock has an answer of its own to a path, a redirect to another spelling included.
pub(crate) fn knows(path: &str) -> bool {
    let trimmed = path.trim_end_matches('/');
    let is_page = pages::PAGES.iter().any(|page| {
        trimmed
            .strip_prefix(page)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    is_page || exists(path) || exists(trimmed) || exists(&format!("{path}/"))
}

/// Whether some endpoint has this path, whatever its methods.
pub(crate) fn exists(path: &str) -> bool {
    let path = as_matched(path);
    pages::PAGES.contains(&path)
        || crate::openapi::path_patterns().any(|pattern| fits(pattern, path))
}

/// Whether a path fits a documented pattern; `{file_path}` takes slashes too.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) | (Some("{file_path}"), Some(_)) => return true,
            (Some(parameter), Some(value)) if parameter.starts_with('{') => {
                if value.is_empty() {
                    return false;
                }
            }
            (Some(literal), Some(value)) if literal == value => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_fit_patterns() {
        assert!(fits("/runs/{run_id}", "/runs/x"));
        assert!(!fits("/runs/{run_id}", "/runs/"));
        assert!(!fits("/runs/{run_id}", "/runs/x/y"));
        assert!(fits(
            "/prompt-skills/{skill_id}/files/{file_path}",
            "/prompt-skills/a/files/b/c"
        ));
        assert!(!fits("/runs", "/runsX"));
    }

    #[test]
    fn a_line_break_ends_a_path_as_it_does_in_a_pattern() {
        for (path, matched) in [
            ("/health", "/health"),
            ("/health\n", "/health"),
            ("/docs\n", "/docs"),
            ("/runs/x\n", "/runs/x\n"),
            ("/runs/a\nb/queue\n", "/runs/a\nb/queue"),
            ("/health\n\n", "/health\n\n"),
            ("/prompt-skills/a\nb/files/c", "/prompt-skills/a\nb/files/c"),
            (
                "/prompt-skills/a\nb/files/c\n",
                "/prompt-skills/a\nb/files/c",
            ),
            ("/prompt-skills/x/files/a\n", "/prompt-skills/x/files/a"),
            ("/prompt-skills/x/files/a\nb", "/\n"),
            ("/prompt-skills/x/files/a\n\n", "/\n"),
        ] {
            assert_eq!(as_matched(path), matched, "{path:?}");
        }
    }

    #[test]
    fn all_fixed_paths_under_a_parameter_are_known_as_shadows() {
        let patterns: Vec<&str> = crate::openapi::path_patterns().collect();
        let is_fixed = |pattern: &&&str| !pattern.contains('{');
        for fixed in patterns.iter().filter(is_fixed) {
            let shadowed = patterns
                .iter()
                .any(|other| other.contains('{') && fits(other, fixed));
            let known = SHADOWS.iter().any(|(path, ..)| path == fixed);
            let advice = if shadowed {
                "also fits the parameter of another path: give it a row"
            } else {
                "fits no parameter of another path: take its row away"
            };
            assert_eq!(shadowed, known, "SHADOWS in routing.rs: {fixed} {advice}");
        }
    }
}
