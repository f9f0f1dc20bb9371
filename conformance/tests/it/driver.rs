//! How an agent's program is chosen, what it finds, and where its answer is taken from.

use std::path::Path;

use wild_conformance::agent::{AgentSpec, Outfit};
use wild_conformance::engine::CaseOutcome;

use crate::play::{PROGRAM, bash, case, play, play_one, program};

/// A bash agent whose answer is what the reference agent says, in `$answer`.
fn wrapped(script: &str, source: &str) -> AgentSpec {
    bash(&format!("export answer=\"$({PROGRAM} agent)\"; {script}"))
        .telling(source.parse().unwrap())
}

/// Prints as JSON what `$answer` holds.
const AS_JSON: &str = "python3 -c 'import json, os; print(json.dumps(EXPRESSION))'";

fn as_json(expression: &str) -> String {
    let expression = expression.replace("ANSWER", "os.environ[\"answer\"]");
    AS_JSON.replace("EXPRESSION", &expression)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_is_taken_from_where_it_is_said_to_be() {
    let draft = "{\"type\": \"text\", \"part\": {\"text\": \"<plan>\\na draft\\n</plan>\"}}";
    let lines = format!(
        "{}; {}; echo '{{\"type\": \"end\"}}'",
        as_json(draft),
        as_json("{\"type\": \"text\", \"part\": {\"text\": ANSWER}}")
    );
    let log = "echo 'a log with a <plan>draft</plan> in it'";
    for (script, source) in [
        (as_json("{\"result\": ANSWER, \"n\": 1}"), "json:.result"),
        (lines.clone(), "jsonl:type=text:.part.text"),
        (lines, "last-message"),
        (
            format!("{log}; printf %s \"$answer\" > $TMPDIR/last.md"),
            "file:$TMPDIR/last.md",
        ),
        (
            format!(
                "{log}; {} > ~/.t.json",
                as_json("{\"info\": {\"submission\": ANSWER}}")
            ),
            "file+json:{home}/.t.json:.info.submission",
        ),
    ] {
        let out = tempfile::tempdir().unwrap();
        let report = play(
            wrapped(&script, source),
            &[case("planning-healthy")],
            out.path(),
        )
        .await;
        let only = &report.cases[0];
        assert_eq!(only.violated(), [""; 0], "{source}: {:?}", only.notes);
        let printed = std::fs::read(out.path().join("planning-healthy/stdout.txt")).unwrap();
        assert!(!printed.is_empty(), "{source}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_there_is_said_and_where_the_output_is() {
    let report = play_one(wrapped("echo words", "json:.result"), "planning-healthy").await;
    assert!(
        report.violated().contains(&"OUT002"),
        "{:?}",
        report.violated()
    );
    let note = &report.notes[0];
    assert!(
        note.contains("json:.result") && note.contains("planning-healthy/stdout.txt"),
        "{note}"
    );
}

#[tokio::test]
async fn an_answer_is_no_way_to_the_users_files() {
    let dir = tempfile::tempdir().unwrap();
    let secret = dir.path().join("secret");
    std::fs::write(&secret, "<plan>hers</plan>").unwrap();
    let script = format!(
        "ln -s {} $TMPDIR/a; ln -s {} $TMPDIR/b",
        dir.path().display(),
        secret.display()
    );
    for source in ["file:{tmp}/a/secret", "file:{tmp}/b"] {
        let report = play_one(wrapped(&script, source), "planning-healthy").await;
        assert!(
            report.notes[0].contains("cannot be read"),
            "{:?}",
            report.notes
        );
    }
}

#[tokio::test]
async fn json_taken_for_text_is_said_with_the_option_that_mends_it() {
    let script = as_json("{\"type\": \"result\", \"result\": ANSWER}");
    let report = play_one(wrapped(&script, "stdout"), "planning-healthy").await;
    assert_eq!(report.outcome, CaseOutcome::NonConformant);
    assert!(
        report.notes[0].contains("--final-text json:.result"),
        "{:?}",
        report.notes
    );
}

#[tokio::test]
async fn an_echoed_prompt_is_said_however_it_is_framed() {
    let echo = "fold -s -w 70 | sed 's/^/| /; s/$/ |/'";
    let report = play_one(
        bash(&format!(
            "tee $TMPDIR/p | {PROGRAM} agent; <$TMPDIR/p {echo}"
        )),
        "planning-healthy",
    )
    .await;
    assert!(
        report.notes[0].contains("repeats the prompt"),
        "{:?}",
        report.notes
    );
    let plain = play_one(bash(&format!("{PROGRAM} agent")), "planning-healthy").await;
    assert_eq!(plain.notes, [""; 0]);
}

#[test]
fn nothing_behind_the_dashes_is_no_reference_agent() {
    for args in [
        &["run", "--"][..],
        &["run", "--case", "planning-healthy", "--"],
        &["run", "--", ""],
        &["reproduce", "planning-healthy", "--"],
        &["minimize", "abort-docs-503", "--", ""],
    ] {
        let assert = program().args(args).assert().code(2);
        let told = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        assert!(told.contains("empty variable?"), "{args:?}: {told}");
    }
}

/// The only case of a run, as JSON.
fn run(folder: &Path, args: &[&str]) -> String {
    let out = folder.join("out");
    let mut run = program();
    run.current_dir(folder);
    run.args(["run", "--case", "planning-healthy", "--out"])
        .arg(&out);
    run.args(args).assert().code(3);
    std::fs::read_to_string(out.join("report.txt")).unwrap()
}

#[test]
fn a_script_named_without_a_path_is_told_how_to_be_named() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("agent.py"), "print(1)\n").unwrap();
    for args in [
        &["--", "python3", "agent.py"][..],
        &["--", "agent.py"],
        &["--", "bash", "-c", "agent.py"],
    ] {
        let told = run(dir.path(), args);
        assert!(told.contains("give `./agent.py`"), "{told}");
        assert!(!told.contains("no wall"), "{told}");
    }
}

#[tokio::test]
async fn login_shells_keep_what_stands_first_in_path() {
    let script = "for shell in 'bash -lc' 'sh -lc'; do \
                  [ \"$($shell 'command -v nvidia-smi')\" = \"$(command -v nvidia-smi)\" ] || exit 9; done; \
                  git init -q $TMPDIR/r && cd $TMPDIR/r && git commit -q --allow-empty -m x || exit 8; \
                  [ \"$TMUX_TMPDIR\" = \"$TMPDIR\" ] || exit 7; exit 5";
    let report = play_one(bash(script), "planning-healthy").await;
    assert_eq!(report.ending, "exited with code 5");
}

#[tokio::test]
async fn what_is_inherited_can_be_narrowed() {
    let outfit = Outfit {
        environment: vec![("GIVEN".to_owned(), "{home}/x".to_owned())],
        keep: Some(vec!["CARGO_PKG_*".to_owned()]),
        ..Outfit::default()
    };
    let script = "[ -n \"$CARGO_PKG_NAME\" ] && [ -z \"$CARGO_MANIFEST_DIR\" ] && [ -n \"$PATH\" ] && \
                  [ \"$GIVEN\" = \"$HOME/x\" ] && exit 5";
    let report = play_one(bash(script).wearing(outfit), "planning-healthy").await;
    assert_eq!(report.ending, "exited with code 5");
}
