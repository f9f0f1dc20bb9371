//! A JSON Schema of case files, for editors and for whoever writes them by program.
//!
//! The table of keys is the whole of it; a test holds it against what the loader knows. It is not derived from the
//! loader's own table (`cases/form.rs` of the server): that one checks with functions that say what is wrong, and a
//! schema has descriptions and patterns for editors instead. Nor does [`Case`](super::Case) give it, which is what a
//! file comes to once its twin has lent it what it does not say, and has neither axes nor kinds of faults.

mod parts;

use serde_json::{Map, Value, json};

use parts::{axis, fault_schema, run, slurm, step, task};

/// A key of a case file: its name, what it says, and the schema of its value.
type Key = (&'static str, &'static str, Value);

/// The JSON Schema (draft 2020-12) of a case file.
pub fn schema() -> Value {
    let mut properties = properties(keys());
    // The entries of an axis take every key of a case beside their name.
    let mut entry = properties.clone();
    entry.insert(
        "name".to_owned(),
        described("Name of the entry, for `{axis}`", json!({"type": "string"})),
    );
    entry.insert(
        "words".to_owned(),
        described("What titles call the entry", json!({"type": "string"})),
    );
    let axis = json!({
        "oneOf": [
            {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/entry"}},
            {"enum": ["failures", "successes"]},
        ],
    });
    properties.insert(
        "matrix".to_owned(),
        described(
            "One case for every combination of these axes",
            json!({"type": "object", "additionalProperties": axis}),
        ),
    );
    properties.insert(
        "format".to_owned(),
        described(
            "Form of the file; it need not be told",
            json!({"const": wild_mock_server::cases::FORMAT}),
        ),
    );
    let names = json!({"type": "object", "additionalProperties": {"type": "string"}});
    properties.insert(
        "exclude".to_owned(),
        described(
            "Combinations that are left out, from axis to name",
            list(&names),
        ),
    );
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A case of wild-conformance",
        "type": "object",
        "required": ["id", "title"],
        "additionalProperties": false,
        "properties": properties,
        "$defs": {
            "entry": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": false,
                "properties": entry,
            },
            "fault": fault_schema(),
        },
    })
}

/// The keys of a case. A new one is one entry here.
fn keys() -> Vec<Key> {
    let mut keys = asked();
    keys.extend(served());
    keys
}

/// What the agent is asked, where, and on which server.
fn asked() -> Vec<Key> {
    let text = || json!({"type": "string"});
    let flag = || json!({"type": "boolean"});
    vec![
        (
            "id",
            "Unique name: lower-case letters, digits and hyphens; `{axis}` for the name of an entry",
            text(),
        ),
        ("title", "One line for people", text()),
        (
            "kind",
            "Which iteration is played",
            json!({"enum": ["planning", "execution", "campaign"]}),
        ),
        ("goal", "What the agent is asked to reach", text()),
        ("steer", "Steering text that a user added", text()),
        (
            "workspace",
            "A folder of fixtures/workspaces by its name, or a folder of your own by its path, relative \
             to the case file",
            text(),
        ),
        (
            "cluster",
            "What the server reports, as TYPE[:GPUS]",
            json!({
                "type": "string",
                "pattern": "^(unknown|local_gpu|slurm|kubernetes|ray|shared_head_node)(:[0-9]+)?$",
            }),
        ),
        (
            "auth_token",
            "The token that the server demands",
            json!({"type": "string", "minLength": 1}),
        ),
        ("evo_sweep", "Whether evolutionary sweeps are on", flag()),
        (
            "faults",
            "Faults that the server is started with",
            list(&json!({"$ref": "#/$defs/fault"})),
        ),
        (
            "fault_kind",
            "A kind of fault by its name, which strikes `probe`",
            text(),
        ),
        (
            "probe",
            "The probe that `fault_kind` strikes",
            json!({"enum": wild_mock_server::cases::PROBES}),
        ),
        (
            "fault_when",
            "When `fault_kind` strikes",
            json!({"type": "object"}),
        ),
    ]
}

/// What the server does, and what the case is held to. A table, one entry a key.
fn served() -> Vec<Key> {
    let text = || json!({"type": "string"});
    let texts = || list(&json!({"type": "string"}));
    let flag = || json!({"type": "boolean"});
    vec![
        (
            "runs",
            "What simulated runs do, by their commands; `**` stands for anything",
            list(&run()),
        ),
        (
            "run_mode",
            "Whether the commands of runs are executed; built-in projects are in execution cases, unless \
             the cluster has a scheduler, and others are not",
            json!({"enum": ["executed", "simulated"]}),
        ),
        (
            "run_limit",
            "Seconds of real time that an executed run may take before it is killed, 20 unless told",
            json!({"type": "integer", "minimum": 1, "maximum": 86400}),
        ),
        (
            "placeholder",
            "What tasks_path holds before the agent starts",
            text(),
        ),
        (
            "plan",
            "A plan that an execution case carries out: one of fixtures/executions by its name, or a \
             file of your own by its path, relative to the case file",
            text(),
        ),
        (
            "prompt",
            "A template in place of the run's prompt, by its path relative to the case file",
            text(),
        ),
        ("slurm", "What job scripts tell the scheduler", slurm()),
        (
            "log",
            "What the iteration log holds before the agent starts",
            text(),
        ),
        (
            "iteration",
            "Which iteration an execution case plays",
            json!({"type": "integer", "minimum": 1}),
        ),
        (
            "iterations",
            "How many iterations an execution case chains over one workspace and server; the most that a campaign may take, planning included",
            json!({"type": "integer", "minimum": 1, "maximum": 100}),
        ),
        (
            "prelude",
            "Requests that were sent before the agent came",
            list(&step()),
        ),
        (
            "experiments",
            "Whether the goal asks for experiments",
            flag(),
        ),
        (
            "grid",
            "The configurations that the goal or task asks for",
            list(&axis()),
        ),
        (
            "entry_points",
            "Scripts that train, evaluate or benchmark",
            texts(),
        ),
        (
            "tasks",
            "Which tasks of the plan are experiments, and what their done-whens compute to",
            list(&task()),
        ),
        (
            "time_limit",
            "Seconds that the agent has",
            json!({"type": "integer", "minimum": 1, "maximum": 86400}),
        ),
        (
            "expect",
            "What holds where nothing can be observed",
            json!({
                "type": "object",
                "additionalProperties": false,
                "properties": {"preflight": {"enum": ["passed", "failed"]}},
            }),
        ),
        (
            "twin",
            "The healthy case from which every key is taken that is not given here",
            text(),
        ),
    ]
}

fn properties(keys: Vec<Key>) -> Map<String, Value> {
    keys.into_iter()
        .map(|(name, says, schema)| (name.to_owned(), described(says, schema)))
        .collect()
}

fn described(says: &str, mut schema: Value) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), says.into());
    }
    schema
}

fn list(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::{Path, PathBuf};

    fn cases() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/cases")
    }

    #[test]
    fn the_schema_has_the_keys_of_the_loader() {
        let schema = schema();
        let mut ours: Vec<String> = schema["properties"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        ours.sort();
        let mut theirs: Vec<&str> = wild_mock_server::cases::keys().collect();
        theirs.sort_unstable();
        assert_eq!(ours, theirs);
    }

    #[test]
    fn the_checked_in_schema_is_current() {
        let file = cases().join("case.schema.json");
        let text = format!("{:#}\n", schema());
        if std::env::var_os("WILD_UPDATE_SCHEMA").is_some() {
            std::fs::write(&file, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap();
        assert_eq!(kept, text, "run `make schema`");
    }

    #[test]
    fn every_case_file_keeps_to_it_and_typing_errors_do_not() {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        for entry in std::fs::read_dir(cases()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let table: toml::Table = text.parse().unwrap();
            let value = serde_json::to_value(table).unwrap();
            if let Err(error) = validator.validate(&value) {
                panic!("{}: {error} at {}", path.display(), error.instance_path);
            }
        }
        let wrong = json!({"id": "x", "title": "x", "faults": [{"action": "explode"}]});
        assert!(!validator.is_valid(&wrong));
        assert!(!validator.is_valid(&json!({"id": "x", "title": "x", "gaol": "typo"})));
    }
}
