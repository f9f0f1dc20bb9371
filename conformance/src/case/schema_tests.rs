//! The schema of case files: whether the one that is kept is current, and fits.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::schema;

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/cases")
}

#[test]
fn the_checked_in_schema_is_current() {
    let file = cases().join("case.schema.json");
    let text = format!("{:#}\n", schema());
    if std::env::var_os("WILD_UPDATE_SCHEMA").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(
        kept == text,
        "fixtures/cases/case.schema.json is stale: run `make schema`"
    );
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
