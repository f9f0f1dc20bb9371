//! From utoipa's dialect to that of the real server, which FastAPI generates.
//!
//! The structure (keys, types, required fields, responses) becomes that of the real document. What
//! is ours (summaries, descriptions with examples and error answers) stands in texts, which no
//! client depends on.

use serde_json::{Map, Value, json};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Rewrites a whole document.
pub(crate) fn apply(mut document: Value) -> Value {
    let mut paths = with_plain_parameters(document["paths"].take());
    for (path, item) in entries(&mut paths) {
        for (method, operation) in entries(item) {
            if METHODS.contains(&method.as_str()) {
                adapt_operation(path, method, operation);
            }
        }
    }
    let mut schemas = document["components"]["schemas"].take();
    for (_, schema) in entries(&mut schemas) {
        adapt_schema(schema);
    }
    if let Some(map) = schemas.as_object_mut() {
        map.insert("HTTPValidationError".to_owned(), http_validation_error());
        map.insert("ValidationError".to_owned(), validation_error());
        map.sort_keys();
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Research Agent Server", "version": "0.1.0" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

/// Writes `{*name}`, the router's form of a parameter that takes slashes, as `{name}`.
fn with_plain_parameters(paths: Value) -> Value {
    let Value::Object(paths) = paths else {
        return paths;
    };
    paths
        .into_iter()
        .map(|(path, item)| (path.replace("{*", "{"), item))
        .collect()
}

fn entries(value: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    value.as_object_mut().into_iter().flat_map(Map::iter_mut)
}

/// FastAPI numbers operations by handler, path and method, publishes an empty schema for what is
/// answered, and 422 wherever there is something to validate.
fn adapt_operation(path: &str, method: &str, operation: &mut Value) {
    let Some(map) = operation.as_object_mut() else {
        return;
    };
    map.remove("tags");
    let handler = map["operationId"].as_str().unwrap_or_default();
    let plain = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let id: String = format!("{handler}{path}_{method}")
        .chars()
        .map(plain)
        .collect();
    map.insert("operationId".to_owned(), id.into());
    if let Some(parameters) = map.get_mut("parameters").and_then(Value::as_array_mut) {
        parameters.iter_mut().for_each(adapt_parameter);
    }
    if let Some(body) = map.get_mut("requestBody") {
        adapt_body(body);
    }
    let validated = map.contains_key("parameters") || map.contains_key("requestBody");
    let content = |schema: Value| json!({ "application/json": { "schema": schema } });
    let mut responses = json!({
        "200": { "description": "Successful Response", "content": content(json!({})) },
    });
    if validated {
        let fault = content(json!({ "$ref": "#/components/schemas/HTTPValidationError" }));
        responses["422"] = json!({ "description": "Validation Error", "content": fault });
    }
    map.insert("responses".to_owned(), responses);
}

fn adapt_body(body: &mut Value) {
    let schema = &mut body["content"]["application/json"]["schema"];
    adapt_schema(schema);
    // A body that may be null is not required, which FastAPI says by saying nothing.
    let optional = schema.get("anyOf").is_some();
    if let Some(map) = body.as_object_mut() {
        map.remove("required");
        if !optional {
            map.shift_insert(0, "required".to_owned(), true.into());
        }
    }
}

/// A parameter with a default is not required, and so is a query parameter that may be null.
pub(super) fn adapt_parameter(parameter: &mut Value) {
    adapt_schema(&mut parameter["schema"]);
    let schema = &parameter["schema"];
    let optional = schema.get("default").is_some() || schema.get("anyOf").is_some();
    let required = parameter["in"] == "path" || !optional;
    parameter["required"] = required.into();
}

/// Pydantic knows no formats, writes "or null" as `anyOf`, bounds as floats, and says of free
/// objects that they take any property.
pub(super) fn adapt_schema(schema: &mut Value) {
    let Some(map) = schema.as_object_mut() else {
        return;
    };
    map.remove("format");
    map.remove("propertyNames");
    for bound in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] {
        if let Some(value) = map.get(bound).and_then(Value::as_f64) {
            map.insert(bound.to_owned(), value.into());
        }
    }
    for (_, property) in map.get_mut("properties").into_iter().flat_map(entries) {
        adapt_schema(property);
    }
    forget_required_defaults(map);
    if let Some(items) = map.get_mut("items") {
        adapt_schema(items);
    }
    if map
        .get("additionalProperties")
        .is_some_and(|any| any == &json!({}))
    {
        map.insert("additionalProperties".to_owned(), true.into());
    }
    let is_object = |kind: &Value| kind == "object" || kind == &json!(["object", "null"]);
    let is_free = !map.contains_key("properties") && !map.contains_key("additionalProperties");
    if map.get("type").is_some_and(is_object) && is_free {
        map.insert("additionalProperties".to_owned(), true.into());
    }
    if let Some(nullable) = nullable_form(map) {
        *map = nullable;
    }
    in_customary_order(map);
}

/// Pydantic's order of a schema's keys; what it does not use comes last.
fn in_customary_order(map: &mut Map<String, Value>) {
    const ORDER: [&str; 11] = [
        "$ref",
        "anyOf",
        "items",
        "properties",
        "additionalProperties",
        "type",
        "maximum",
        "exclusiveMinimum",
        "minimum",
        "required",
        "default",
    ];
    let mut rest = std::mem::take(map);
    for key in ORDER {
        if let Some(value) = rest.shift_remove(key) {
            map.insert(key.to_owned(), value);
        }
    }
    map.append(&mut rest);
}

/// A property with a default is not required, whatever its Rust type.
fn forget_required_defaults(map: &mut Map<String, Value>) {
    let has_default = |name: &Value| {
        name.as_str()
            .is_some_and(|name| map["properties"][name].get("default").is_some())
    };
    let Some(required) = map.get("required").and_then(Value::as_array) else {
        return;
    };
    let kept: Vec<Value> = required
        .iter()
        .filter(|name| !has_default(name))
        .cloned()
        .collect();
    if kept.is_empty() {
        map.remove("required");
    } else {
        map.insert("required".to_owned(), kept.into());
    }
}

/// The `anyOf` form of a schema that may be null.
fn nullable_form(map: &Map<String, Value>) -> Option<Map<String, Value>> {
    let nothing = json!({ "type": "null" });
    let mut outer = Map::new();
    let inner = if let Some(options) = map.get("oneOf").and_then(Value::as_array) {
        options
            .iter()
            .find(|option| **option != nothing)
            .filter(|_| options.contains(&nothing))?
            .clone()
    } else {
        let kinds = map.get("type")?.as_array()?;
        let kind = kinds.iter().find(|kind| *kind != "null")?;
        let mut inner = map.clone();
        inner.insert("type".to_owned(), kind.clone());
        for outside in ["description", "default", "examples", "example"] {
            inner.shift_remove(outside);
        }
        in_customary_order(&mut inner);
        Value::Object(inner)
    };
    outer.insert("anyOf".to_owned(), json!([inner, nothing]));
    for kept in ["description", "default"] {
        if let Some(value) = map.get(kept) {
            outer.insert(kept.to_owned(), value.clone());
        }
    }
    Some(outer)
}

fn http_validation_error() -> Value {
    json!({
        "properties": {
            "detail": { "items": { "$ref": "#/components/schemas/ValidationError" }, "type": "array" },
        },
        "type": "object",
        "description": "All faults of a request that does not fit the schema.",
    })
}

fn validation_error() -> Value {
    json!({
        "properties": {
            "loc": {
                "items": { "anyOf": [{ "type": "string" }, { "type": "integer" }] },
                "type": "array",
                "description": "Where it is, from the outside in.",
            },
            "msg": { "type": "string", "description": "What is wrong." },
            "type": { "type": "string", "description": "Kind of the fault, such as `missing`." },
            "input": { "description": "The value at fault." },
            "ctx": { "type": "object", "description": "The bound that was violated." },
        },
        "type": "object",
        "required": ["loc", "msg", "type"],
        "description": "One fault of a request.",
    })
}
