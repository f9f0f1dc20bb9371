//! What literate scenarios of later iterations need besides.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wild_conformance::case::Case;
use wild_mock_server::Seq;

const PLAN: &str = "# Tasks\n\n## Phase 1 - Work\n\n\
    - [x] [P1-T1] Read `scripts/train.py` | deliverable: exp/a.md | done-when: 1 line\n\
    - [ ] [P1-T2] Run `scripts/train.py` | deliverable: exp/logs/a.log | done-when: 1 line\n\
    - [ ] [P1-T3] Write it up | deliverable: exp/report.md | done-when: 1 page\n";

/// An execution case over `plan`, or over a small plan whose second task is next.
pub(crate) fn case(plan: &str) -> Case {
    let mut case = crate::play::case("execution-baseline");
    let plan = if plan.trim().is_empty() { PLAN } else { plan };
    plan.clone_into(&mut case.placeholder);
    case
}

/// What `tasks_path` holds in the end where a scenario does not say: its placeholder, or the plan with
/// the first open box checked.
pub(crate) fn left(case: &Case) -> String {
    if case.is_execution() {
        case.placeholder.replacen("- [ ]", "- [x]", 1)
    } else {
        case.placeholder.clone()
    }
}

/// When each of `count` requests arrived.
pub(crate) fn arrivals(count: usize, pace: &str) -> BTreeMap<Seq, f64> {
    let pace: f64 = pace.trim().parse().unwrap_or(0.5);
    (1..=count)
        .map(|seq| (seq as Seq, seq as f64 * pace))
        .collect()
}

/// The state in the end of a campaign.
pub(crate) fn ended(block: &str) -> Value {
    let mut records = Vec::new();
    for line in block.lines() {
        let (run, told) = line.split_once(" -- ").unwrap_or((line, ""));
        let words: Vec<&str> = run.splitn(4, ' ').collect();
        let [id, status, name, command] = words[..] else {
            panic!("{line} is no run");
        };
        let series = told.split_whitespace().map(|word| {
            let (key, value) = word.split_once('=').unwrap();
            let values = value.split(',').map(|value| value.parse::<f64>().unwrap());
            let points = values
                .zip(1..)
                .map(|(value, step)| json!({"step": step, "value": value}));
            (key.to_owned(), Value::Array(points.collect()))
        });
        let series: serde_json::Map<String, Value> = series.collect();
        records.push(json!({"run": {
            "id": id, "status": status, "name": name, "command": command,
        }}));
        records.push(json!({"metrics": {"run": id, "metrics": {"series": series}}}));
    }
    if records.is_empty() {
        return Value::Null;
    }
    Value::Array(records)
}

/// The state before: runs of somebody else, and a sweep `s0` that holds them.
pub(crate) fn found(block: &str) -> Value {
    let mut records = Vec::new();
    for line in block.lines() {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        let [id, status, name, command] = words[..] else {
            panic!("{line} is no run");
        };
        records.push(json!({"run": {
            "id": id, "status": status, "name": name, "command": command, "sweep_id": "s0",
        }}));
    }
    if records.is_empty() {
        return Value::Null;
    }
    records.push(json!({"sweep": {"id": "s0"}}));
    Value::Array(records)
}
