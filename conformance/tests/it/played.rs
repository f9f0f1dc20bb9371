//! What `run` plays and keeps, and what it says of it by its exit code.

use serde_json::Value;
use wild_conformance::case::builtin_cases;

use crate::misuse::stderr_of_misuse;
use crate::play::{PROGRAM, program};

#[test]
fn without_flags_everything_is_played_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let assert = program()
        .current_dir(dir.path())
        .arg("run")
        .assert()
        .success();
    let text = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    let report = std::fs::read_to_string(dir.path().join("wild-evidence/report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    let played = report["cases"].as_array().unwrap();
    let all = format!("{} conformant", played.len());
    assert!(text.contains(&all), "{text}");
    for case in builtin_cases().unwrap() {
        let is_own = |id: &str| id == case.id || id.starts_with(&format!("{}-iteration-", case.id));
        let own = played
            .iter()
            .filter(|own| is_own(own["id"].as_str().unwrap()));
        let (count, iterations) = (own.count(), case.iterations as usize);
        let is_right = if case.is_campaign() {
            (12..=iterations).contains(&count)
        } else {
            count == iterations
        };
        assert!(is_right, "{}: {count}", case.id);
    }
    // A log of it is never silent: each part that was judged has a line, and no bar is drawn.
    let log = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    let (first, rest) = log.split_once('\n').unwrap();
    let plays = format!("note: {} plays have up to ", builtin_cases().unwrap().len());
    assert!(first.starts_with(&plays), "{first}");
    assert_eq!(rest.lines().count(), played.len(), "{log}");
    assert!(rest.lines().all(|line| line.starts_with('[')), "{log}");
    let last = format!("[{0}/{0}] ", played.len());
    assert!(log.lines().last().unwrap().starts_with(&last), "{log}");
    let out = dir.path().join("wild-evidence");
    for file in [
        "report.json",
        "report.txt",
        "abort-server-down/evidence.json",
    ] {
        assert!(out.join(file).is_file(), "{file}");
    }
    crate::suites::hold(&out.join("report.json"));
}

#[test]
fn a_violation_is_exit_code_1_and_a_warning_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let run = |code: &str, strict: bool| {
        let mut command = program();
        command.args([
            "run",
            "--case",
            "planning-healthy",
            "--report",
            "json",
            "--out",
        ]);
        command
            .arg(dir.path().join(code))
            .args(strict.then_some("--strict"));
        command
            .args(["--", PROGRAM, "agent", "--break", code])
            .assert()
    };
    run("OUT003", false).code(1);
    run("OUT005", false).code(0);
    run("OUT005", true).code(1);
}

#[test]
fn a_case_file_of_the_users_own_is_played() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("teapot.toml");
    let text = "id = \"teapot\"\ntitle = \"A teapot\"\ntwin = \"planning-healthy\"\n\
                faults = [{ path = \"/docs\", action = \"status\", status = 418 }]\n";
    std::fs::write(&file, text).unwrap();
    let report = dir.path().join("report.json");
    let assert = program()
        .args(["run", "--case", "planning-healthy", "--case"])
        .arg(&file)
        .args(["--report", &format!("json={}", report.display()), "--out"])
        .arg(dir.path().join("out"))
        .assert()
        .success();
    // What goes into a file does not silence what is told.
    let text = String::from_utf8_lossy(&assert.get_output().stdout);
    assert!(
        text.contains("✓ teapot            preflight failed: GET /docs -> 418\n"),
        "{text}"
    );
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    assert_eq!(
        report["cases"][1]["preflight"],
        "preflight failed: GET /docs -> 418"
    );
}

#[test]
fn repetitions_and_shards_share_out_the_work() {
    let dir = tempfile::tempdir().unwrap();
    for shard in ["1/2", "2/2"] {
        program()
            .args([
                "run",
                "--case",
                "planning-healthy",
                "--repeat",
                "3",
                "--shard",
                shard,
                "--out",
            ])
            .arg(dir.path().join("out"))
            .assert()
            .success();
    }
    for name in [
        "planning-healthy.1",
        "planning-healthy.2",
        "planning-healthy.3",
    ] {
        assert!(dir.path().join("out").join(name).is_dir(), "{name}");
    }
}

#[test]
fn a_baseline_excuses_what_it_lists_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let baseline = dir.path().join("known.toml");
    let run = |entries: &[(&str, &str)], code: i32| {
        let text: Vec<String> = entries
            .iter()
            .map(|(case, rule)| format!("[[known]]\ncase = \"{case}\"\nrule = \"{rule}\""))
            .collect();
        std::fs::write(&baseline, text.join("\n")).unwrap();
        let assert = program()
            .args(["run", "--case", "planning-healthy", "--baseline"])
            .arg(&baseline)
            .arg("--out")
            .arg(dir.path().join("out"))
            .args(["--", PROGRAM, "agent", "--break", "PLN001"])
            .assert()
            .code(code);
        String::from_utf8(assert.get_output().stdout.clone()).unwrap()
    };
    let known = ("planning-healthy", "PLN001");
    run(&[], 1);
    assert!(run(&[known], 0).contains("known       PLN001"));
    assert!(run(&[known, ("planning-healthy", "PLN002")], 1).contains("stale: `planning-healthy`"));
    run(&[known, ("abort-docs-503", "PLN001")], 0);
    assert!(run(&[known], 0).contains("\n1 known\n"));
    let text = run(&[known, ("elsewhere", "PLN001")], 1);
    assert!(text.contains("unknown: there is no case `elsewhere`"));
    let checked = program()
        .args(["check", "--baseline"])
        .arg(&baseline)
        .arg(dir.path().join("out"))
        .assert()
        .code(1);
    assert!(String::from_utf8_lossy(&checked.get_output().stdout).contains("unknown:"));
    let written = dir.path().join("written.toml");
    let check = |baseline: &str, code: i32| {
        let mut command = program();
        command.args(["check", baseline]).arg(&written);
        command.arg(dir.path().join("out")).assert().code(code);
    };
    check("--write-baseline", 1);
    check("--baseline", 0);
    let text = stderr_of_misuse(&["run", "--baseline", "/nowhere.toml"]);
    assert!(
        text.contains("there is no baseline /nowhere.toml; `run --write-baseline"),
        "{text}"
    );
}

#[test]
fn a_baseline_that_is_written_loses_nothing_of_what_was_not_judged() {
    let dir = tempfile::tempdir().unwrap();
    let run = |options: &[&str], agent: &[&str], code: i32| {
        let mut command = program();
        command
            .current_dir(dir.path())
            .args(["run", "--case", "planning-healthy"])
            .args(options)
            .arg("--")
            .args(agent);
        let assert = command.assert().code(code);
        String::from_utf8(assert.get_output().stderr.clone()).unwrap()
    };
    let bad = [PROGRAM, "agent", "--break", "PLN001"];
    // Both may be the same file, which is not there yet.
    let both = ["--baseline", "known.toml", "--write-baseline", "known.toml"];
    let told = run(&both, &bad, 1);
    assert!(
        told.contains("note: wrote known.toml: 1 entry, 1 of them new\n"),
        "{told}"
    );
    let known = dir.path().join("known.toml");
    let mut text = std::fs::read_to_string(&known).unwrap();
    text = text.replace("not looked into yet", "ticket 12");
    text += "\n[[known]]\ncase = \"abort-*\"\nrule = \"PLN002\"\nreason = \"so\"\n";
    std::fs::write(&known, &text).unwrap();
    let told = run(&both[2..], &["sh", "-c", "exit 7"], 3);
    assert!(
        told.contains("nothing was judged, so that no baseline was written"),
        "{told}"
    );
    assert_eq!(std::fs::read_to_string(&known).unwrap(), text);
    let told = run(&both[2..], &bad, 1);
    assert!(told.contains("2 entries, 0 of them new\n"), "{told}");
    assert_eq!(std::fs::read_to_string(&known).unwrap(), text);
    let told = run(&both[2..], &[PROGRAM, "agent"], 0);
    assert!(
        told.contains("1 entry, 0 of them new; 1 left out, as what they excuse"),
        "{told}"
    );
    // What is no baseline stays.
    std::fs::write(&known, "notes").unwrap();
    run(&both[2..], &bad, 2);
    assert_eq!(std::fs::read_to_string(&known).unwrap(), "notes");
}
