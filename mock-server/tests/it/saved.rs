//! Files below `fixtures/formats`, which programs of their time have written, are read by this one, and nothing that
//! stands in them is lost.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use wild_mock_server::cases::{self, CaseFileError};
use wild_mock_server::upstream::diff::read_journal;
use wild_mock_server::{
    Body, Change, ControlServer, DropReason, Exchange, ExchangeOutcome, MockServer, StateSnapshot,
    journal, store,
};

use crate::client::send;

fn samples(kind: &str, form: u32) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/formats");
    let folder = folder.join(kind).join(format!("v{form}"));
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| {
        panic!(
            "{}: {error}; save a sample, as docs/src/formats.md tells",
            folder.display()
        )
    });
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn sample(kind: &str, form: u32, name: &str) -> PathBuf {
    let mut all = samples(kind, form).into_iter();
    all.find(|file| file.ends_with(name)).unwrap()
}

fn is_toml(file: &Path) -> bool {
    file.extension()
        .is_some_and(|extension| extension == "toml")
}

#[test]
fn journals_of_every_form_are_read_whole() {
    for form in 1..=journal::JOURNAL_FORMAT {
        for file in samples("journal", form) {
            let text = fs::read_to_string(&file).unwrap();
            let saved: Vec<Value> = text
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect();
            let read = read_journal(&file).unwrap();
            assert_eq!(saved.len(), read.len());
            for mut line in saved {
                // The first journals did not tell their form.
                line["format"] = journal::JOURNAL_FORMAT.into();
                let seq = line["seq"].as_u64();
                let own = read.iter().find(|exchange| Some(exchange.seq) == seq);
                assert_eq!(json!(own.unwrap()), line, "{}", file.display());
            }
        }
    }
}

/// What a journal can tell of exchanges.
fn told(exchanges: &[Exchange]) -> BTreeSet<&'static str> {
    let body = |body: &Body| match body {
        Body {
            base64: Some(_), ..
        } => "bytes",
        Body {
            truncated: true, ..
        } => "a cut body",
        _ => "a body",
    };
    let mut told = BTreeSet::new();
    for exchange in exchanges {
        told.insert(body(&exchange.body));
        told.extend(exchange.query.as_ref().map(|_| "a query"));
        told.extend(exchange.sent.as_ref().map(|_| "a broken answer"));
        told.extend(exchange.faults.first().map(|_| "a fault"));
        told.insert(match &exchange.outcome {
            ExchangeOutcome::Responded { .. } => "an answer",
            ExchangeOutcome::Malformed { .. } => "no HTTP",
            ExchangeOutcome::Dropped {
                reason: DropReason::Fault,
            } => "none by a fault",
            ExchangeOutcome::Dropped { .. } => "none",
        });
        for effect in &exchange.effects {
            told.insert(match &effect.change {
                Change::RunCreated { .. } => "a run",
                Change::RunStatus { .. } => "a status",
                Change::SweepCreated { .. } => "a sweep",
                Change::RunAttached { .. } => "an attached run",
                Change::ClusterChanged { .. } => "a cluster",
                Change::SkillChanged { .. } => "a skill",
                _ => continue,
            });
        }
    }
    told
}

#[test]
fn the_sample_of_journals_has_what_they_can_tell() {
    let read = read_journal(&sample("journal", journal::JOURNAL_FORMAT, "serve.ndjson")).unwrap();
    let all = [
        "a body",
        "a broken answer",
        "a cluster",
        "a cut body",
        "a fault",
        "a query",
        "a run",
        "a skill",
        "a status",
        "a sweep",
        "an answer",
        "an attached run",
        "bytes",
        "no HTTP",
        "none by a fault",
    ];
    let told = told(&read);
    let lacking: Vec<&&str> = all.iter().filter(|one| !told.contains(*one)).collect();
    assert!(lacking.is_empty(), "{lacking:?}");
}

#[test]
fn a_journal_of_a_newer_form_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("newer.ndjson");
    fs::write(&file, "{\"format\":2,\"request\":{}}\n").unwrap();
    let error = read_journal(&file).unwrap_err().to_string();
    for part in [
        "newer.ndjson:1",
        "it has format 2",
        "reads format 1",
        "or a newer one",
    ] {
        assert!(error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn states_of_every_form_are_read_whole() {
    let dir = tempfile::tempdir().unwrap();
    for form in 1..=store::SNAPSHOT_VERSION {
        // A server writes into the file that it reads.
        let file = dir.path().join(form.to_string());
        fs::copy(sample("state", form, "serve.state"), &file).unwrap();
        let server = MockServer::builder()
            .state_file(&file)
            .start()
            .await
            .unwrap();
        let told = serde_json::to_value(server.snapshot()).unwrap();
        let saved = fs::read(sample("state", form, "snapshot.json")).unwrap();
        assert_eq!(told, serde_json::from_slice::<Value>(&saved).unwrap());
        let other = MockServer::start().await.unwrap();
        let snapshot = StateSnapshot::from_json(&saved).unwrap();
        other.restore(snapshot).unwrap();
        assert_eq!(serde_json::to_value(other.snapshot()).unwrap(), told);
        // What was exported is a state file, too, and goes on as one.
        let file = dir.path().join(format!("{form}.json"));
        fs::copy(sample("state", form, "snapshot.json"), &file).unwrap();
        for _ in 0..2 {
            let server = MockServer::builder().state_file(&file).start();
            let server = server.await.unwrap();
            assert_eq!(serde_json::to_value(server.snapshot()).unwrap(), told);
            server.shutdown().await;
        }
        assert!(StateSnapshot::from_json(&fs::read(&file).unwrap()).is_err());
    }
}

#[tokio::test]
async fn a_file_that_is_no_state_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("notes.txt");
    for content in [
        "What I noted, in one line",
        "{\"a\":1}",
        "[1]",
        "two\nlines\n",
    ] {
        fs::write(&file, content).unwrap();
        let error = MockServer::builder().state_file(&file).start().await;
        let error = error.map(|_| ()).unwrap_err().to_string();
        assert!(
            error.contains("notes.txt") && error.contains("move it away"),
            "{error}"
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), content, "{error}");
    }
}

#[tokio::test]
async fn a_state_of_a_newer_form_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("state");
    let newer = "5a1dc9f0 {\"version\":2}\n";
    fs::write(&file, newer).unwrap();
    let error = MockServer::builder().state_file(&file).start().await;
    let error = error.map(|_| ()).unwrap_err().to_string();
    for part in [
        "/state: it has format 2",
        "reads format 1",
        "give another file",
    ] {
        assert!(error.contains(part), "{error}");
    }
    assert!(!error.contains("damaged"), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), newer);
    let server = Arc::new(MockServer::start().await.unwrap());
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let control = ControlServer::start(server, any).await.unwrap();
    let newer = br#"[{"version": 2}, {"unheard_of": 1}]"#;
    let answer = send(control.addr(), "PUT", "/state", &[], newer).await;
    assert!(answer.status >= 400, "{answer:?}");
    assert!(answer.text().contains("it has format 2"), "{answer:?}");
}

#[test]
fn case_files_of_every_form_are_read() {
    for form in 1..=cases::FORMAT {
        let files = samples("case", form);
        let mut said = BTreeSet::new();
        for file in files.iter().filter(|file| is_toml(file)) {
            cases::load(file).unwrap();
            let table: toml::Table = fs::read_to_string(file).unwrap().parse().unwrap();
            said.extend(table.keys().cloned());
            let axes = table.get("matrix").and_then(toml::Value::as_table);
            for entry in axes.into_iter().flat_map(toml::Table::values) {
                let entries = entry.as_array().into_iter().flatten();
                said.extend(entries.flat_map(|entry| entry.as_table().unwrap().keys().cloned()));
            }
        }
        if form == cases::FORMAT {
            let unsaid: Vec<&str> = cases::keys().filter(|key| !said.contains(*key)).collect();
            assert!(
                unsaid.is_empty(),
                "no file of fixtures/formats/case/v{form} says {unsaid:?}: have one say it"
            );
        }
    }
}

#[test]
fn a_case_file_of_another_form_is_refused_before_anything_in_it() {
    for (form, newer) in [("2", true), ("0", false)] {
        let text = format!("format = {form}\nid = \"a\"\nunheard-of = []\n");
        let error = cases::read("mine.toml", &text).unwrap_err();
        assert!(matches!(error, CaseFileError::Format { .. }), "{error}");
        let told = error.to_string();
        let words = format!("the case mine.toml: it has format {form}, and this program");
        assert!(
            told.starts_with(&words) && told.contains("reads format 1"),
            "{told}"
        );
        assert_eq!(told.contains("or a newer one"), newer, "{told}");
    }
    let error = cases::read("mine.toml", "format = \"one\"")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("format is a text; give a whole number"),
        "{error}"
    );
}
