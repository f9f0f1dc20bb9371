//! Who may ask for what (wire contract, "Authentication").

use axum::response::{IntoResponse, Response};
use hyper::header::HeaderMap;
use hyper::{Method, StatusCode};

use crate::error::ApiError;
use crate::journal::{TOKEN_HEADER, TokenState};

/// Paths that need the token, with everything under them.
const PROTECTED: [&str; 12] = [
    "/sessions",
    "/models",
    "/chat",
    "/runs",
    "/alerts",
    "/wild",
    "/sweeps",
    "/cluster",
    "/git",
    "/plans",
    "/integrations",
    "/journey",
];

/// What a request's token is worth.
pub(crate) fn token_state(configured: Option<&str>, headers: &HeaderMap) -> TokenState {
    match (configured, headers.get(TOKEN_HEADER)) {
        (_, None) => TokenState::Absent,
        (None, Some(_)) => TokenState::NotRequired,
        (Some(token), Some(given)) if same(token.as_bytes(), given.as_bytes()) => TokenState::Valid,
        (Some(_), Some(_)) => TokenState::Wrong,
    }
}

/// The refusal of a request that needs a token and has none; `path` is percent-decoded.
pub(crate) fn refuse(
    configured: Option<&str>,
    token: TokenState,
    method: &Method,
    path: &str,
) -> Option<Response> {
    let open = configured.is_none() || token == TokenState::Valid || method == Method::OPTIONS;
    if open || !is_protected(path) {
        return None;
    }
    let message = "Unauthorized - invalid or missing X-Auth-Token".to_owned();
    Some(ApiError::Detail(StatusCode::UNAUTHORIZED, message).into_response())
}

pub(crate) fn is_protected(path: &str) -> bool {
    PROTECTED.iter().any(|prefix| {
        path.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Compares in a time that depends on the lengths alone.
fn same(a: &[u8], b: &[u8]) -> bool {
    let difference = a
        .iter()
        .zip(b)
        .fold(0, |difference, (a, b)| difference | (a ^ b));
    // The hint keeps the compiler from leaving the loop early.
    a.len() == b.len() && std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_protected_whole() {
        for path in [
            "/runs",
            "/runs/",
            "/runs/x/y",
            "/wild",
            "/wild/v2/system-health",
            "/journey",
        ] {
            assert!(is_protected(path), "{path}");
        }
        for path in [
            "/",
            "/docs",
            "/runsX",
            "/wild-mode",
            "//runs",
            "/RUNS",
            "/prompt-skills/x",
        ] {
            assert!(!is_protected(path), "{path}");
        }
    }

    #[test]
    fn tokens_are_compared_whole() {
        assert!(same(b"token", b"token"));
        assert!(!same(b"token", b"tokem"));
        assert!(!same(b"token", b"tok"));
        assert!(!same(b"", b"t"));
    }
}
