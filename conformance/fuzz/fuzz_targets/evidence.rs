//! Changes evidence of a real play and judges it. Nothing may panic, whatever is in the files.
//!
//! `WILD_FUZZ_EVIDENCE` names the evidence of one case. An input is a list of edits: which file, where,
//! how many bytes go, and which bytes come. Digests are made to fit, so that what is changed is read.

#![no_main]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use wild_conformance::engine;
use wild_conformance::evidence::{Evidence, digest_of};

const RECORD: &str = "evidence.json";

static BASE: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
    let folder = std::env::var("WILD_FUZZ_EVIDENCE")
        .expect("WILD_FUZZ_EVIDENCE must name the evidence of a case; see CONTRIBUTING.md");
    let mut files = BTreeMap::new();
    collect(Path::new(&folder), "", &mut files);
    assert!(files.contains_key(RECORD), "{folder} holds no evidence");
    files
});

static SCRATCH: LazyLock<PathBuf> =
    LazyLock::new(|| tempfile::tempdir().expect("the disk is full").keep());

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("the evidence can be read") {
        let path = entry.expect("the evidence can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, std::fs::read(&path).expect("the evidence can be read"));
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let mut files = BASE.clone();
    edit(&mut files, input);
    fit_digests(&mut files);
    for (name, bytes) in &files {
        let path = SCRATCH.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(&SCRATCH)).expect("the disk is full");
        std::fs::write(path, bytes).expect("the disk is full");
    }
    if let Ok(evidence) = Evidence::load(&SCRATCH) {
        let report = engine::judge(&evidence, true);
        // The same evidence gives the same verdicts.
        let again = engine::judge(&evidence, true);
        assert_eq!(format!("{report:?}"), format!("{again:?}"));
    }
});

/// Five bytes say what is cut; a length and so many bytes follow that take its place.
fn edit(files: &mut BTreeMap<String, Vec<u8>>, mut input: &[u8]) {
    while let [which, high, low, cut, length, rest @ ..] = input {
        let count = files.len();
        let Some(bytes) = files.values_mut().nth(usize::from(*which) % count) else {
            return;
        };
        let (new, rest) = rest.split_at(usize::from(*length).min(rest.len()));
        let scale = bytes.len() + 1;
        let at = (usize::from(*high) * 256 + usize::from(*low)) * scale / 65_536;
        let end = (at + usize::from(*cut)).min(bytes.len());
        bytes.splice(at..end, new.iter().copied());
        input = rest;
    }
}

fn fit_digests(files: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(mut record) = serde_json::from_slice::<Value>(&files[RECORD]) else {
        return;
    };
    let Some(listed) = record.get_mut("files").and_then(Value::as_object_mut) else {
        return;
    };
    for (name, digest) in listed {
        if let Some(bytes) = files.get(name) {
            *digest = json!(digest_of(bytes));
        }
    }
    let record = record.to_string().into_bytes();
    files.insert(RECORD.to_owned(), record);
}
