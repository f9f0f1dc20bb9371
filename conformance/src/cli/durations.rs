//! `--durations`: how long the plays of an earlier run took.

use std::path::Path;

use serde::Deserialize;

use super::Failure;
use crate::bounded;
use crate::evidence::{Evidence, find};
use crate::format::{FormatError, REPORT};
use crate::runner::Durations;

/// Largest report that is read, in bytes.
const LARGEST: u64 = 512 * 1024 * 1024;

/// What is read of a report: here and in `chosen.rs` as much as is needed, so that reports of other versions are
/// read as well.
#[derive(Deserialize)]
struct Report {
    cases: Vec<Told>,
}

#[derive(Deserialize)]
struct Told {
    id: String,
    repetition: u32,
    #[serde(default)]
    seconds: Option<f64>,
}

/// What the evidence in a folder, or a report for programs, says; nothing where neither is named.
pub(super) fn read(path: Option<&Path>) -> Result<Durations, Failure> {
    let Some(path) = path else {
        return Ok(Durations::default());
    };
    let durations = if path.is_dir() {
        of_folder(path)?
    } else {
        of_report(path)?
    };
    if durations.is_empty() {
        return Err(told(path, &"it does not tell how long a play took"));
    }
    Ok(durations)
}

fn of_folder(folder: &Path) -> Result<Durations, Failure> {
    let mut durations = Durations::default();
    for play in find(folder).map_err(|error| told(folder, &error))?.plays {
        // What was not gathered to its end took no time that could be told.
        if let Ok(record) = Evidence::record(&play) {
            let seconds = record.wall_clock.agent_seconds;
            durations.note(&record.case.id, record.repetition, seconds);
        }
    }
    Ok(durations)
}

fn of_report(file: &Path) -> Result<Durations, Failure> {
    let text = bounded::read_text(file, LARGEST).map_err(|error| told(file, &error))?;
    // One that was written by hand need not tell its form.
    if let Err(other @ FormatError::Other(_)) = REPORT.of(text.as_bytes()) {
        return Err(told(file, &other));
    }
    let report: Report = serde_json::from_str(&text).map_err(|error| told(file, &error))?;
    let mut durations = Durations::default();
    for case in report.cases {
        if let Some(seconds) = case.seconds {
            durations.note(&case.id, case.repetition, seconds);
        }
    }
    Ok(durations)
}

fn told(path: &Path, problem: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!(
        "--durations {}: {problem}; name the folder of an earlier run, or its report.json",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_that_tell_how_long_plays_took_are_read() {
        let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/formats");
        let told = read(Some(&formats.join("report/v2/judged.json")));
        assert!(told.is_ok_and(|told| !told.is_empty()));
        // Those of the first form do not tell.
        let early = read(Some(&formats.join("report/v1/late.json"))).unwrap_err();
        assert!(
            early.to_string().contains("does not tell how long"),
            "{early}"
        );
    }

    #[test]
    fn a_report_of_a_newer_form_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("report.json");
        std::fs::write(&file, r#"{"format": 3, "plays": []}"#).unwrap();
        let error = read(Some(&file)).unwrap_err().to_string();
        assert!(error.contains("report format 3 is newer"), "{error}");
    }
}
