//! The schemas of what stands in lists of a case file.

use serde_json::{Map, Value, json};
use wild_mock_server::fault;

use super::list;

pub(super) fn axis() -> Value {
    json!({
        "type": "object",
        "required": ["name", "values"],
        "additionalProperties": false,
        "properties": {"name": {"type": "string"}, "values": list(&json!({"type": "string"}))},
    })
}

pub(super) fn task() -> Value {
    let counted = || json!({"type": "integer", "minimum": 1, "maximum": 1_000_000});
    let table = json!({
        "type": "object",
        "required": ["file", "rows"],
        "additionalProperties": false,
        "properties": {"file": {"type": "string"}, "rows": counted()},
    });
    json!({
        "type": "object",
        "required": ["id"],
        "additionalProperties": false,
        "properties": {
            "id": {"type": "string", "pattern": "^P[0-9]{1,9}-T[0-9]{1,9}$"},
            "experiment": {"type": "boolean"},
            "finished_runs": counted(),
            "files": list(&json!({"type": "string"})),
            "tables": list(&table),
        },
    })
}

pub(super) fn slurm() -> Value {
    let text = || json!({"type": "string"});
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {"partition": text(), "account": text(), "qos": text()},
    })
}

pub(super) fn step() -> Value {
    json!({
        "type": "object",
        "required": ["post"],
        "additionalProperties": false,
        "properties": {"post": {"type": "string"}, "body": {"type": "object"}},
    })
}

pub(super) fn run() -> Value {
    json!({
        "type": "object",
        "required": ["command"],
        "additionalProperties": false,
        "properties": {
            "command": {"type": "string"},
            "launch_seconds": {"type": "number", "minimum": 0},
            "duration_seconds": {"type": "number", "minimum": 0},
            "exit_code": {"type": "integer", "minimum": 0, "maximum": 255},
            "log": list(&json!({"type": "object"})),
            "metrics": list(&json!({"type": "object"})),
            "artifacts": list(&json!({"type": "string"})),
            "files": list(&left_file()),
            "program": program(),
        },
    })
}

fn left_file() -> Value {
    json!({
        "type": "object",
        "required": ["path", "text"],
        "additionalProperties": false,
        "properties": {"path": {"type": "string"}, "text": {"type": "string"}},
    })
}

/// A program that simulated runs pretend to be.
fn program() -> Value {
    let text = || json!({"type": "string"});
    let texts = || list(&json!({"type": "string"}));
    json!({
        "type": "object",
        "required": ["name"],
        "additionalProperties": false,
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "arguments": list(&table(&["name"], &json!({
                "name": text(), "default": text(), "needed": {"type": "boolean"},
                "number": {"type": "boolean"}, "one_of": texts(), "inherited": {"type": "boolean"},
            }))),
            "follows": table(&["own", "theirs", "file"], &json!({
                "own": text(), "theirs": text(), "file": text(),
            })),
            "values": list(&table(&["name", "base"], &json!({
                "name": text(), "base": {"type": "number"}, "start": {"type": "number"},
                "noise": {"type": "number"}, "least": {"type": "number"},
                "most": {"type": "number"},
                "digits": {"type": "integer", "minimum": 0, "maximum": 255},
                "effects": list(&effect()),
            }))),
            "steps": {"type": "integer", "minimum": 0},
            "prints": text(),
            "reports": texts(),
            "concludes": text(),
            "writes": list(&left_file()),
            "fails": list(&table(&["of", "says"], &json!({
                "of": text(), "above": {"type": "number"}, "below": {"type": "number"},
                "equals": text(), "at": {"type": "number", "minimum": 0, "maximum": 1},
                "exit_code": {"type": "integer"}, "says": text(),
            }))),
        },
    })
}

/// What an argument does to a number.
fn effect() -> Value {
    let number = || json!({"type": "number"});
    table(
        &["of"],
        &json!({
            "of": {"type": "string"},
            "table": {"type": "object", "additionalProperties": number()},
            "log10": {"type": "boolean"},
            "around": number(), "slope": number(), "bend": number(),
        }),
    )
}

fn table(required: &[&str], properties: &Value) -> Value {
    json!({
        "type": "object",
        "required": required,
        "additionalProperties": false,
        "properties": properties,
    })
}

/// A fault: one of the actions, each with its own keys, and the conditions that all take.
pub(super) fn fault_schema() -> Value {
    let actions: Vec<&str> = fault::actions().map(|(name, _)| name).collect();
    let mut properties = Map::new();
    for (name, keys) in fault::actions() {
        for key in keys {
            let says = properties
                .entry((*key).to_owned())
                .or_insert_with(|| json!({"description": "Taken by:"}));
            if let Some(text) = says["description"].as_str() {
                says["description"] = format!("{text} {name}").into();
            }
        }
    }
    for key in fault::CONDITIONS {
        properties.insert(
            key.to_owned(),
            json!({"description": "When the fault strikes"}),
        );
    }
    properties.insert(
        "method".to_owned(),
        json!({"type": "string", "description": "Only this method"}),
    );
    properties.insert(
        "path".to_owned(),
        json!({"type": "string", "description": "Only paths of this pattern; `*` and `**` stand for anything"}),
    );
    properties.insert("action".to_owned(), json!({"enum": actions}));
    json!({
        "type": "object",
        "required": ["action"],
        "additionalProperties": false,
        "properties": properties,
    })
}
