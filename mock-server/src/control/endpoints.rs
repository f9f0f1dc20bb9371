//! What the control API has, to be told to whoever asks for something else.

use axum::extract::MatchedPath;
use hyper::{Method, StatusCode, Uri};

use super::body::Refusal;
use crate::fault::nearest;

/// Paths with the methods that each takes. The page's own are not listed.
const ENDPOINTS: [(&str, &[&str]); 8] = [
    ("/health", &["GET"]),
    ("/journal", &["GET", "DELETE"]),
    ("/faults", &["GET", "POST", "DELETE"]),
    ("/faults/{id}", &["DELETE"]),
    ("/state", &["GET", "PUT"]),
    ("/clock", &["GET", "POST"]),
    ("/reset", &["POST"]),
    ("/save", &["POST"]),
];

/// Refuses a path that there is not.
pub(super) async fn unknown(uri: Uri) -> Refusal {
    let path = uri.path();
    let known = ENDPOINTS.iter().map(|(path, _)| *path);
    let hint = nearest(path, known).map(|known| format!("; did you mean {known}?"));
    let hint = hint.unwrap_or_else(|| ".".to_owned());
    let all = ENDPOINTS.map(|(path, methods)| format!("{} {path}", methods.join(", ")));
    let message = format!(
        "there is no {path} here{hint} There are {}, and GET / for a browser",
        all.join("; ")
    );
    Refusal(StatusCode::NOT_FOUND, message)
}

/// Refuses a method that a path does not take.
pub(super) async fn not_taken(method: Method, uri: Uri, matched: Option<MatchedPath>) -> Refusal {
    let path = matched.as_ref().map_or(uri.path(), MatchedPath::as_str);
    let known = ENDPOINTS.iter().find(|(known, _)| *known == path);
    let methods = known.map_or("GET".to_owned(), |(_, methods)| methods.join(", "));
    let message = format!("{path} does not take {method}; it takes {methods}");
    Refusal(StatusCode::METHOD_NOT_ALLOWED, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_on_the_control_api_has_every_endpoint() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/control-api.md");
        let page = std::fs::read_to_string(page).unwrap();
        for (path, methods) in ENDPOINTS {
            for method in methods {
                let row = format!("`{method} {path}`");
                assert!(page.contains(&row), "docs/src/control-api.md has no {row}");
            }
        }
    }
}
