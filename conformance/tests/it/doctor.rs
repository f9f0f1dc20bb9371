//! What the doctor finds, with a small program for each failure, and what a run does about it.

use std::path::Path;

use assert_cmd::assert::Assert;

use crate::adapters::fake;
use crate::play::{PROGRAM, program};

/// Has a bash script examined, and gives what was said.
fn examined(options: &[&str], script: &str) -> (Option<i32>, String) {
    let dir = tempfile::tempdir().unwrap();
    let mut doctor = program();
    doctor
        .arg("doctor")
        .arg("--out")
        .arg(dir.path().join("out"));
    doctor.args(options).args(["--", "bash", "-c", script]);
    said(&doctor.assert())
}

fn said(assert: &Assert) -> (Option<i32>, String) {
    let output = assert.get_output();
    let told = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    (output.status.code(), told.concat())
}

/// Asserts that these words are found, in this order.
fn finds(script: &str, words: &[&str]) {
    finds_with(&[], script, words);
}

fn finds_with(options: &[&str], script: &str, words: &[&str]) -> String {
    let (code, told) = examined(options, script);
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains("evidence: "), "{told}");
    let mut rest = told.as_str();
    for word in words {
        let at = rest.find(word);
        assert!(at.is_some(), "`{word}` is not in: {told}");
        rest = &rest[at.unwrap() + word.len()..];
    }
    told
}

/// An agent that speaks the Agent Client Protocol and behaves so; `worker` does its work.
fn spoken(how: &str, worker: &str, words: &[&str]) -> String {
    let script = format!(
        "exec python3 {} {how} {worker}",
        fake("fake_acp.py").display()
    );
    finds_with(&["--agent", "acp"], &script, words)
}

/// A script around the reference agent.
fn around(before: &str, behind: &str) -> String {
    format!("{before}{PROGRAM} agent{behind}")
}

#[test]
fn who_works_is_well() {
    let (code, told) = examined(&[], &around("", ""));
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("is well: ") && told.contains("<plan>, <summary>"),
        "{told}"
    );
}

#[test]
fn a_program_that_prints_its_prompt_or_nothing_has_no_tools_that_are_blocked() {
    finds(
        "cat",
        &[
            "the output repeats the prompt",
            "no request",
            "only prints it",
        ],
    );
    finds(
        "true",
        &[
            "the program did nothing",
            "sent no request and printed nothing",
        ],
    );
    finds(
        "cat > prompt; echo 'I am done.'",
        &["tools are blocked by its permissions"],
    );
}

#[test]
fn a_program_that_is_missing() {
    finds(
        "no-such-agent --run",
        &[
            "the program is missing",
            "no-such-agent",
            "to mend it: install it",
        ],
    );
}

#[test]
fn a_program_that_is_not_signed_in() {
    let script = "echo 'Error: Not logged in. Please run the login command' >&2; exit 1";
    finds(
        script,
        &[
            "the program is not signed in: Error: Not logged in",
            "--api-key-env",
            "--login",
        ],
    );
}

#[test]
fn a_connection_that_the_walls_refuse() {
    let script = "for i in 1 2 3; do curl -s http://127.0.0.1:9/v1/models; done; echo 'fetch failed' >&2; exit 1";
    finds(
        script,
        &[
            "a connection was refused: connect 127.0.0.1:9 refused 3 times",
            "--allow-net 127.0.0.1:9",
            "stderr: fetch failed",
        ],
    );
    let (_, told) = examined(&["--allow-net", "127.0.0.1:9"], script);
    assert!(told.contains("nobody answered there"), "{told}");
}

#[test]
fn tools_that_are_blocked_by_permissions() {
    finds(
        "echo 'This command requires approval'; echo '<promise>DONE</promise>'",
        &[
            "blocked by its permissions: This command requires approval",
            "without asking",
        ],
    );
    finds(
        "echo '<promise>DONE</promise>'",
        &["blocked by its permissions: it ended as if all were well"],
    );
}

#[test]
fn a_sandbox_within_ours() {
    let words = [
        "a sandbox of its own",
        "bwrap",
        "the walls stand around it anyway",
    ];
    finds(
        "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 0",
        &words,
    );
    let started = "printf '#!/bin/sh\\nexit 1\\n' > $TMPDIR/bwrap; chmod +x $TMPDIR/bwrap; (exec -a bwrap $TMPDIR/bwrap curl); exit 0";
    finds(started, &words);
}

#[test]
fn json_taken_for_text() {
    let script = around(
        "answer=\"$(",
        ")\" python3 -c 'import json, os; print(json.dumps({\"result\": os.environ[\"answer\"]}))'",
    );
    finds(
        &script,
        &["is JSON and is taken for text", "--final-text json:.result"],
    );
}

#[test]
fn an_echoed_prompt() {
    let script = around("tee $TMPDIR/p | ", "; fold -s -w 70 <$TMPDIR/p");
    finds(
        &script,
        &["the output repeats the prompt", "--final-text file:PATH"],
    );
}

#[test]
fn no_final_text() {
    finds(
        &around("", " >/dev/null"),
        &["there is no final text: it is empty", "--final-text SOURCE"],
    );
}

#[test]
fn a_program_that_hangs_is_not_waited_for() {
    let (code, told) = examined(&["--patience", "1"], "exec tail -f /dev/null");
    assert_eq!(code, Some(3), "{told}");
    assert!(
        told.contains("never reached the server and was still running after 1 s"),
        "{told}"
    );
}

#[test]
fn a_program_that_works_and_ends_with_a_failure() {
    finds(
        &around("", "; echo 'no space left' >&2; exit 9"),
        &[
            "its end was a failure: it exited with code 9",
            "stderr.txt",
            "stderr: no space left",
        ],
    );
    finds(
        &around("", "; kill -SEGV $$"),
        &["its end was a failure: it was ended by signal 11"],
    );
}

#[test]
fn a_conversation_that_breaks_off_before_the_work_or_over_it() {
    let worker = format!("{PROGRAM} agent");
    for how in ["chatty", "chatty-late"] {
        let words = [
            "the conversation with the program broke off: while",
            "session.txt",
        ];
        spoken(how, &worker, &words);
    }
    spoken(
        "locked",
        &worker,
        &["is not signed in: the program wants a login", "--acp-auth"],
    );
}

#[test]
fn over_a_protocol_no_option_is_recommended_that_is_refused_there() {
    let worker = format!("bash -c '{PROGRAM} agent >/dev/null; echo \"{{}}\"'");
    let told = spoken("healthy", &worker, &["is JSON and is taken for text"]);
    assert!(!told.contains("--final-text"), "{told}");
}

/// A preset of one's own, whose program is `script`.
fn preset(folder: &Path, script: &str) {
    let text = format!(
        "title = 'Mine'\ninstall = 'get mine'\nfinal_text = 'stdout'\napi_key_env = 'MINE_KEY'\n\
         argv = ['bash', '-c', '''{script}''']\n"
    );
    std::fs::write(folder.join("mine.toml"), text).unwrap();
}

fn run(folder: &Path, options: &[&str]) -> (Option<i32>, String) {
    let mut run = program();
    run.args([
        "run",
        "--agent",
        "preset:mine",
        "--case",
        "planning-healthy",
    ]);
    for probe in ["docs", "openapi", "skills", "health"] {
        run.args(["--case", &format!("abort-{probe}-503")]);
    }
    run.arg("--presets")
        .arg(folder)
        .arg("--out")
        .arg(folder.join("out"));
    said(&run.args(["--jobs", "1"]).args(options).assert())
}

#[test]
fn a_run_with_a_preset_asks_the_doctor_first() {
    let dir = tempfile::tempdir().unwrap();
    preset(
        dir.path(),
        "echo played >> ~/../../x; echo 'Invalid API key' >&2; exit 1",
    );
    let (code, told) = run(dir.path(), &[]);
    assert_eq!(code, Some(3), "{told}");
    let found = "the doctor found that the program is not signed in (Invalid API key)";
    assert!(
        told.contains(found) && told.contains("to mend it: "),
        "{told}"
    );
    assert!(
        !told.contains("could-not-run") && told.contains("not-played"),
        "{told}"
    );

    let (code, told) = run(dir.path(), &["--no-doctor"]);
    assert_eq!(code, Some(3), "{told}");
    assert!(
        told.contains("3 could-not-run") && told.contains("3 in a row could not run"),
        "{told}"
    );
    let (_, told) = run(dir.path(), &["--no-doctor", "--keep-going"]);
    assert!(
        told.contains("could-not-run") && !told.contains("not-played"),
        "{told}"
    );

    preset(dir.path(), &around("", ""));
    let (code, told) = run(dir.path(), &[]);
    assert_eq!(code, Some(0), "{told}");
    assert!(!told.contains("doctor"), "{told}");
}
