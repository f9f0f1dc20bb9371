//! Changes evidence of a real play and judges it. Nothing may panic, whatever is in the files.
//!
//! `WILD_FUZZ_EVIDENCE` names the evidence of one case. An input is a list of edits: which file, where,
//! how many bytes go, and which bytes come. Digests are made to fit, so that what is changed is read.

#![no_main]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use wild_conformance::engine;
use wild_conformance::gate::Gate;
use wild_conformance::selection::Selection;
use wild_conformance::evidence::{Evidence, digest_of};

const RECORD: &str = "evidence.json";
const SEAL: &str = "seal.json";

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
            files.insert(
                name,
                std::fs::read(&path).expect("the evidence can be read"),
            );
        }
    }
}

thread_local! {
    /// Files that the last input has changed.
    static CHANGED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

fuzz_target!(|input: &[u8]| {
    let mut files = BTreeMap::new();
    edit(&mut files, input);
    fit_digests(&mut files);
    let changed = files.keys().cloned().collect();
    let before = CHANGED.replace(changed);
    // All of them the first time.
    let all_there = SCRATCH.join(RECORD).exists();
    let stale = BASE
        .keys()
        .filter(|name| !all_there || before.contains(*name));
    let stale = stale.map(|name| (name, &BASE[name]));
    for (name, bytes) in stale.chain(&files) {
        let path = SCRATCH.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(&SCRATCH)).expect("the disk is full");
        std::fs::write(path, bytes).expect("the disk is full");
    }
    if let Ok(evidence) = Evidence::load(&SCRATCH) {
        // The same evidence gives the same verdicts.
        let report = engine::judge(&evidence, &Selection::default(), Gate::STRICT);
        assert_eq!(
            format!("{report:?}"),
            format!("{:?}", engine::judge(&evidence, &Selection::default(), Gate::STRICT))
        );
    }
});

/// Five bytes say what is cut; a length and so many bytes follow that take its place.
fn edit(files: &mut BTreeMap<String, Vec<u8>>, mut input: &[u8]) {
    while let [which, high, low, cut, length, rest @ ..] = input {
        let Some(name) = BASE.keys().nth(usize::from(*which) % BASE.len()) else {
            return;
        };
        let bytes = files
            .entry(name.clone())
            .or_insert_with(|| BASE[name].clone());
        let (new, rest) = rest.split_at(usize::from(*length).min(rest.len()));
        let scale = bytes.len() + 1;
        let at = (usize::from(*high) * 256 + usize::from(*low)) * scale / 65_536;
        let end = (at + usize::from(*cut)).min(bytes.len());
        bytes.splice(at..end, new.iter().copied());
        input = rest;
    }
}

fn fit_digests(files: &mut BTreeMap<String, Vec<u8>>) {
    let seal = files.get(SEAL).unwrap_or(&BASE[SEAL]);
    let Ok(mut seal) = serde_json::from_slice::<Value>(seal) else {
        return;
    };
    let Some(listed) = seal.get_mut("files").and_then(Value::as_object_mut) else {
        return;
    };
    for (name, digest) in listed {
        if let Some(bytes) = files.get(name) {
            *digest = json!(digest_of(bytes));
        }
    }
    files.insert(SEAL.to_owned(), seal.to_string().into_bytes());
}
