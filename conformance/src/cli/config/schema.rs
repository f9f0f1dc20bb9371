//! A JSON Schema of configuration files, made of the table of keys.

use serde_json::{Map, Value, json};

use super::keys::{KEYS, Kind};

/// The JSON Schema (draft 2020-12) of a configuration file.
pub(in crate::cli) fn schema() -> Value {
    let mut properties = Map::new();
    for key in KEYS {
        let mut own = of_kind(key.kind);
        own["description"] = key.about.into();
        match key.table() {
            "" => {
                properties.insert(key.name.to_owned(), own);
            }
            table => {
                let table = properties
                    .entry(table)
                    .or_insert_with(|| object(&Map::new()));
                table["properties"][key.own_name()] = own;
            }
        }
    }
    let mut schema = object(&properties);
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "A configuration of wild-conformance".into();
    schema
}

fn object(properties: &Map<String, Value>) -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": properties})
}

fn of_kind(kind: Kind) -> Value {
    let list = || json!({"type": "array", "items": {"type": "string"}});
    match kind {
        Kind::Text | Kind::Path => json!({"type": "string"}),
        Kind::Word(words) => json!({"enum": words}),
        Kind::Whole => json!({"type": "integer", "minimum": 0}),
        Kind::Number => json!({"type": "number", "exclusiveMinimum": 0}),
        Kind::Switch | Kind::Unless => json!({"type": "boolean"}),
        Kind::Texts | Kind::Paths | Kind::Cases | Kind::Reports => list(),
        Kind::Program => {
            let mut program = list();
            program["minItems"] = 1.into();
            program
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::super::{Args, keys};
    use super::*;
    use crate::audit::AuditMode;

    /// Each key is an option of `run`, and none stands there twice.
    #[test]
    fn each_key_is_an_option() {
        let command = Args::command();
        let run = command.find_subcommand("run").unwrap();
        for (at, key) in KEYS.iter().enumerate() {
            let id = key.id();
            let option = run.get_arguments().find(|arg| arg.get_id() == id.as_str());
            let option = option.unwrap_or_else(|| panic!("{}", key.name));
            if !key.option.is_empty() {
                assert_eq!(option.get_long(), Some(key.option), "{}", key.name);
            }
            for other in key.yields_to {
                assert!(run.get_arguments().any(|arg| arg.get_long() == Some(other)));
            }
            if let Some(usual) = key.usual {
                assert!(option.get_default_values().is_empty(), "{}", key.name);
                assert_eq!(usual.parse(), Ok(AuditMode::default()), "{}", key.name);
            }
            assert!(KEYS[..at].iter().all(|other| other.name != key.name));
        }
    }

    #[test]
    fn what_is_near_is_found() {
        for (name, near) in [
            ("sutie", Some("suite")),
            ("rules.selcet", Some("rules.select")),
            ("claims", Some("gates.claims")),
            ("wals", Some("walls")),
            ("something_else", None),
        ] {
            assert_eq!(keys::nearest(name), near, "{name}");
        }
    }

    /// The file in the repository is this schema; `UPDATE_FIXTURES=1` writes it.
    #[test]
    fn the_checked_in_schema_is_this_one() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/schema/wild-conformance.schema.json"
        );
        let text = format!("{:#}\n", schema());
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            std::fs::write(file, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(file).unwrap_or_default(), text);
    }
}
