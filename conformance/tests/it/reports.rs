//! What people and programs are told.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use wild_conformance::rules;

use crate::play::{PROGRAM, program};

fn report(format: &str, agent: &[&str], cases: &[&str]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let mut command = program();
    command
        // Not every machine has a sandbox, and what is told must be the same on all.
        .args(["run", "--no-sandbox", "--report", format, "--out"])
        .arg(dir.path().join("out"));
    for case in cases {
        command.args(["--case", case]);
    }
    if !agent.is_empty() {
        // By its name: reports cut long command lines short, and the path may be long.
        let folder = Path::new(PROGRAM).parent().unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", folder.display()));
        command
            .args(["--", "wild-conformance", "agent"])
            .args(agent);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let text = text.replace(&dir.path().display().to_string(), "DIR");
    let text = without_times(&text.replace(PROGRAM, "wild-conformance"));
    without_roots(&text)
}

/// How long it took is told behind a report.
fn without_times(text: &str) -> String {
    let lines = text
        .split_inclusive('\n')
        .map(|line| match line.split_once("; played in ") {
            Some((evidence, _)) => format!("{evidence}; played in TIME\n"),
            None => line.to_owned(),
        });
    lines.collect()
}

/// Evidence has ports and times of the clock, so that no two plays have the same root.
fn without_roots(text: &str) -> String {
    let is_root = |word: &&str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let roots = text.split([' ', '"', '\n']).filter(is_root);
    roots.fold(text.to_owned(), |text, root| text.replace(root, "ROOT"))
}

#[test]
fn a_clean_run_as_text() {
    insta::assert_snapshot!(report("text", &[], &["abort-*-503", "planning-healthy"]));
}

#[test]
fn findings_as_text() {
    let breaks = [
        "--break", "ABT004", "--break", "ABT009", "--break", "OUT003",
    ];
    let cases = ["planning-healthy", "abort-docs-503"];
    insta::assert_snapshot!(report("text", &breaks, &cases));
}

/// Every rule is told of, what was decided ahead of what does not apply, and counted once.
#[test]
fn every_verdict_as_text() {
    let text = report("full", &[], &["planning-healthy", "abort-server-down"]);
    let cases: Vec<&str> = text.split("\n✓ ").skip(1).collect();
    assert_eq!(cases.len(), 2, "{text}");
    for case in cases {
        let (verdicts, coverage) = case
            .split_once("    which sentence of the plan meets which demand:\n")
            .unwrap_or((case, ""));
        assert_eq!(
            coverage.contains("LAY001  met"),
            case.starts_with("planning-")
        );
        let told = verdicts.lines().filter_map(|line| {
            let (word, rule) = line.strip_prefix("    ")?.split_once(' ')?;
            (!word.is_empty()).then_some((word, rule.trim_start()))
        });
        let (words, told): (Vec<&str>, BTreeSet<&str>) = told.unzip();
        let all = rules::all().map(|r| format!("{} {} ({})", r.code, r.slug, r.level.word()));
        let all: BTreeSet<String> = all.collect();
        assert!(told.iter().copied().eq(all.iter().map(String::as_str)));
        assert_eq!(words.len(), all.len());
        let rank = |word: &&str| ["unseen", "pass", "n/a"].iter().position(|own| own == word);
        assert!(words.is_sorted_by_key(rank), "{words:?}");
        let passed = words.iter().filter(|word| **word == "pass").count();
        let unseen = words.iter().filter(|word| **word == "unseen").count();
        let others = words.iter().filter(|word| **word == "n/a").count();
        assert_eq!(passed + unseen + others, words.len());
        let counts = format!("; {passed} passed, {unseen} not looked at, {others} not applicable");
        assert!(
            case.lines().next().unwrap().ends_with(&counts),
            "{counts}: {case}"
        );
    }
}

fn codes(rules: &Value) -> Vec<&str> {
    let rules = rules.as_array().unwrap().iter();
    rules.map(|rule| rule["code"].as_str().unwrap()).collect()
}

/// The rules that the whole document lists are all, each counted once.
#[test]
fn every_verdict_as_json() {
    let text = report("full-json", &["--break", "ABT006"], &["abort-docs-503"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["detail"], "everything");
    let case = report["cases"][0].as_object().unwrap();
    let listed = case["rules"].as_array().unwrap();
    assert_eq!(
        codes(&case["rules"]),
        rules::all().map(|rule| rule.code).collect::<Vec<_>>()
    );
    for (word, count) in case["counts"].as_object().unwrap() {
        let same = listed
            .iter()
            .filter(|rule| rule["verdict"] == word.as_str());
        assert_eq!(same.count() as u64, count.as_u64().unwrap(), "{word}");
    }
}

/// Without digests of texts that people edit, what they tell apart being tested with rates, and without times.
fn without_digests(mut report: Value) -> Value {
    let case = report["cases"][0].as_object_mut().unwrap();
    let digests = case.shift_remove("fingerprint").unwrap();
    assert!(case.shift_remove("seconds").unwrap().as_f64().unwrap() > 0.0);
    assert_eq!(digests["prompt"].as_str().map(str::len), Some(16));
    report
}

/// What carries something is told, what passed is named, and what does not apply is counted.
#[test]
fn findings_as_json() {
    let text = report("json", &["--break", "ABT006"], &["abort-docs-503"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    let case = &report["cases"][0];
    assert_eq!(codes(&case["rules"]), ["ABT006", "INI004"]);
    let passed = case["passed"].as_array().unwrap().len();
    assert_eq!(passed as u64, case["counts"]["pass"].as_u64().unwrap());
    insta::assert_json_snapshot!(without_digests(report));
}

#[test]
fn an_explanation() {
    let output = program().args(["explain", "abt004"]).output().unwrap();
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap());
}

/// Plays two repetitions with a violation into `out`.
fn played_twice(out: &Path) {
    program()
        .args(["run", "--case", "abort-docs-503", "--repeat", "2", "--out"])
        .arg(out)
        .args(["--", PROGRAM, "agent", "--break", "ABT006"])
        .assert()
        .code(1);
}

/// What `check` tells of `folder` where it is conformant, not conformant or damaged, as `code` says.
fn checked(folder: &Path, code: i32) -> Value {
    let mut command = program();
    command.args(["check", "--report", "full-json"]).arg(folder);
    let output = command.assert().code(code).get_output().stdout.clone();
    serde_json::from_slice(&output).unwrap_or_default()
}

#[test]
fn each_play_has_its_reports_with_it_and_they_are_no_evidence() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    played_twice(&out);
    let plays = ["abort-docs-503.1", "abort-docs-503.2"];
    let entries = fs::read_dir(&out).unwrap().map(Result::unwrap);
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<_> = folders.map(|entry| entry.file_name()).collect();
    names.sort();
    assert_eq!(names, plays);
    let before = checked(&out, 1);
    for play in plays.map(|play| out.join(play)) {
        let kept = fs::read(play.join("report.json")).unwrap();
        let kept: Value = serde_json::from_slice(&kept).unwrap();
        assert_eq!(kept, checked(&play, 1));
        let seal = fs::read_to_string(play.join("seal.json")).unwrap();
        assert!(!seal.contains("report."), "{seal}");
        fs::write(play.join("report.json"), "edited").unwrap();
        fs::remove_file(play.join("report.txt")).unwrap();
        // Whoever opened it would wait for ever.
        let made = Command::new("mkfifo").arg(play.join("report.txt")).status();
        assert!(made.unwrap().success());
    }
    assert!(before["root"].is_string(), "{before}");
    assert_eq!(checked(&out, 1), before);
    let unlisted = out.join(plays[0]).join("report.md");
    fs::write(&unlisted, "x").unwrap();
    checked(&out.join(plays[0]), 3);
    fs::remove_file(unlisted).unwrap();
    // The next run in the same place replaces all of it.
    played_twice(&out);
    let text = fs::read_to_string(out.join(plays[1]).join("report.txt")).unwrap();
    assert!(text.contains("ABT006"), "{text}");
}

/// What an earlier run told of a play is gone once another one has begun, and its evidence is not.
#[test]
fn a_run_removes_the_reports_of_the_one_before() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    played_twice(&out);
    program()
        .args(["run", "--case", "planning-healthy", "--out"])
        .arg(&out)
        .assert()
        .code(0);
    let old = out.join("abort-docs-503.1");
    assert!(old.join("evidence.json").is_file());
    assert!(!old.join("report.json").exists() && !old.join("report.txt").exists());
    assert!(out.join("planning-healthy/report.txt").is_file());
}

/// What it comes to in a line, and nothing else; the exit code is the same.
#[test]
fn who_wants_quiet_gets_the_end_alone() {
    let dir = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let args = [&["run", "--case", "planning-healthy"], args].concat();
        let mut program = program();
        let output = program.current_dir(dir.path()).args(args).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let (code, out, err) = run(&["--quiet"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (Some(0), "1 conformant\n", "")
    );
    let check = |args: &[&str], variables: &[(&str, &str)]| {
        let args = [&["check", "wild-evidence", "--ignore", "PLN"], args].concat();
        let mut program = program();
        program.current_dir(dir.path()).args(args);
        program.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        program.envs(variables.iter().copied());
        String::from_utf8(program.output().unwrap().stdout).unwrap()
    };
    let gated = check(&["--quiet", "--gate", "pass>=0.9"], &[]);
    assert_eq!(gated, "1 conformant; gates: pass>=0.9 inconclusive\n");
    // Colour is for those who can see it, or ask for it.
    let is_colored =
        |args: &[&str], variables: &[(&str, &str)]| check(args, variables).contains('\u{1b}');
    assert!(!is_colored(&[], &[]));
    assert!(is_colored(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(is_colored(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_colored(
        &[],
        &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]
    ));
    assert!(!is_colored(
        &["--color", "never"],
        &[("CLICOLOR_FORCE", "1")]
    ));
    // What programs read stays as it is.
    assert!(!is_colored(&["--color", "always", "--report", "json"], &[]));
    assert!(!is_colored(
        &["--color", "always", "--report", "junit"],
        &[]
    ));
}
