//! The OpenAPI document: made from the handlers, published in the real server's dialect.

mod served;

use std::sync::LazyLock;

use bytes::Bytes;
use serde_json::Value;

pub(crate) use served::nearest_unless_served;

use crate::routes;
use crate::schema::dialect;

/// The document that `/openapi.json` serves.
pub fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
        let document = routes::all().to_openapi();
        // utoipa's own types always encode.
        dialect::apply(serde_json::to_value(document).unwrap_or_default())
    });
    &DOCUMENT
}

/// The document, encoded as it goes over the wire.
pub(crate) fn document_bytes() -> Bytes {
    static BYTES: LazyLock<Bytes> =
        LazyLock::new(|| serde_json::to_vec(document()).unwrap_or_default().into());
    BYTES.clone()
}

/// The document as it is checked in: indented, with a final newline.
pub fn document_text() -> String {
    let mut text = serde_json::to_string_pretty(document()).unwrap_or_default();
    text.push('\n');
    text
}

/// The path patterns of the document, with `{name}` for parameters.
pub fn path_patterns() -> impl Iterator<Item = &'static str> {
    document()["paths"]
        .as_object()
        .into_iter()
        .flat_map(|paths| paths.keys())
        .map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checked_in_copy_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/openapi.json");
        let checked_in = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            checked_in == document_text(),
            "openapi/openapi.json is stale: run `make openapi`"
        );
    }

    #[test]
    fn parameters_of_paths_stand_in_them() {
        for (path, item) in document()["paths"].as_object().unwrap() {
            for operation in item.as_object().unwrap().values() {
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                for parameter in parameters.filter(|parameter| parameter["in"] == "path") {
                    let name = parameter["name"].as_str().unwrap();
                    assert!(
                        path.contains(&format!("{{{name}}}")),
                        "{path} has no {{{name}}}: a struct of query parameters has \
                         #[into_params(parameter_in = Query)]"
                    );
                }
            }
        }
    }

    #[test]
    fn every_operation_says_what_it_does_and_how_it_fails() {
        for (path, item) in document()["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let text = |key: &str| operation[key].as_str().unwrap_or_default().len();
                assert!(
                    text("summary") > 10,
                    "{method} {path} has no summary: its handler's documentation begins with a line"
                );
                if path.contains('{') {
                    assert!(
                        text("description") > 10,
                        "{method} {path} has no description: a second paragraph of its handler's documentation tells how it fails"
                    );
                }
            }
        }
    }
}
