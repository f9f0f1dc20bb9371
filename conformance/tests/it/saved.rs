//! Files below `fixtures/formats`, which programs of their time have written, are read by this one, and nothing that
//! stands in them is lost. `docs/src/formats.md` tells how a new form is added.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Value, json};
use wild_conformance::case::{CaseError, load_file};
use wild_conformance::engine;
use wild_conformance::evidence::{self, Evidence, Plays};
use wild_conformance::format;
use wild_conformance::gate::Gate;
use wild_conformance::selection::Selection;
use wild_mock_server::cases;

use crate::play::{case, play, reference};

/// What to do when there is no sample.
pub const SAVE_ONE: &str = "save a sample, as docs/src/formats.md tells";

/// The first form of evidence that has a seal.
const SEALED_SINCE: u32 = 3;

pub fn formats() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/formats")
}

pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| {
        panic!("{}: {error}; {SAVE_ONE}", folder.display());
    });
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

pub fn json(file: &Path) -> Value {
    let text = fs::read(file);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}; {SAVE_ONE}", file.display()));
    serde_json::from_slice(&text).unwrap()
}

fn lines(file: &Path) -> Value {
    let text = fs::read_to_string(file).unwrap();
    text.lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .collect()
}

/// The samples of evidence, with their form and what they amount to.
fn samples() -> Vec<(u32, String, PathBuf)> {
    let mut all = Vec::new();
    for form in format::EVIDENCE.oldest..=format::EVIDENCE.newest {
        for outcome in entries(&formats().join(format!("evidence/v{form}"))) {
            let word = outcome.file_name().unwrap().to_str().unwrap().to_owned();
            all.extend(
                entries(&outcome)
                    .into_iter()
                    .map(|folder| (form, word.clone(), folder)),
            );
        }
    }
    all
}

#[test]
fn each_form_that_is_read_has_a_sample_and_is_told() {
    let told = fs::read_to_string(formats().join("../../docs/src/formats.md")).unwrap();
    for kind in format::ALL {
        // Seals lie in evidence.
        let folder = match kind.name {
            "seal" => formats().join(format!("evidence/v{}", format::EVIDENCE.newest)),
            name => formats().join(name),
        };
        assert!(!entries(&folder).is_empty());
        let (name, oldest, newest) = (kind.name, kind.oldest, kind.newest);
        let read = match newest - oldest {
            0 => newest.to_string(),
            1 => format!("{oldest} and {newest}"),
            _ => format!("{oldest} to {newest}"),
        };
        let (start, end) = (format!("| {name} "), format!(" | {newest} | {read} |"));
        let mut rows = told.lines().filter(|line| line.starts_with(&start));
        assert!(
            rows.any(|row| row.ends_with(&end)),
            "docs/src/formats.md has no row of `{name}` that ends with `{end}`"
        );
        for form in 2..=newest {
            let (_, since) = told.split_once(&format!("| {name} | since |")).unwrap();
            let table = since.split("\n\n").next().unwrap();
            assert!(
                table.contains(&format!("\n| {form} | ")),
                "docs/src/formats.md does not say what {name} of forms below {form} does not tell"
            );
        }
        for form in kind.oldest..=kind.newest {
            let sample = folder.join(format!("v{form}"));
            assert!(
                kind.name == "seal" || sample.is_dir(),
                "there is no {}: {SAVE_ONE}",
                sample.display()
            );
        }
    }
}

/// What stands in `saved` and not in what was read, by its place. What is nothing may be left away.
fn lost(saved: &Value, read: &Value, at: &str, places: &mut Vec<String>) {
    match (saved, read) {
        (Value::Object(saved), Value::Object(read)) => {
            for (key, value) in saved {
                let at = format!("{at}/{key}");
                match read.get(key) {
                    Some(other) => lost(value, other, &at, places),
                    None if is_nothing(value) => {}
                    None => places.push(at),
                }
            }
        }
        (Value::Array(saved), Value::Array(read)) if saved.len() == read.len() => {
            for (number, (value, other)) in saved.iter().zip(read).enumerate() {
                lost(value, other, &format!("{at}/{number}"), places);
            }
        }
        (saved, read)
            if saved == read || saved.as_f64().is_some_and(|f| read.as_f64() == Some(f)) => {}
        _ => places.push(at.to_owned()),
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

fn assert_nothing_lost(file: &Path, saved: &Value, read: impl Serialize) {
    let mut places = Vec::new();
    lost(saved, &serde_json::to_value(read).unwrap(), "", &mut places);
    let advice =
        "a key that files have is not read any more; read it, or raise the number of the form";
    assert!(
        places.is_empty(),
        "{}: {advice}: {places:#?}",
        file.display()
    );
}

/// Where there is such a file: earlier forms have fewer.
fn assert_read_whole(file: &Path, read: impl Serialize) {
    if !file.exists() {
        return;
    }
    let is_lines = file
        .extension()
        .is_some_and(|extension| extension == "ndjson");
    let saved = if is_lines { lines(file) } else { json(file) };
    assert_nothing_lost(file, &saved, read);
}

#[test]
fn evidence_of_every_form_is_read_whole_and_judged_as_ever() {
    for (form, outcome, folder) in samples() {
        let evidence = Evidence::load(&folder).unwrap();
        assert_eq!(evidence.record.format, form);
        let file = |name: &str| folder.join(name);
        assert_read_whole(&file("evidence.json"), &evidence.record);
        assert_read_whole(&file("workspace-before.json"), &evidence.before);
        assert_read_whole(&file("workspace-after.json"), &evidence.after);
        assert_read_whole(&file("state.json"), &evidence.state);
        assert_read_whole(&file("state-before.json"), &evidence.state_before);
        assert_read_whole(&file("arrivals.json"), &evidence.arrivals);
        assert_read_whole(&file("loose-effects.json"), &evidence.loose_effects);
        if let Some(outside) = &evidence.outside {
            assert_read_whole(&file("outside-before.json"), &outside.before);
            assert_read_whole(&file("outside-after.json"), &outside.after);
        }
        assert_read_whole(&file("journal.ndjson"), &evidence.journal);
        assert_eq!(evidence.processes.is_some(), form > 1);
        if let Some(processes) = &evidence.processes {
            assert_read_whole(&file("processes.ndjson"), &processes.execs);
            assert_read_whole(&file("announcements.ndjson"), &processes.announcements);
            assert_read_whole(&file("opened.ndjson"), &processes.opened);
        }
        let root = (form >= SEALED_SINCE).then(|| {
            let seal = fs::read(file("seal.json")).unwrap();
            evidence::digest_of(&seal).sha256
        });
        assert_eq!(evidence.seal.root(), root.as_deref());
        let report = engine::judge(&evidence, &Selection::default(), Gate::default());
        assert_eq!(report.outcome.word(), outcome, "{}", folder.display());
    }
}

/// All keys of a document, with those of what lies in it.
fn keys(value: &Value, at: &str, all: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let at = format!("{at}/{key}");
                keys(value, &at, all);
                all.insert(at);
            }
        }
        Value::Array(items) => {
            for item in items {
                keys(item, &format!("{at}/*"), all);
            }
        }
        _ => {}
    }
}

/// What depends on the machine, and is looked at by the walls' and the audit's own tests.
const OF_MACHINES: [&str; 3] = ["/sandbox", "/audit", "/unseen"];

pub fn keys_of(value: &Value) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    keys(value, "", &mut all);
    all.retain(|key| !OF_MACHINES.iter().any(|own| key.starts_with(own)));
    all
}

/// Programs of the same form refuse a key that they do not know, and miss one that is gone.
#[tokio::test(flavor = "multi_thread")]
async fn evidence_that_is_written_has_the_keys_of_its_form() {
    let dir = tempfile::tempdir().unwrap();
    let played = case("abort-docs-503");
    play(reference(&[]), &[played], dir.path()).await;
    let written = dir.path().join("abort-docs-503");
    let newest = format::EVIDENCE.newest;
    let saved = formats().join(format!("evidence/v{newest}/conformant/abort-docs-503"));
    let advice = "raise its number in conformance/src/format.rs and save a sample, as formats.md tells; or, where no \
                  version with that form was released yet, save the sample anew";
    for name in [
        "evidence.json",
        "seal.json",
        "state.json",
        "workspace-after.json",
    ] {
        let (now, then) = (
            keys_of(&json(&written.join(name))),
            keys_of(&json(&saved.join(name))),
        );
        let changed: Vec<&String> = now.symmetric_difference(&then).collect();
        assert!(
            changed.is_empty(),
            "the keys of {name} are not those of form {newest} any more: {changed:?}; {advice}"
        );
    }
    let (now, then) = (
        lines(&written.join("journal.ndjson")),
        lines(&saved.join("journal.ndjson")),
    );
    assert_eq!(keys_of(&now), keys_of(&then), "journal.ndjson: {advice}");
}

#[test]
fn evidence_of_a_newer_form_is_told_and_never_judged() {
    let (oldest, newest) = (format::EVIDENCE.oldest, format::EVIDENCE.newest);
    let sample = formats().join(format!("evidence/v{newest}/conformant/abort-docs-503"));
    let newer = |name: &str| {
        let dir = tempfile::tempdir().unwrap();
        for file in entries(&sample).iter().filter(|file| file.is_file()) {
            fs::copy(file, dir.path().join(file.file_name().unwrap())).unwrap();
        }
        let mut document = json(&sample.join(name));
        let number = document["format"].as_u64().unwrap() + 1;
        document["format"] = number.into();
        document["not known here"] = json!([]);
        fs::write(dir.path().join(name), document.to_string()).unwrap();
        Evidence::load(dir.path()).unwrap_err().to_string()
    };
    let seal = format::SEAL.newest;
    for (name, words, read) in [
        (
            "evidence.json",
            format!("evidence format {} is newer", newest + 1),
            format!("reads formats {oldest} to {newest}; judge it with"),
        ),
        (
            "seal.json",
            format!("seal format {} is newer", seal + 1),
            format!("reads format {seal}; judge it with"),
        ),
    ] {
        let message = newer(name);
        assert!(
            message.contains(&words) && message.contains(&read),
            "{message}"
        );
    }
}

/// A test of the server's sees to it that the samples have every key.
#[test]
fn case_files_of_every_form_are_read_whole() {
    for form in 1..=cases::FORMAT {
        let files = entries(&formats().join(format!("case/v{form}")));
        for file in files
            .iter()
            .filter(|file| file.extension() == Some("toml".as_ref()))
        {
            // What it names need not be there.
            if let Err(error @ CaseError::Parse { .. }) = load_file(file) {
                panic!(
                    "{error}\na key of files is a field of Case, in conformance/src/case/mod.rs"
                );
            }
        }
    }
}

#[test]
fn runs_of_every_form_are_read_whole() {
    for form in format::RUN.oldest..=format::RUN.newest {
        for folder in entries(&formats().join(format!("run/v{form}"))) {
            let plays = Plays::read(&folder).unwrap().unwrap();
            assert_read_whole(&folder.join("run.json"), &plays);
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let newer = format::RUN.newest + 1;
    let later = json!({"format": newer, "plays": "elsewhere"});
    fs::write(dir.path().join("run.json"), later.to_string()).unwrap();
    let message = evidence::find(dir.path()).unwrap_err().to_string();
    assert!(
        message.contains(&format!(
            "run format {newer} is newer than this program reads"
        )) && message.contains("name the folders of single plays"),
        "{message}"
    );
}
