//! Evidence that is judged again, and evidence that must not be judged.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use wild_conformance::format::EVIDENCE;

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
    let told = out.with_file_name("told");
    for (format, of, file, code) in [
        ("json", "", "report.json", 1),
        ("text", "", "report.txt", 1),
        (
            "full-json",
            "planning-healthy",
            "planning-healthy/report.json",
            0,
        ),
        ("full", "planning-healthy", "planning-healthy/report.txt", 0),
    ] {
        program()
            .args(["check", "--report", &format!("{format}={}", told.display())])
            .arg(out.join(of))
            .assert()
            .code(code);
        let (again, kept) = (std::fs::read(&told), std::fs::read(out.join(file)));
        assert_eq!(again.unwrap(), kept.unwrap(), "{format}");
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
    let format = format!("\"format\": {},", EVIDENCE.newest);
    for (damaged, word) in [
        (
            text.replacen(&format, "\"format\": 99,", 1),
            "format 99 is newer than this program reads",
        ),
        (text.replacen(&format, "", 1), "no format version"),
        (text[..text.len() / 2].to_owned(), "damaged"),
        (String::new(), "damaged"),
        (text.replacen("\"seed\"", "\"sead\"", 1), "sead"),
    ] {
        std::fs::write(&record, damaged).unwrap();
        let message = refusal(&record.with_file_name(""));
        assert!(message.contains(word), "{message}");
        // The good case beside it is judged, and the damaged one gets no verdict.
        let assert = program().arg("check").arg(&out).assert().code(1);
        let told = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
        assert!(told.contains("✗ abort-docs-503"), "{told}");
        assert!(told.contains("! planning-healthy  harness-error"), "{told}");
        assert!(told.contains(word), "{told}");
    }
}

#[test]
fn a_folder_without_evidence_is_told() {
    let dir = tempfile::tempdir().unwrap();
    assert!(refusal(dir.path()).contains("no evidence"));
    // What is not there is a slip of the pen: wrong usage.
    let nowhere = dir.path().join("nowhere");
    let assert = program().arg("check").arg(nowhere).assert().code(2);
    let text = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(text.contains("nowhere: there is no such folder"), "{text}");
}

#[test]
fn the_same_agent_and_seed_give_the_same_journal_and_verdicts() {
    let (_a, first) = evidence();
    let (_b, second) = evidence();
    let read = |out: &Path, file: &str| std::fs::read_to_string(out.join(file)).unwrap();
    // Ports and times of the clock differ, and so do the roots of what has them.
    let verdicts = |out: &Path| {
        let lines = read(out, "report.json");
        let is_same = |line: &&str| !line.contains("\"root\": ") && !line.contains("\"seconds\": ");
        let told = lines.lines().filter(is_same);
        told.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(verdicts(&first), verdicts(&second));
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

/// The record is no longer what lists the files, so that nothing can be changed together with it.
#[test]
fn the_seal_stands_for_all_files_and_its_root_is_told() {
    let (_dir, out) = evidence();
    let folder = out.join("planning-healthy");
    let seal = std::fs::read(folder.join("seal.json")).unwrap();
    let root = wild_conformance::evidence::digest_of(&seal).sha256;
    let told = |args: &[&str]| {
        let assert = program()
            .arg("check")
            .args(args)
            .arg(&folder)
            .assert()
            .code(0);
        String::from_utf8(assert.get_output().stdout.clone()).unwrap()
    };
    assert!(told(&[]).contains(&format!("sealed, root {root}")));
    let report: serde_json::Value = serde_json::from_str(&told(&["--report", "json"])).unwrap();
    assert_eq!(report["root"], root.as_str());
    assert_eq!(report["cases"][0]["seal"]["root"], root.as_str());
    let files: serde_json::Value = serde_json::from_slice(&seal).unwrap();
    assert!(
        files["files"]["evidence.json"]["sha256"].is_string(),
        "{files}"
    );

    std::fs::write(folder.join("more.txt"), "x").unwrap();
    assert!(refusal(&folder).contains("does not list"));
    std::fs::remove_file(folder.join("more.txt")).unwrap();
    let stderr = std::fs::read(folder.join("stderr.txt")).unwrap();
    std::fs::write(folder.join("stderr.txt"), "another").unwrap();
    assert!(refusal(&folder).contains("stderr.txt"));
    std::fs::write(folder.join("stderr.txt"), stderr).unwrap();
    std::fs::remove_file(folder.join("seal.json")).unwrap();
    assert!(refusal(&folder).contains("seal is missing"));
}

type Edit = fn(&str) -> String;

/// Whoever seals what was changed still has to make all parts agree.
#[test]
fn parts_that_contradict_each_other_are_damage() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    program()
        .args(["run", "--case", "execution-baseline", "--out"])
        .arg(&out)
        .assert()
        .code(0);
    let folder = out.join("execution-baseline");
    let without_a_line: Edit = |text| {
        let lines: Vec<&str> = text.lines().collect();
        [&lines[..2], &lines[3..]].concat().join("\n") + "\n"
    };
    let with_a_double: Edit = |text| {
        let lines: Vec<&str> = text.lines().collect();
        [&lines[..2], &lines[1..]].concat().join("\n") + "\n"
    };
    let failed: Edit = |text| text.replace("\"status\": \"finished\"", "\"status\": \"failed\"");
    let ticked: Edit = |text| text.replace("- [ ] [P3-T1]", "- [x] [P3-T1]");
    let tasks = std::fs::read_dir(folder.join("files/.agents/wild")).unwrap();
    let session = tasks
        .map(|entry| entry.unwrap().file_name())
        .next()
        .unwrap();
    let plan = format!("files/.agents/wild/{}/tasks.md", session.to_string_lossy());
    for (file, edit, word) in [
        (
            "journal.ndjson",
            without_a_line,
            "what is between is missing",
        ),
        ("journal.ndjson", with_a_double, "number 2 comes behind 2"),
        ("state.json", failed, "finished by the journal"),
        (plan.as_str(), ticked, "another content"),
    ] {
        let path = folder.join(file);
        let original = std::fs::read_to_string(&path).unwrap();
        let edited = edit(&original);
        assert_ne!(edited, original, "{file}");
        std::fs::write(&path, &edited).unwrap();
        let seal = std::fs::read_to_string(folder.join("seal.json")).unwrap();
        let mut document: serde_json::Value = serde_json::from_str(&seal).unwrap();
        let digest = wild_conformance::evidence::digest_of(edited.as_bytes());
        document["files"][file] = serde_json::to_value(digest).unwrap();
        std::fs::write(folder.join("seal.json"), document.to_string()).unwrap();
        let message = refusal(&folder);
        assert!(message.contains(word), "{file}: {message}");
        std::fs::write(&path, original).unwrap();
        std::fs::write(folder.join("seal.json"), seal).unwrap();
    }
    program().arg("check").arg(&folder).assert().code(0);
}
