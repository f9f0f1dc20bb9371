//! Rules of a team's own: the file of the documentation, and what every subcommand makes of it.

use std::path::Path;

use serde_json::Value;

use crate::play::program;

const DOCUMENT: &str = include_str!("../../../docs/src/rules-of-your-own.md");

/// The block of the documentation that is this file.
fn block(file: &str) -> &'static str {
    let (_, rest) = DOCUMENT.split_once(&format!(" file={file}\n")).unwrap();
    rest.split_once("```\n").unwrap().0
}

/// A folder with the documented rules and the documented plan.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("team.toml"), block("team.toml")).unwrap();
    std::fs::write(dir.path().join("tasks.md"), block("tasks.md")).unwrap();
    dir
}

/// Exit code, standard output and standard error.
fn told(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let output = program().current_dir(dir).args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

#[test]
fn the_documented_file_judges_the_documented_plan() {
    let dir = folder();
    let (_, out, _) = told(
        dir.path(),
        &["plan", "tasks.md", "--rules", "team.toml", "--coverage"],
    );
    let line = |code: &str| out.lines().find(|line| line.starts_with(code)).unwrap();
    // Whether the goal asks for experiments is not known, and the plan has some.
    assert!(line("TEAM001").contains("doubtful"), "{out}");
    assert!(line("TEAM002").contains("met"), "{out}");
    // The error that the documentation shows.
    let rules = block("team.toml").replace("\"+ Check the cost", "\"- Check the cost");
    std::fs::write(dir.path().join("team.toml"), rules).unwrap();
    let (code, _, err) = told(dir.path(), &["plan", "tasks.md", "--rules", "team.toml"]);
    assert_eq!(code, 2);
    assert!(DOCUMENT.contains(err.trim_end()), "{err}");
}

#[test]
fn such_a_rule_is_one_of_all_the_others() {
    let dir = folder();
    let (code, out, _) = told(
        dir.path(),
        &["rules", "--rules", "team.toml", "--report", "json"],
    );
    let rules: Vec<Value> = serde_json::from_str(&out).unwrap();
    let own = rules.iter().find(|rule| rule["code"] == "TEAM001").unwrap();
    assert_eq!(
        (code, &own["family"], &own["level"]),
        (0, &"TEAM".into(), &"MUST".into())
    );
    let (_, out, _) = told(
        dir.path(),
        &["explain", "cost-limited", "--rules", "team.toml"],
    );
    for part in [
        "# TEAM001 cost-limited (MUST)",
        "Two campaigns went on",
        "From team.toml, line",
        "Violating:\n- Create the runs",
        "says it: at most ..3 <money>",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    // Without the file nobody knows it.
    let (code, _, err) = told(dir.path(), &["plan", "tasks.md", "--select", "TEAM"]);
    assert_eq!(code, 2);
    assert!(err.contains("there is no rule or family `TEAM`"), "{err}");
    for format in ["text", "json", "sarif", "github"] {
        let args = [
            "plan",
            "tasks.md",
            "--rules",
            "team.toml",
            "--report",
            format,
            "--doubts=fail",
        ];
        let (code, out, err) = told(dir.path(), &args);
        assert_eq!((code, err.as_str()), (1, ""));
        assert!(
            out.contains("TEAM001") && !out.contains("TEAM002"),
            "{format}: {out}"
        );
    }
    let schema = told(dir.path(), &["rules", "--schema"]).1;
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let file: toml::Table = toml::from_str(block("team.toml")).unwrap();
    let mut value = serde_json::to_value(file).unwrap();
    assert_eq!(
        validator
            .validate(&value)
            .err()
            .map(|error| error.to_string()),
        None
    );
    value["demand"][0]["levl"] = "must".into();
    assert!(!validator.is_valid(&value));
}

#[test]
fn plays_are_judged_by_it_and_evidence_tells_by_which_file() {
    let dir = folder();
    let config = "cases = ['planning-healthy']\n[rules]\nfiles = ['team.toml']\n";
    std::fs::write(dir.path().join("wild-conformance.toml"), config).unwrap();
    let (code, out, _) = told(dir.path(), &["run", "--report", "json=a.json"]);
    assert_eq!(code, 1, "{out}");
    assert!(
        out.contains("error       TEAM001 cost-limited (MUST)"),
        "{out}"
    );
    assert!(
        out.contains("wild-conformance explain TEAM001 --rules "),
        "{out}"
    );
    // Each way to judge anew.
    let check = |args: &[&str]| told(dir.path(), &[&["check", "wild-evidence"], args].concat());
    assert_eq!(check(&["--ignore", "TEAM"]).0, 0);
    assert_eq!(check(&["--level", "TEAM001=should"]).0, 0);
    let (_, out, _) = check(&["--gate", "TEAM001>=0.9"]);
    assert!(
        out.contains("gate TEAM001>=0.9 is inconclusive: 0 of 1"),
        "{out}"
    );
    assert_eq!(check(&["--write-baseline", "known.toml"]).0, 1);
    let (code, out, _) = check(&["--baseline", "known.toml"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("1 known"), "{out}");
    for format in [
        "full", "json", "jsonl", "junit", "sarif", "github", "markdown", "html",
    ] {
        let (_, out, _) = check(&["--report", format]);
        assert!(out.contains("TEAM001"), "{format}: {out}");
    }
    // Without the file it is told what is not asked.
    let (code, _, err) = check(&["--no-config"]);
    assert_eq!(code, 0);
    assert!(
        err.contains("so that TEAM001, TEAM002 are not asked; give it: --rules "),
        "{err}"
    );
    let changed = block("team.toml").replace("..8", "..9");
    std::fs::write(dir.path().join("team.toml"), changed).unwrap();
    assert!(check(&[]).2.contains("has changed"));
    // What was judged by other rules is marked.
    let (_, out, _) = told(
        dir.path(),
        &[
            "compare",
            "a.json",
            "wild-evidence",
            "--level",
            "PLN=should",
        ],
    );
    assert!(
        out.contains("note: BASE was judged by team.toml ("),
        "{out}"
    );
    assert!(
        out.contains("note: other levels are in force; in one run only: PLN0"),
        "{out}"
    );
    let (_, out, _) = told(
        dir.path(),
        &[
            "compare",
            "a.json",
            "wild-evidence",
            "--baseline",
            "known.toml",
        ],
    );
    assert!(
        out.contains("BASE was judged with no baseline, NEW with known.toml ("),
        "{out}"
    );
    assert!(out.contains("repaired") || out.contains("pass"), "{out}");
}

#[test]
fn files_of_rules_that_are_no_good_are_refused() {
    let dir = folder();
    let refused = |args: &[&str]| {
        let (code, _, err) = told(dir.path(), &[&["plan", "tasks.md"], args].concat());
        assert_eq!((code, err.matches("error:").count()), (2, 1), "{err}");
        err
    };
    assert!(
        refused(&["--rules", "nowhere.toml"]).contains("nowhere.toml: cannot read these rules")
    );
    let twice = refused(&["--rules", "team.toml", "--rules=team.toml"]);
    assert!(
        twice.contains("TEAM001 `cost-limited`: team.toml:"),
        "{twice}"
    );
    let taken = block("team.toml").replace("TEAM001", "PLN901");
    std::fs::write(dir.path().join("taken.toml"), taken).unwrap();
    assert!(
        refused(&["--rules", "taken.toml"]).contains("begins like the catalogue's codes, PLN...")
    );
    std::fs::write(
        dir.path().join("wild-conformance.toml"),
        "[rules]\nfiles = ['taken.toml']",
    )
    .unwrap();
    assert!(refused(&[]).contains("taken.toml:"));
    // What is on the command line takes its place.
    let (code, _, err) = told(dir.path(), &["plan", "tasks.md", "--rules", "team.toml"]);
    assert!(code < 2, "{err}");
}
