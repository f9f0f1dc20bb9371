//! Reading JSON that others wrote: what is missing or of another type reads as nothing.

use serde_json::Value;

/// The list below `key`.
pub(super) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The text below `key`.
pub(super) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The truth below `key`.
pub(super) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or_default()
}

/// The texts of a message's content: a string, or parts of which some have a `text`.
pub(super) fn content(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let texts: Vec<&str> = parts
                .iter()
                .map(|part| part.as_str().unwrap_or_else(|| text(part, "text")))
                .filter(|text| !text.is_empty())
                .collect();
            texts.join("\n")
        }
        _ => String::new(),
    }
}

/// All texts within a value, and within JSON that one of them is.
pub(super) fn texts(value: &Value) -> String {
    let mut found = Vec::new();
    let mut pending = vec![value.clone()];
    while let Some(value) = pending.pop() {
        match value {
            Value::String(text) => match serde_json::from_str::<Value>(&text) {
                Ok(inner @ (Value::Array(_) | Value::Object(_))) => pending.push(inner),
                _ => found.push(text),
            },
            Value::Array(items) => pending.extend(items.into_iter().rev()),
            Value::Object(fields) => {
                let values: Vec<Value> = fields.into_iter().map(|(_, value)| value).collect();
                pending.extend(values.into_iter().rev());
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    found.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_are_found_in_order_and_within_json_that_is_text() {
        let value =
            json!([{"a": "one", "n": 2}, "{\"output\": \"two\\nthree\"}", null, "[not json"]);
        assert_eq!(texts(&value), "one\ntwo\nthree\n[not json");
    }

    #[test]
    fn what_is_of_another_type_reads_as_nothing() {
        let odd = json!({"a": 1, "b": {"text": []}});
        assert!(list(&odd, "a").is_empty() && text(&odd, "b").is_empty() && !flag(&odd, "a"));
        assert_eq!(content(odd.get("b")), "");
        assert_eq!(content(Some(&json!(["x", {"text": "y"}, 3]))), "x\ny");
    }
}
