//! The words of the command line, exit codes and streams.

use std::path::Path;

use serde_json::Value;
use wild_conformance::case::builtin_cases;

use crate::play::{PROGRAM, program};

fn stdout(args: &[&str]) -> String {
    let assert = program().args(args).assert().success();
    assert!(assert.get_output().stderr.is_empty());
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

fn stderr_of_misuse(args: &[&str]) -> String {
    let assert = program().args(args).assert().code(2);
    assert!(assert.get_output().stdout.is_empty());
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

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
    assert_eq!(log.lines().count(), played.len(), "{log}");
    assert!(log.lines().all(|line| line.starts_with('[')), "{log}");
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
fn an_agent_that_cannot_start_is_exit_code_3() {
    let dir = tempfile::tempdir().unwrap();
    program()
        .args(["run", "--case", "planning-healthy", "--out"])
        .arg(dir.path().join("out"))
        .args(["--", "/nowhere/agent"])
        .assert()
        .code(3);
}

#[test]
fn wrong_usage_is_exit_code_2_and_says_what_to_do() {
    for (args, word) in [
        (&["run", "--case", "nope"][..], "wild-conformance cases"),
        (
            &["run", "--case", "/nowhere/case.toml"],
            "/nowhere/case.toml",
        ),
        (&["run", "--report", "xml"], "text, full, json"),
        (
            &["run", "--report", "text", "--report", "json"],
            "json=FILE",
        ),
        (&["run", "--agent", "exec"], "-- PROGRAM"),
        (&["run", "--shard", "3/2"], "I/N"),
        (&["run", "--gate", "TRK001>0.9"], "TRK001>=0.95"),
        (&["run", "--gate-demonstrate"], "--gate"),
        (
            &[
                "run",
                "--case",
                "planning-healthy",
                "--gate",
                "pass@execution-*>=0.9",
            ],
            "fits no case",
        ),
        (&["compare", "/nowhere", "/nowhere"], "/nowhere"),
        (&["check", "/nowhere"], "there is no such folder"),
        (
            &["run", "--case", "planning-helthy"],
            "did you mean `planning-healthy`?",
        ),
        (&["cases", "abrt-*"], "no case fits"),
        (&["completions", "cmd"], "bash"),
        (
            &["run", "--prompt", "/nowhere/prompt.md"],
            "/nowhere/prompt.md",
        ),
        (&["run", "--jobs", "0"], "1..=256"),
        (&["explain", "ABT04"], "ABT004"),
        (&["agent", "--break", "XYZ001"], "XYZ001"),
        (&["fly"], "fly"),
        (&["plan", "/nowhere.md"], "cannot read the plan /nowhere.md"),
        (&["doubts", "/nowhere"], "/nowhere: there is no such folder"),
        (
            &["compare", "/nowhere", "/nowhere"],
            "a folder of evidence, or a report.json",
        ),
        (
            &["run", "--case", "/nowhere.toml"],
            "the case file /nowhere.toml",
        ),
        (
            &["run", "--baseline", "/nowhere.toml"],
            "the baseline /nowhere.toml",
        ),
        (
            &["run", "--config", "/nowhere.toml"],
            "the configuration /nowhere.toml",
        ),
        (
            &["run", "--rules", "/nowhere.toml"],
            "/nowhere.toml: cannot read",
        ),
        (
            &["run", "--allow-write", "/nowhere"],
            "--allow-write /nowhere",
        ),
        (
            &["run", "--last-failed", "--out", "/nowhere"],
            "give its folder: --out DIR",
        ),
        (
            &["run", "--select", "XYZ"],
            "family `XYZ`; `wild-conformance rules`",
        ),
        (&["explain", "PLN01"], "did you mean PLN001 (title)? `wild-"),
        (&["explain", "nosuch"], "there is no rule `nosuch`; `wild-"),
        (&["minimize", "planning-healthy"], "give one that has"),
        (&["model", "--script", "nosuch"], "conforming"),
        (
            &["reproduce", "nosuch"],
            "`nosuch`; `wild-conformance cases`",
        ),
        (&["prompt", "/nowhere.md"], "/nowhere.md"),
        (&["run", "--color", "blue"], "always"),
    ] {
        let text = stderr_of_misuse(args);
        assert!(
            text.starts_with("error: ") && text.contains(word),
            "{args:?}: {text}"
        );
        assert_eq!(text.matches("error:").count(), 1, "{args:?}: {text}");
    }
}

#[test]
fn an_agent_without_a_usable_prompt_says_so() {
    let assert = program().arg("agent").write_stdin("hello").assert().code(2);
    let text = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(text.contains("the prompt does not tell"), "{text}");
}

#[test]
fn lists_are_one_entry_a_line_or_json() {
    let rules = wild_conformance::rules::all().count();
    assert_eq!(stdout(&["rules"]).lines().count(), rules);
    assert_eq!(
        stdout(&["cases"]).lines().count(),
        builtin_cases().unwrap().len()
    );
    let aborts = stdout(&["cases", "abort-*-503", "!abort-docs-*"]);
    assert!(
        aborts.lines().count() > 1 && !aborts.contains("abort-docs"),
        "{aborts}"
    );
    let rules: Value = serde_json::from_str(&stdout(&["rules", "--report", "json"])).unwrap();
    assert_eq!(rules[0]["code"], "PRE001");
    assert_eq!(rules[0]["level"], "MUST");
    assert_eq!(rules[0]["family"], "PRE");
    let cases: Value = serde_json::from_str(&stdout(&["cases", "--report", "json"])).unwrap();
    assert_eq!(cases[0]["id"], "abort-docs-503");
}

#[test]
fn help_and_version_are_output_and_no_error() {
    let help = stdout(&["--help"]);
    for part in ["check", "EXIT CODES", "EXAMPLES"] {
        assert!(help.contains(part), "{part}: {help}");
    }
    let help = stdout(&["run", "--help"]);
    for group in [
        "Judging:",
        "Agent:",
        "Walls:",
        "Prompts:",
        "Doubts:",
        "Configuration:",
    ] {
        assert_eq!(
            help.matches(&format!("\n{group}\n")).count(),
            1,
            "{group}: {help}"
        );
    }
    assert!(stdout(&["--version"]).starts_with("wild-conformance "));
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
fn a_folder_with_something_else_in_it_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("out/planning-healthy");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("thesis.tex"), "precious").unwrap();
    let out = dir.path().join("out");
    program()
        .args(["run", "--case", "planning-healthy", "--out"])
        .arg(out)
        .assert()
        .code(3);
    assert!(Path::new(&folder).join("thesis.tex").is_file());
}

#[test]
fn a_reader_that_goes_away_is_no_crash() {
    let script = format!("{PROGRAM} rules | head -n 0; echo ${{PIPESTATUS[0]}}");
    let output = std::process::Command::new("bash")
        .args(["-c", &script])
        .output()
        .unwrap();
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
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
    assert!(text.contains("/nowhere.toml"), "{text}");
}

#[test]
fn case_files_are_checked_and_every_error_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/cases");
    let count = builtin_cases().unwrap().len();
    assert!(stdout(&["cases", "--check"]).contains(&format!("{count} built-in cases")));
    let all = stdout(&["cases", "--check", fixtures.to_str().unwrap()]);
    assert!(all.starts_with(&format!("{count} cases in ")), "{all}");
    for (name, text) in [
        (
            "a",
            "id = \"a\"\ntitle = \"a\"\ntwin = \"planning-healthy\"\ngaol = 1\n",
        ),
        (
            "b",
            "id = \"b-{x}\"\ntitle = \"b\"\ntwin = \"planning-healthy\"\n[[matrix.x]]\nname = \"one\"\nstere = 1\n",
        ),
        (
            "c",
            "id = \"c\"\ntitle = \"c\"\ntwin = \"planning-healthy\"\nfaults = [{ action = \"staus\" }]\n",
        ),
    ] {
        std::fs::write(dir.path().join(format!("{name}.toml")), text).unwrap();
    }
    let text = stderr_of_misuse(&["cases", "--check", dir.path().to_str().unwrap()]);
    for part in [
        "a.toml",
        "line 4",
        "did you mean `goal`",
        "b.toml",
        "line 6",
        "did you mean `steer`",
        "c.toml",
        "did you mean `status`",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(stderr_of_misuse(&["cases", "--check", "/nowhere.toml"]).contains("/nowhere.toml"));
    let schema: Value = serde_json::from_str(&stdout(&["cases", "--schema"])).unwrap();
    assert_eq!(schema["properties"]["kind"]["enum"][1], "execution");
}

#[test]
fn shells_and_readers_of_manuals_are_served() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = stdout(&["completions", shell]);
        assert!(script.contains("last-failed"), "{shell}");
        // What the harness starts itself is nobody's word.
        assert!(!script.contains("launch)"), "{shell}");
    }
    let page = stdout(&["man"]);
    assert!(page.contains(".TH wild-conformance 1"), "{page}");
    assert!(page.contains("EXIT CODES"), "{page}");
    assert!(stdout(&["man", "run"]).contains("gate\\-demonstrate"));
    let text = stderr_of_misuse(&["man", "fly"]);
    assert!(text.contains("fly"), "{text}");
}
