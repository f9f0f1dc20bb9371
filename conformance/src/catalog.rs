//! The list of endpoints that the prompt shows, made from the server's own OpenAPI document.

use std::fmt::Write as _;

use serde_json::Value;
use wild_mock_server::openapi;

/// The methods that an OpenAPI path can have, in the order in which they are listed.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// One line an operation: `- GET /runs: List runs`.
pub fn text() -> String {
    describe(openapi::document())
}

fn describe(document: &Value) -> String {
    let mut text = String::new();
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, operations) in paths.into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = operations.get(method) {
                push_line(&mut text, method, path, operation);
            }
        }
    }
    text
}

fn push_line(text: &mut String, method: &str, path: &str, operation: &Value) {
    let summary = operation
        .get("summary")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let separator = if summary.is_empty() { "" } else { ": " };
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "- `{} {path}`{separator}{summary}",
        method.to_uppercase()
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_operation_has_a_line() {
        let document = json!({"paths": {
            "/runs": {"post": {"summary": "Create a run"}, "get": {}, "parameters": []},
        }});
        assert_eq!(
            describe(&document),
            "- `GET /runs`\n- `POST /runs`: Create a run\n"
        );
    }

    #[test]
    fn the_servers_own_document_names_the_run_endpoints() {
        let text = text();
        assert!(
            text.contains("`GET /runs`") && text.contains("`POST /runs`"),
            "{text}"
        );
    }
}
