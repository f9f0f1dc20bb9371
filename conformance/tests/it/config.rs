//! `wild-conformance.toml`: what it says, what wins over it, and what a beginner is given.

use std::path::Path;

use serde_json::{Value, json};

use crate::play::program;

/// A folder with this configuration.
fn folder(text: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("wild-conformance.toml"), text).unwrap();
    dir
}

fn told(dir: &Path, args: &[&str]) -> String {
    let assert = program().current_dir(dir).args(args).assert().success();
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

fn refused(dir: &Path, args: &[&str]) -> String {
    let assert = program().current_dir(dir).args(args).assert().code(2);
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

#[test]
fn the_file_says_what_the_command_line_does_not() {
    let dir = folder(
        "cases = ['abort-docs-503', 'planning-healthy']\nrepeat = 3\n[rules]\nignore = ['REF']\n",
    );
    let below = dir.path().join("below");
    std::fs::create_dir(&below).unwrap();
    let plays = |args: &[&str]| {
        let text = told(&below, &[&["run", "--dry-run"], args].concat());
        let count = |id: &str| text.lines().filter(|line| line.starts_with(id)).count();
        (count("abort-docs-503"), count("planning-healthy"))
    };
    assert_eq!(plays(&[]), (3, 3));
    assert_eq!(plays(&["--repeat", "1"]), (1, 1));
    assert_eq!(plays(&["--case", "abort-docs-503"]), (3, 0));
    let (aborts, _) = plays(&["--suite", "full", "--repeat", "1"]);
    assert!(aborts >= 1);
    assert_eq!(plays(&["--no-config", "--case", "abort-docs-503"]), (1, 0));
    let other = dir.path().join("other.toml");
    std::fs::write(&other, "cases = ['planning-healthy']").unwrap();
    assert_eq!(plays(&["--config", other.to_str().unwrap()]), (0, 1));
}

/// No shell expands what stands in a file.
#[test]
fn case_files_are_named_by_folder_or_glob() {
    for cases in ["cases", "cases/*.toml", "cases/"] {
        let dir = folder(&format!("cases = ['{cases}', 'abort-docs-503']"));
        std::fs::create_dir_all(dir.path().join("cases/below")).unwrap();
        for name in ["one", "two"] {
            let text = format!("id = \"{name}\"\ntitle = \"x\"\ntwin = \"planning-healthy\"\n");
            std::fs::write(dir.path().join(format!("cases/{name}.toml")), text).unwrap();
        }
        let text = told(&dir.path().join("cases/below"), &["run", "--dry-run"]);
        for id in ["one ", "two ", "abort-docs-503 "] {
            assert!(
                text.lines().any(|line| line.starts_with(id)),
                "{cases}: {text}"
            );
        }
    }
}

#[test]
fn it_is_told_what_is_in_force_and_from_where() {
    let dir = folder(
        "suite = 'smoke'\nbaseline = 'known.toml'\n\n[agent]\ncommand = ['my-agent', '--flag']\n\n\
         [walls]\nallow_net = ['example.com:443']\n[gates]\nclaims = ['pass>=0.8']\ndemonstrate = true\n",
    );
    let text = told(dir.path(), &["config", "--repeat", "4"]);
    for (value, source) in [
        ("suite = \"smoke\"", "wild-conformance.toml:1"),
        (
            "agent.command = [\"my-agent\", \"--flag\"]",
            "wild-conformance.toml:5",
        ),
        (
            "walls.allow_net = [\"example.com:443\"]",
            "wild-conformance.toml:8",
        ),
        ("gates.demonstrate = true", "wild-conformance.toml:11"),
        ("repeat = 4", "command line"),
        ("rules.doubts = \"pass\"", "default"),
        ("# prompts.planning is not set", "default"),
    ] {
        let line = text.lines().find(|line| line.starts_with(value));
        let line = line.unwrap_or_else(|| panic!("{value}: {text}"));
        assert!(line.ends_with(&format!("# {source}")), "{line}");
    }
    assert!(text.contains("known.toml\""), "{text}");
    // Another agent, and other walls, take the place of those in the file.
    let text = told(dir.path(), &["config", "--no-sandbox", "--", "another"]);
    assert!(text.contains("agent.command = [\"another\"]"), "{text}");
    assert!(text.contains("# walls.allow_net is not set"), "{text}");
    // What is told can be a file.
    let text = told(dir.path(), &["config"]);
    let values: toml::Table = toml::from_str(&text).unwrap();
    assert_eq!(values["walls"]["audit"].as_str(), Some("auto"));
}

#[test]
fn an_agent_of_the_folder_plays_from_below_it() {
    let dir = folder("cases = ['planning-healthy']\n[agent]\ncommand = ['sh', './agent.sh']\n");
    let script = format!("exec {} agent\n", crate::play::PROGRAM);
    std::fs::write(dir.path().join("agent.sh"), script).unwrap();
    let below = dir.path().join("below");
    std::fs::create_dir(&below).unwrap();
    for here in [dir.path(), below.as_path()] {
        let text = told(here, &["run"]);
        assert!(text.contains("1 conformant"), "{text}");
        assert!(here.join("wild-evidence").is_dir());
    }
}

#[test]
fn a_plan_is_weighed_by_levels() {
    let dir = folder("[rules]\nlevels = ['PLN004=should']\n");
    std::fs::write(dir.path().join("plan.md"), "Just words.\n").unwrap();
    let judged = |args: &[&str]| {
        let mut command = program();
        command.current_dir(dir.path()).args(["plan", "plan.md"]);
        let output = command.args(args).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), text)
    };
    for (args, code, told) in [
        (&["--no-config"][..], 1, "error[PLN004]"),
        (&[], 0, "warning[PLN004]"),
        (&["--strict"], 1, "error[PLN004]"),
        (&["--level", "PLN=must"], 1, "error[PLN004]"),
        (
            &["--no-config", "--level", "PLN004=should"],
            0,
            "warning[PLN004]",
        ),
        // A plan is of no case.
        (&["--level", "PLN004@abort-*=should"], 1, "error[PLN004]"),
    ] {
        let (exit, text) = judged(args);
        assert_eq!(exit, Some(code), "{args:?}: {text}");
        assert!(text.contains(told), "{args:?}: {text}");
    }
    let (_, text) = judged(&["--report", "json"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&report["format"], &report["findings"][0]["level"]),
        (&json!(1), &json!("SHOULD")),
        "{report:#}"
    );
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (text, wanted) in [
        (
            "\nsutie = 'core'",
            ".toml:2: there is no key `sutie`; did you mean `suite`?",
        ),
        (
            "[rules]\nselects = []",
            ".toml:2: there is no key `rules.selects`; did you mean `rules.select`?",
        ),
        (
            "[rulez]\nselect = []",
            ".toml:1: there is no key `rulez`; did you mean `rules`?",
        ),
        ("rules = 1", ".toml:1: `rules` is a table: write [rules]"),
        (
            "suite = 'half'",
            ".toml:1: `suite` is one of \"smoke\", \"core\", \"full\"",
        ),
        (
            "[rules]\ndoubts = 'maybe'",
            ".toml:2: `rules.doubts` is one of \"pass\", \"fail\"",
        ),
        ("seed = 99999999999999999999999", "from 0 to 184467"),
        ("repeat = 'twice'", ".toml:1: `repeat` is a whole number"),
        ("repeat = 0", ".toml:1: `repeat`: invalid value '0'"),
        (
            "[gates]\nclaims = ['TRK01>=0.9']",
            ".toml:2: `gates.claims`: invalid value",
        ),
        (
            "suite = 'core'\ncases = ['x']",
            ".toml:2: `cases` cannot stand beside `suite` of line 1; leave one",
        ),
        ("suite = ", ".toml: "),
        (
            "[gates]\ndemonstrate = true",
            ".toml:2: `gates.demonstrate`: the following required arguments were not provided: --gate",
        ),
        // An empty list would play the reference agent.
        ("[agent]\ncommand = []", ".toml:2: `agent.command` is"),
    ] {
        let dir = folder(text);
        let told = refused(dir.path(), &["run", "--dry-run"]);
        assert!(
            told.starts_with("error: ") && told.contains(wanted),
            "{text}: {told}"
        );
        assert_eq!(told.matches("error:").count(), 1, "{told}");
    }
    let dir = folder("");
    let told = refused(dir.path(), &["run", "--config", "/nowhere.toml"]);
    assert!(told.contains("/nowhere.toml"), "{told}");
    // An agent works in folders of others.
    let dir = folder("sutie = 1");
    let told = refused(dir.path(), &["agent"]);
    assert!(!told.contains("sutie"), "{told}");
}

/// An agent's files are in its evidence, and a configuration names programs that are started.
#[test]
fn what_lies_in_evidence_is_no_configuration() {
    let dir = folder("seed = 7");
    let files = dir.path().join("evidence/case/files/deep");
    std::fs::create_dir_all(&files).unwrap();
    std::fs::write(dir.path().join("evidence/case/evidence.json"), "{}").unwrap();
    for folder in [&files, files.parent().unwrap()] {
        std::fs::write(folder.join("wild-conformance.toml"), "sutie = 1").unwrap();
    }
    let text = told(&files, &["config"]);
    let line = text.lines().find(|line| line.starts_with("seed = 7"));
    assert!(
        line.is_some_and(|line| line.ends_with("wild-conformance.toml:1")),
        "{text}"
    );
}

#[test]
fn a_beginner_gets_files_that_are_right() {
    let dir = tempfile::tempdir().unwrap();
    let text = told(dir.path(), &["init"]);
    assert_eq!(text.matches("wrote ").count(), 4, "{text}");
    told(dir.path(), &["cases", "--check", "cases/first.toml"]);
    let text = told(dir.path(), &["config"]);
    assert!(text.contains("suite = \"smoke\""), "{text}");
    told(dir.path(), &["run", "--dry-run"]);
    told(
        dir.path(),
        &["run", "--dry-run", "--case", "cases/first.toml"],
    );
    let config = std::fs::read_to_string(dir.path().join("wild-conformance.toml")).unwrap();
    // What is only suggested is right, too; one choice of cases excludes the other.
    let suggested = config
        .replace("suite = \"smoke\"", "")
        .replace("# kind = \"preset:claude\"", "")
        .replace("# model = \"NAME\"", "");
    let suggested: String = suggested
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(key) if key.contains(" = ") => format!("{key}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let schema: Value = serde_json::from_str(&told(dir.path(), &["config", "--schema"])).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for text in [&config, &suggested] {
        let value: toml::Table = toml::from_str(text).unwrap();
        let value = serde_json::to_value(value).unwrap();
        let error = validator.validate(&value).err();
        assert!(error.is_none(), "{error:?}: {text}");
    }
    assert!(!validator.is_valid(&json!({"sutie": "core"})));
    std::fs::write(dir.path().join("wild-conformance.toml"), &suggested).unwrap();
    let text = told(dir.path(), &["config"]);
    assert!(text.contains("claims = [\"pass>=0.8\""), "{text}");
    // Nothing of it is written where one of them is there.
    std::fs::remove_file(dir.path().join("cases/first.toml")).unwrap();
    let text = refused(dir.path(), &["init"]);
    assert!(text.contains("is there already"), "{text}");
    assert!(!dir.path().join("cases/first.toml").exists());
}
