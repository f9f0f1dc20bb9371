//! Reports that programs of their time have written are read by this one, and this one's by programs that know theirs.

use std::fs;

use serde_json::Value;
use wild_conformance::comparison::Side;
use wild_conformance::engine;
use wild_conformance::evidence::Evidence;
use wild_conformance::format;
use wild_conformance::gate::Gate;
use wild_conformance::report::{Detail, run_json};
use wild_conformance::selection::Selection;

use crate::saved::{SAVE_ONE, entries, formats, json, keys_of};

/// What readers of reports rely on, by a sample that has it. Each is read only if its loss is noticed.
const RELIED_ON: [(&str, &[&str]); 5] = [
    (
        "v2/judged.json",
        &[
            "/format",
            "/tool/version",
            "/strict",
            "/doubts",
            "/baseline",
            "/baseline/sha256",
            "/rules_files",
            "/rules_files/0/file",
            "/cases/0/id",
            "/cases/0/agent",
            "/cases/0/recorded_by",
            "/cases/0/outcome",
            "/cases/0/fingerprint",
            "/cases/0/fingerprint/prompt",
            "/cases/0/ignored",
            "/cases/0/levels",
            "/cases/0/passed",
            "/cases/0/rules",
            "/cases/0/rules/0/verdict",
        ],
    ),
    ("v2/prompt.json", &["/cases/0/untold"]),
    ("v2/shard.json", &["/shard"]),
    ("v2/stopped.json", &["/stopped"]),
    ("v2/interrupted.json", &["/interrupted"]),
];

#[test]
fn what_readers_of_reports_rely_on_is_read() {
    let folder = formats().join("report");
    for (name, places) in RELIED_ON {
        let report = json(&folder.join(name));
        let read = |report: &Value| Side::read(&report.to_string()).map(|side| format!("{side:?}"));
        let whole = read(&report).unwrap();
        for place in places {
            let (parent, key) = place.rsplit_once('/').unwrap();
            let mut without = report.clone();
            let parent = without.pointer_mut(parent).and_then(Value::as_object_mut);
            let removed = parent.and_then(|parent| parent.remove(key));
            assert!(removed.is_some(), "{name} has no {place}");
            assert!(
                read(&without).map_or(true, |told| told != whole),
                "{name}: nobody reads {place} any more"
            );
        }
    }
    for sample in entries(&folder.join("v1")) {
        let side = Side::read(&fs::read_to_string(&sample).unwrap());
        assert!(side.is_ok(), "{}: {side:?}", sample.display());
    }
}

/// Programs that read reports find what they know; there may be more.
#[test]
fn reports_keep_the_keys_of_their_form() {
    let newest = format::EVIDENCE.newest;
    let folder = formats().join(format!("evidence/v{newest}/non-conformant/abort-docs-503"));
    let evidence = Evidence::load(&folder);
    let evidence = evidence.unwrap_or_else(|error| panic!("{error}; {SAVE_ONE}"));
    let judged = engine::judge(&evidence, &Selection::default(), Gate::default());
    let report = engine::conclude(vec![judged], Gate::default());
    let now = keys_of(&serde_json::from_str(&run_json(&report, Detail::Everything)).unwrap());
    let saved = format!("report/v{}/full.json", format::REPORT.newest);
    let gone: Vec<String> = keys_of(&json(&formats().join(saved)))
        .difference(&now)
        .cloned()
        .collect();
    assert!(
        gone.is_empty(),
        "reports have lost {gone:?}; raise their number in conformance/src/format.rs, as formats.md tells"
    );
}
