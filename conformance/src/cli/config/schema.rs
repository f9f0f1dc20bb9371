//! A JSON Schema of configuration files, made of the table of keys.

use serde_json::{Map, Value, json};

use super::keys::{self, Kind};

/// The JSON Schema (draft 2020-12) of a configuration file.
pub(in crate::cli) fn schema() -> Value {
    let mut schema = object(&Map::new());
    for key in keys::all() {
        let mut own = of_kind(key.kind);
        own["description"] = key.about.into();
        let tables = key.table().split('.').filter(|table| !table.is_empty());
        let within = tables.fold(&mut schema, |schema, table| {
            let inner = &mut schema["properties"][table];
            if inner.is_null() {
                *inner = object(&Map::new());
            }
            inner
        });
        within["properties"][key.own_name()] = own;
    }
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
        Kind::Texts | Kind::Paths | Kind::Cases | Kind::Reports | Kind::Helper => list(),
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

    use super::super::keys;
    use super::*;
    use crate::audit::AuditMode;
    use crate::cli::args::Args;

    /// Each key is an option of its subcommand, or of `run`, and none stands there twice.
    #[test]
    fn each_key_is_an_option() {
        let command = Args::command();
        let run = command.find_subcommand("run").unwrap();
        let submit = command.find_subcommand("submit").unwrap();
        for (at, key) in keys::all().enumerate() {
            let id = key.id();
            let own = match key.subcommand() {
                Some(name) => submit.find_subcommand(name).unwrap(),
                None => run,
            };
            let option = own.get_arguments().find(|arg| arg.get_id() == id.as_str());
            let option = option.unwrap_or_else(|| panic!("{}", key.name));
            if !key.option.is_empty() {
                assert_eq!(option.get_long(), Some(key.option), "{}", key.name);
            }
            for other in key.yields_to.iter().copied().chain(key.only_with) {
                assert!(own.get_arguments().any(|arg| arg.get_long() == Some(other)));
            }
            if let Some(usual) = key.usual {
                assert!(option.get_default_values().is_empty(), "{}", key.name);
                assert_eq!(usual.parse(), Ok(AuditMode::default()), "{}", key.name);
            }
            assert!(keys::all().take(at).all(|other| other.name != key.name));
        }
    }

    /// What is an option of a subcommand of `submit` and not of `run` can stand in its table.
    #[test]
    fn each_option_of_submit_is_a_key() {
        let command = Args::command();
        let run = command.find_subcommand("run").unwrap();
        let submit = command.find_subcommand("submit").unwrap();
        for own in submit.get_subcommands() {
            for option in own.get_arguments().filter_map(clap::Arg::get_long) {
                let is_of_run = run
                    .get_arguments()
                    .any(|arg| arg.get_long() == Some(option));
                let is_of_now = ["run", "out-dir", "help", "config", "no-config"].contains(&option);
                let mut keys = keys::all().filter(|key| key.subcommand() == Some(own.get_name()));
                assert!(
                    is_of_run || is_of_now || keys.any(|key| key.option == option),
                    "{} --{option}",
                    own.get_name()
                );
            }
        }
    }

    #[test]
    fn what_is_near_is_found() {
        for (name, near) in [
            ("sutie", Some("suite")),
            ("rules.selcet", Some("rules.select")),
            ("claims", Some("gates.claims")),
            ("wals", Some("walls")),
            ("submit.slurn", Some("submit.slurm")),
            ("submit.slurm.partiton", Some("submit.slurm.partition")),
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
