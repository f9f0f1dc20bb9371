//! How wrong use is told: on standard error, with exit codes of its own and what to do.

use std::path::Path;

use serde_json::Value;
use wild_conformance::case::builtin_cases;

use crate::cli::stdout;
use crate::play::program;

/// What is said of wrong use, of which nothing comes on standard output.
pub(crate) fn stderr_of_misuse(args: &[&str]) -> String {
    let assert = program().args(args).assert().code(2);
    assert!(assert.get_output().stdout.is_empty());
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

/// Holds that misuse is told once, with this in it.
fn assert_told(args: &[&str], word: &str) {
    let text = stderr_of_misuse(args);
    assert!(
        text.starts_with("error: ") && text.contains(word),
        "{args:?}: {text}"
    );
    assert_eq!(text.matches("error:").count(), 1, "{args:?}: {text}");
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
            "there is no baseline /nowhere.toml",
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
        assert_told(args, word);
    }
}

#[test]
fn what_is_missing_or_in_the_way_is_told_before_anything_is_played() {
    for (args, word) in [
        (
            &["reproduce", "/nowhere/play"][..],
            "/nowhere/play: there is no such folder",
        ),
        (&["reproduce", "/"], "has no evidence of a play"),
        (
            &["reproduce", "planning-healthy", "--transcript", "/nowhere"],
            "there is no transcript /nowhere",
        ),
        (&["run", "./agent.sh"], "behind `--`: -- ./agent.sh ..."),
        (&[], "a subcommand is missing: run, check, "),
        (&["submit"], "a subcommand is missing: slurm, kubernetes"),
        (
            &["run", "--report", "json=/nowhere/x.json"],
            "the report /nowhere/x.json: there is no folder /nowhere",
        ),
        (
            &["run", "--write-baseline", "/"],
            "the baseline /: it is a folder",
        ),
        (
            &["run", "--report", "json=x", "--report", "junit=x"],
            "x is named twice",
        ),
        (&["run", "--case", "/nowhere/*.toml"], "the folder /nowhere"),
        (&["run", "--seed", "99999999999999999999"], "from 0 to 184"),
        (
            &["agents", "--presets", "/nowhere"],
            "the folder of presets /nowhere",
        ),
    ] {
        assert_told(args, word);
    }
}

#[test]
fn an_agent_without_a_usable_prompt_says_so() {
    let assert = program().arg("agent").write_stdin("hello").assert().code(2);
    let text = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(text.contains("the prompt does not tell"), "{text}");
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
