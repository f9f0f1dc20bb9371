//! Workspaces, plans, prompts and recordings that users bring.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use wild_mock_server::upstream::{Upstream, case};
use wild_mock_server::{Fault, MockServer};

use crate::play::{PROGRAM, program};

const DOCUMENT: &str = include_str!("../../../docs/src/bring-your-own.md");

/// Copies the files of the example.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn example() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples/bring-your-own");
    copy(&docs, dir.path());
    dir
}

/// Every file below a folder, with what it holds.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(contents(&path));
        } else {
            all.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    all
}

/// The fenced blocks of the document in this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("```{language}\n");
    let behind = DOCUMENT.split(opening.as_str()).skip(1);
    behind
        .map(|text| text.split("```").next().unwrap())
        .collect()
}

#[test]
fn a_drafted_case_is_what_the_documentation_shows() {
    let dir = example();
    let before = contents(&dir.path().join("churn"));
    let mut new = program();
    new.current_dir(dir.path()).args(["cases", "new", "churn"]);
    new.assert().success();
    assert_eq!(contents(&dir.path().join("churn")), before);
    let drafted = fs::read_to_string(dir.path().join("churn.toml")).unwrap();
    let [found, field] = blocks("toml")[..] else {
        panic!("there are two pieces of case files");
    };
    for line in found.lines() {
        assert!(drafted.contains(line), "{line} is not in:\n{drafted}");
    }
    assert!(drafted.contains(field.lines().next().unwrap()));

    // Somebody's case is not written over, and none is put where the agent reads it.
    for args in [&["churn"][..], &["churn", "churn/case.toml"]] {
        let mut again = program();
        again
            .current_dir(dir.path())
            .args(["cases", "new"])
            .args(args);
        again.assert().code(2);
    }
}

/// Plays a case file of `dir` with a script that becomes the reference agent in the end.
fn run(dir: &Path, case: &str, ahead: &str, args: &[&str]) -> Value {
    let script = format!("( {ahead} ) </dev/null >&2; exec '{PROGRAM}' agent");
    let mut command = program();
    command
        .current_dir(dir)
        .args(["run", "--report", "full-json", "--case", case])
        .args(args);
    let output = command
        .args(["--", "bash", "-c", &script])
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
        panic!("{}", String::from_utf8_lossy(&output.stderr));
    })
}

fn verdict<'r>(report: &'r Value, code: &str) -> &'r Value {
    let rules = report["cases"][0]["rules"].as_array().unwrap();
    rules.iter().find(|rule| rule["code"] == code).unwrap()
}

fn git(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=x", "-c", "user.email=x@example.com", "-C"]);
    let output = command.arg(folder).args(args).output().unwrap();
    assert!(output.status.success(), "git {args:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_repository_is_copied_with_its_state_and_looking_at_it_is_no_change() {
    let dir = example();
    let project = dir.path().join("churn");
    git(&project, &["init", "--quiet"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "--quiet", "-m", "all"]);
    let head = git(&project, &["rev-parse", "HEAD"]);
    fs::write(project.join("README.md"), "changed since").unwrap();
    program()
        .current_dir(dir.path())
        .args(["cases", "new", "churn"])
        .assert()
        .success();
    let before = contents(&project);

    let look = format!(
        "git status --porcelain | grep -q '^ M README.md' && test $(git rev-parse HEAD) = {} && git add README.md || kill $$",
        head.trim()
    );
    let report = run(dir.path(), "churn.toml", &look, &[]);
    assert_eq!(report["exit_code"], 0, "{report:#}");
    assert_eq!(contents(&project), before);

    assert_eq!(verdict(&report, "INI005")["verdict"], "pass");

    let moved = "git checkout --quiet -b other";
    let report = run(dir.path(), "churn.toml", moved, &[]);
    let found = verdict(&report, "INI005");
    assert_eq!(found["verdict"], "fail");
    assert!(found.to_string().contains(".git/HEAD"), "{found}");
}

#[test]
fn scripts_that_announce_nothing_are_known_by_the_trace() {
    let dir = example();
    program()
        .current_dir(dir.path())
        .args(["cases", "new", "churn"])
        .assert()
        .success();
    let direct = "python3 scripts/fit.py --threshold 0.3 --out $TMPDIR/x";
    let report = run(dir.path(), "churn.toml", direct, &[]);
    assert_eq!(report["exit_code"], 1);
    let found = verdict(&report, "INI003");
    assert_eq!(found["verdict"], "fail");
    assert!(found.to_string().contains("scripts/fit.py"), "{found}");

    let report = run(
        dir.path(),
        "churn.toml",
        "true",
        &["--audit", "announcements"],
    );
    let found = verdict(&report, "INI003");
    assert_eq!(found["verdict"], "not_looked_at");
    let reason = found["reason"].as_str().unwrap();
    assert!(
        reason.contains("the entry points of this workspace announce nothing"),
        "{reason}"
    );
}

#[test]
fn what_does_not_fit_is_told_all_at_once() {
    let dir = example();
    let later = fs::read_to_string(dir.path().join("later.toml")).unwrap();
    fs::write(dir.path().join("done.md"), "Nothing is to be done.").unwrap();
    fs::write(dir.path().join("prompt.md"), "Reach {{gaol}}").unwrap();
    let misfit = later
        .replace("./tasks.md", "./done.md")
        .replace("scripts/evaluate.py", "evaluate.py")
        .replace("[\"0\", \"1\"]", "[]")
        + "prompt = \"./prompt.md\"\n";
    let check = |file: &str, text: &str| {
        fs::write(dir.path().join(file), text).unwrap();
        let mut command = program();
        command
            .current_dir(dir.path())
            .args(["cases", "--check", file]);
        let assert = command.assert().code(2);
        String::from_utf8(assert.get_output().stderr.clone()).unwrap()
    };
    let told = check("misfit.toml", &misfit);
    for words in [
        "no entry point `evaluate.py`",
        "its plan has no task",
        "`seed` of its grid",
    ] {
        assert!(told.contains(words), "{words} is not in:\n{told}");
    }
    let prompt = later.replace("./tasks.md\"", "./tasks.md\"\nprompt = \"./prompt.md\"");
    assert!(check("prompt.toml", &prompt).contains("gaol"));
    let within = later
        .replace("./churn", "../churn")
        .replace("./tasks", "../tasks");
    assert!(check("churn/case.toml", &within).contains("lies in the workspace"));
    fs::remove_file(dir.path().join("churn/case.toml")).unwrap();

    let mut inside = program();
    inside
        .current_dir(dir.path())
        .args(["run", "--case", "later.toml", "--out", "churn/out"]);
    let assert = inside.assert().code(2);
    let told = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(told.contains("give another --out"), "{told}");
}

#[test]
fn a_case_has_a_prompt_of_its_own() {
    let dir = example();
    let short = "Work in {{workdir}} on {{goal}}. {{steer_section}}\n\
        curl -sf {{server_url}}/docs >/dev/null\nWrite {{tasks_path}}.\n";
    fs::write(dir.path().join("short.md"), short).unwrap();
    let text = "id = 'short'\ntitle = 'x'\ntwin = 'planning-healthy'\nprompt = './short.md'\n";
    fs::write(dir.path().join("short.toml"), text).unwrap();
    let mut command = program();
    command
        .current_dir(dir.path())
        .args(["run", "--case", "short.toml", "--", "cat"]);
    // `cat` says what it was asked, and asks no server, as if it had done its work.
    command.assert().code(1);
    let said = fs::read_to_string(dir.path().join("wild-evidence/short/transcript.txt")).unwrap();
    assert!(said.starts_with("Work in /"), "{said}");
}

#[test]
fn an_id_is_of_one_case_only() {
    let dir = example();
    let own = "title = \"Own\"\ntwin = \"planning-slurm-nlp\"\nsteer = \"be brief\"\n";
    for (file, id) in [
        ("one.toml", "one"),
        ("two.toml", "one"),
        ("health.toml", "planning-healthy"),
    ] {
        fs::write(dir.path().join(file), format!("id = \"{id}\"\n{own}")).unwrap();
    }
    let twice = "`one` is a case in one.toml and another one in two.toml";
    let shadow = "`planning-healthy` in health.toml is the id of a built-in case";
    for (args, told) in [
        (
            &["run", "--case", "one.toml", "--case", "two.toml"][..],
            twice,
        ),
        (&["cases", "--check", "two.toml", "one.toml"], twice),
        (&["run", "--case", "health.toml"], shadow),
        (&["cases", "--check", "one.toml", "health.toml"], shadow),
    ] {
        let mut command = program();
        let output = command.current_dir(dir.path()).args(args).assert().code(2);
        let error = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
        assert!(error.contains(told), "{args:?}: {error}");
    }
    program()
        .current_dir(dir.path())
        .args([
            "run",
            "--dry-run",
            "--case",
            "one.toml",
            "--case",
            "./one.toml",
        ])
        .assert()
        .success();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_session_plays_over_the_workspace_in_which_it_happened() {
    let dir = example();
    let server = MockServer::builder().start().await.unwrap();
    server
        .arm(Fault::status("GET", "/prompt-skills", 503))
        .await;
    for path in ["/docs", "/openapi.json", "/prompt-skills"] {
        let url = format!("{}{path}", server.url());
        let asked = tokio::task::spawn_blocking(move || {
            Command::new("curl")
                .args(["-s", "-o", "/dev/null", &url])
                .status()
        });
        assert!(asked.await.unwrap().unwrap().success());
    }
    let seen = server.journal().exchanges();
    let recorded = case::case_of("field", &Upstream::from(&server), &seen)
        .await
        .unwrap();
    let field = blocks("toml")[1];
    fs::write(dir.path().join("field.toml"), format!("{recorded}{field}")).unwrap();
    program()
        .current_dir(dir.path())
        .args(["cases", "--check", "field.toml"])
        .assert()
        .success();
    let report = run(
        dir.path(),
        "field.toml",
        "test -f scripts/fit.py || kill $$",
        &[],
    );
    assert_eq!(report["exit_code"], 0, "{report:#}");
    let preflight = report["cases"][0]["preflight"].as_str().unwrap();
    assert!(
        preflight.contains("GET /prompt-skills -> 503"),
        "{preflight}"
    );
}
