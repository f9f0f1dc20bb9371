//! What is known of runs' results: what they reported to the server, wrote to their folders and printed.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::{Command, RunFacts};
use crate::evidence::Evidence;

/// Longest way into a document that is gone.
const DEEPEST: usize = 8;

/// The values that a run gave for each of its metrics, the last one last, by the metric's folded name.
pub(super) type Results = BTreeMap<String, Vec<f64>>;

/// What is known of each run, in the order of `runs`.
pub(super) fn of(evidence: &Evidence, runs: &[RunFacts<'_>]) -> Vec<Results> {
    let workdir = evidence.record.variables.get("workdir");
    let workdir = workdir.map_or("", String::as_str);
    runs.iter()
        .map(|run| {
            let mut results = reported(&evidence.state, &run.id);
            // What the server was told counts more than what anybody can write.
            for (key, values) in left(evidence, run, workdir) {
                results.entry(key).or_insert(values);
            }
            results
        })
        .collect()
}

/// A name in lower case, with one underscore for whatever separates its words.
pub(super) fn folded(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("_")
}

fn reported(state: &Value, run: &str) -> Results {
    let records = state.as_array().into_iter().flatten();
    let own = records
        .filter_map(|record| record.get("metrics"))
        .filter(|metrics| metrics["run"].as_str() == Some(run));
    let mut results = Results::new();
    for series in own.filter_map(|metrics| metrics["metrics"]["series"].as_object()) {
        for (key, points) in series {
            let points = points.as_array().into_iter().flatten();
            let values: Vec<f64> = points.filter_map(|point| point["value"].as_f64()).collect();
            if !values.is_empty() {
                results.insert(folded(key), values);
            }
        }
    }
    results
}

/// The paths that a run's command names, relative to the workspace.
pub(super) fn named<'c>(command: &'c Command, workdir: &str) -> Vec<&'c str> {
    let words = command.words();
    let inside = words.map(|word| word.strip_prefix(workdir).unwrap_or(word));
    let paths = inside.map(|word| word.trim_start_matches("./").trim_matches('/'));
    paths.filter(|path| path.contains('/')).collect()
}

/// What the files that a run's command names, and those in the folders that it names, say.
fn left(evidence: &Evidence, run: &RunFacts<'_>, workdir: &str) -> Results {
    let command = Command::parse(&run.command);
    let named = named(&command, workdir);
    let is_own = |path: &str| {
        let is_in = |folder: &&str| {
            path.strip_prefix(*folder)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        named.iter().any(is_in)
    };
    let mut results = Results::new();
    for (path, text) in evidence.files.iter().filter(|(path, _)| is_own(path)) {
        match path.rsplit_once('.').map(|(_, extension)| extension) {
            Some("json") => read_document(text, &mut results),
            Some("log" | "txt" | "out") => read_log(text, &mut results),
            _ => {}
        }
    }
    results
}

fn read_document(text: &str, results: &mut Results) {
    let document: Value = serde_json::from_str(text).unwrap_or_default();
    let mut pending = vec![("", &document, 0)];
    while let Some((name, value, depth)) = pending.pop() {
        if let Some(number) = value.as_f64() {
            results.entry(folded(name)).or_default().push(number);
        } else if let Some(object) = value.as_object().filter(|_| depth < DEEPEST) {
            let inner = object
                .iter()
                .map(|(name, value)| (name.as_str(), value, depth + 1));
            pending.extend(inner);
        }
    }
}

/// Words such as `val_bpc=4.5092`.
fn read_log(text: &str, results: &mut Results) {
    for word in text.split_whitespace() {
        let Some((key, value)) = word.split_once('=') else {
            continue;
        };
        if let Ok(value) = value.trim_end_matches([',', ';']).parse::<f64>() {
            results.entry(folded(key)).or_default().push(value);
        }
    }
}
