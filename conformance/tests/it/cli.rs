//! What the program tells without playing anything: lists, help, manuals.

use serde_json::Value;
use wild_conformance::case::builtin_cases;

use crate::misuse::stderr_of_misuse;
use crate::play::{PROGRAM, program};

/// What is told on standard output, with nothing on standard error.
pub(crate) fn stdout(args: &[&str]) -> String {
    let assert = program().args(args).assert().success();
    assert!(assert.get_output().stderr.is_empty());
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
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
    let page = stdout(&["man", "run"]);
    assert!(page.contains("gate\\-demonstrate"), "{page}");
    for part in [
        "wild\\-conformance\\-run \\- Play cases",
        ".SH SYNOPSIS\nwild\\-conformance run [OPTIONS] [\\-\\- <AGENT ARGV>...]\n",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let text = stderr_of_misuse(&["man", "fly"]);
    assert!(text.contains("fly"), "{text}");
}
