//! Something that fits a schema, where a program demands it and the script says nothing.

use serde_json::{Map, Value, json};

use super::reader;

/// Something that fits a schema.
pub(super) fn filler(shape: &Value) -> Value {
    if let Some(first) = reader::list(shape, "enum").first() {
        return first.clone();
    }
    let kind = match shape.get("type") {
        Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str),
        Some(kind) => kind.as_str(),
        None => None,
    };
    match kind.unwrap_or_default().to_lowercase().as_str() {
        "boolean" => json!(false),
        "integer" | "number" => json!(60_000),
        "array" => json!([]),
        "object" => Value::Object(fields(shape)),
        _ => json!("as the script says"),
    }
}

/// Something for each field that an object has to have. A name that is listed again is passed over, so
/// that no part of a schema is visited twice, and the work grows with the schema alone; its depth is
/// that to which JSON is read.
fn fields(shape: &Value) -> Map<String, Value> {
    let mut fields = Map::new();
    let Some(properties) = shape.get("properties") else {
        return fields;
    };
    let required = reader::list(shape, "required").iter();
    for name in required.filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            let value = properties.get(name).map_or(Value::Null, filler);
            fields.insert(name.to_owned(), value);
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were each of the two visited, this would take 2^60 calls.
    #[test]
    fn a_field_that_is_demanded_twice_is_filled_once() {
        let mut shape = json!({"type": "boolean"});
        for _ in 0..60 {
            shape =
                json!({"type": "object", "required": ["a", "b", "a"], "properties": {"a": shape}});
        }
        let filled = filler(&shape).to_string();
        assert_eq!(filled.matches("\"a\":").count(), 60, "{filled}");
        assert_eq!(filled.matches("\"b\":null").count(), 60, "{filled}");
        assert!(filled.contains(r#"{"a":false,"b":null}"#), "{filled}");
    }
}
