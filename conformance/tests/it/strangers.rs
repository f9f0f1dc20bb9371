//! Plans by authors who saw a rendered prompt and a project, and neither rules nor code.
//!
//! `digests.txt` was committed before a batch was judged. Who was accused at first sight is told in
//! CONTRIBUTING.md; here stands what the judge says of them since, so that no later change takes a
//! verdict back unseen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use wild_conformance::facts::{Plan, PlanContext};
use wild_conformance::lint::lint;

/// `verdicts.toml`: what is expected of a batch.
#[derive(serde::Deserialize)]
struct Expected {
    /// Plan and rule of each accusation.
    accused: BTreeSet<String>,
    /// Most doubts in all of its plans.
    doubts: usize,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/strangers")
}

fn read(file: &str) -> String {
    let file = folder().join(file);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The plans of each batch with their digests, in the order of `digests.txt`.
fn batches() -> BTreeMap<String, Vec<(String, String)>> {
    let mut batches: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut batch = String::new();
    for line in read("digests.txt").lines() {
        if let Some(name) = line.strip_prefix("## batch ") {
            name.clone_into(&mut batch);
        } else if let Some((digest, file)) = line.split_once("  ") {
            let plans = batches.entry(batch.clone()).or_default();
            plans.push((digest.to_owned(), file.to_owned()));
        }
    }
    batches
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

#[test]
fn the_plans_are_those_whose_digests_were_committed() {
    for (digest, file) in batches().into_values().flatten() {
        let own = hex(&Sha256::digest(read(&file)));
        assert_eq!(own, digest, "{file} was changed");
    }
}

#[test]
fn no_more_of_them_are_accused_or_doubted_than_is_written_down() {
    let expected: BTreeMap<String, Expected> = toml::from_str(&read("verdicts.toml")).unwrap();
    for (batch, plans) in batches() {
        let (mut accused, mut doubts) = (BTreeSet::new(), 0);
        for (_, file) in plans {
            let number = file.split('/').next().unwrap();
            let context = read(&format!("{number}/context.json"));
            let context = PlanContext::from_json(&context).unwrap();
            let linted = lint(&Plan::parse(&read(&file)), &context, None, &file);
            let findings = linted.findings.iter();
            accused.extend(findings.map(|finding| format!("{number} {}", finding.rule.code)));
            doubts += linted.doubts.len();
        }
        let expected = &expected[&batch];
        assert_eq!(
            accused, expected.accused,
            "batch {batch}: a new accusation is an error of the judge; one that is gone leaves `accused` in \
             fixtures/strangers/verdicts.toml"
        );
        assert!(
            doubts <= expected.doubts,
            "batch {batch}: {doubts} doubts, at most {} by fixtures/strangers/verdicts.toml",
            expected.doubts
        );
    }
}
