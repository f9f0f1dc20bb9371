//! Evidence that is judged again, and evidence that must not be judged.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::play::program;

/// A run of two cases, one of them with a violation.
fn evidence() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    program()
        .args([
            "run",
            "--case",
            "planning-healthy",
            "--case",
            "abort-docs-503",
            "--out",
        ])
        .arg(&out)
        .args(["--", crate::play::PROGRAM, "agent", "--break", "ABT006"])
        .assert()
        .code(1);
    (dir, out)
}

fn refusal(folder: &Path) -> String {
    let assert = program().arg("check").arg(folder).assert().code(3);
    assert!(
        assert.get_output().stdout.is_empty(),
        "there must be no verdict"
    );
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

#[test]
fn judging_again_gives_the_same_bytes() {
    let (_dir, out) = evidence();
    for format in ["json", "full"] {
        let file = if format == "json" {
            "report.json"
        } else {
            "report.txt"
        };
        let assert = program()
            .args(["check", "--report", format])
            .arg(&out)
            .assert()
            .code(1);
        assert_eq!(
            assert.get_output().stdout,
            std::fs::read(out.join(file)).unwrap(),
            "{format}"
        );
    }
}

#[test]
fn one_case_can_be_judged_alone() {
    let (_dir, out) = evidence();
    program()
        .arg("check")
        .arg(out.join("planning-healthy"))
        .assert()
        .code(0);
    program()
        .arg("check")
        .arg(out.join("abort-docs-503"))
        .assert()
        .code(1);
}

#[test]
fn whatever_is_altered_is_noticed() {
    let (_dir, out) = evidence();
    let folder = out.join("planning-healthy");
    let tasks = std::fs::read_dir(folder.join("files/.agents/wild"))
        .unwrap()
        .next()
        .unwrap();
    let kept = tasks.unwrap().path().join("tasks.md");
    let files = [
        "journal.ndjson",
        "transcript.txt",
        "workspace-after.json",
        "prompt.md",
    ];
    let paths = files.iter().map(|file| folder.join(file)).chain([kept]);
    for path in paths.collect::<Vec<_>>() {
        let original = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();

        std::fs::write(&path, &original[..original.len() / 2]).unwrap();
        assert!(refusal(&folder).contains(&name), "truncated {name}");
        let mut altered = original.clone();
        altered[original.len() / 2] ^= 1;
        std::fs::write(&path, altered).unwrap();
        assert!(
            refusal(&folder).contains("not what was written"),
            "altered {name}"
        );
        std::fs::remove_file(&path).unwrap();
        assert!(refusal(&folder).contains("missing"), "removed {name}");
        std::fs::write(&path, original).unwrap();
    }
    program().arg("check").arg(&folder).assert().code(0);
}

#[test]
fn a_record_that_is_damaged_or_foreign_is_refused() {
    let (_dir, out) = evidence();
    let record = out.join("planning-healthy/evidence.json");
    let text = std::fs::read_to_string(&record).unwrap();
    for (damaged, word) in [
        (
            text.replacen("\"format\": 2", "\"format\": 99", 1),
            "format 99",
        ),
        (text.replacen("\"format\": 2,", "", 1), "no format version"),
        (text[..text.len() / 2].to_owned(), "damaged"),
        (String::new(), "damaged"),
        (text.replacen("\"seed\"", "\"sead\"", 1), "sead"),
    ] {
        std::fs::write(&record, damaged).unwrap();
        let message = refusal(&out);
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn a_folder_without_evidence_is_told() {
    let dir = tempfile::tempdir().unwrap();
    assert!(refusal(dir.path()).contains("no evidence"));
    assert!(refusal(&dir.path().join("nowhere")).contains("nowhere"));
}

#[test]
fn the_same_agent_and_seed_give_the_same_journal_and_verdicts() {
    let (_a, first) = evidence();
    let (_b, second) = evidence();
    let read = |out: &Path, file: &str| std::fs::read_to_string(out.join(file)).unwrap();
    assert_eq!(read(&first, "report.json"), read(&second, "report.json"));
    let times = |out: &Path| {
        let journal = read(out, "planning-healthy/journal.ndjson");
        let lines = journal
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        let keys = ["seq", "received_at", "completed_at", "method", "path"];
        let pick = |exchange: serde_json::Value| keys.map(|key| exchange[key].to_string());
        lines.map(pick).collect::<Vec<_>>()
    };
    assert_eq!(times(&first), times(&second));
}

#[test]
fn places_tell_bytes_as_well_as_lines() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    program()
        .args(["run", "--case", "planning-healthy", "--out"])
        .arg(&out)
        .args(["--", crate::play::PROGRAM, "agent", "--break", "PLN010"])
        .assert()
        .code(1);
    let report = std::fs::read_to_string(out.join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let rules = report["cases"][0]["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["code"] == "PLN010").unwrap();
    let place = &rule["findings"][0]["evidence"][0];
    let kept = out.join("planning-healthy/files");
    let text = std::fs::read_to_string(kept.join(place["path"].as_str().unwrap())).unwrap();
    let number = |key: &str| usize::try_from(place[key].as_u64().unwrap()).unwrap();
    let line = text.lines().nth(number("line") - 1).unwrap();
    let column = number("column") - 1;
    let by_column: String = line.chars().skip(column).collect();
    let by_bytes = &text[number("start")..number("end")];
    assert!(
        !by_bytes.is_empty() && by_column.starts_with(by_bytes),
        "{place}"
    );
}
