//! The Agent Client Protocol, with programs that keep to it and with others.

use std::process::{Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, mkfifo};

use super::{Played, could_not_run, fake, play};
use crate::play::PROGRAM;

fn spoken(how: &str, options: &[&str]) -> Played {
    let program = fake("fake_acp.py");
    let mut all = vec!["--case", "planning-healthy", "--agent", "acp"];
    all.extend(options);
    play(
        &all,
        &["python3", program.to_str().unwrap(), how, PROGRAM, "agent"],
    )
}

#[test]
fn an_agent_plans_and_is_judged_by_its_last_text() {
    let played = spoken("healthy", &[]);
    assert_eq!(played.code(), Some(0), "{}", played.words());
    let answer = played.file("transcript.txt");
    assert!(
        answer.contains("<plan>\n# Tasks") && !answer.contains("draft"),
        "{answer}"
    );
    let session = played.file("session.txt");
    for line in [
        "-> session/prompt",
        "thought:\n<plan>",
        "agent:\nI shall write",
        "not offered: fs/read_text_file",
        "permission: allow_once",
        "tool t2 - completed\n  output: worked",
        "turn ended: end_turn",
    ] {
        assert!(session.contains(line), "{line}\n{session}");
    }
    assert!(
        played
            .file("evidence.json")
            .contains("\"stop_reason\": \"end_turn\"")
    );
    assert!(played.file("processes.ndjson").contains("fake_acp.py"));
}

#[test]
fn who_is_refused_permission_does_nothing_and_that_is_said() {
    let played = spoken("healthy", &["--permissions", "deny"]);
    assert_eq!(played.code(), Some(1), "{}", played.words());
    assert!(played.file("transcript.txt").contains("not allowed"));
    assert!(played.case().to_string().contains("sent no request"));
    assert!(
        played
            .file("session.txt")
            .contains("permission: reject_once")
    );
}

#[test]
fn a_mode_and_a_login_are_asked_for() {
    let played = spoken("moded", &["--acp-mode", "full-access"]);
    assert_eq!(played.code(), Some(0), "{}", played.words());
    let played = spoken("login", &["--acp-auth", "own-login"]);
    assert_eq!(played.code(), Some(0), "{}", played.words());
}

#[test]
fn what_is_not_the_protocol_could_not_be_run() {
    for (how, word) in [
        ("chatty", "Loading plugins..."),
        ("endless", "more than"),
        ("newer", "version 2"),
        ("locked", "own-login"),
    ] {
        let why = could_not_run(&spoken(how, &[]));
        assert!(why.contains(word), "{how}: {why}");
    }
}

#[test]
fn whoever_never_answers_is_ended_by_the_time_limit() {
    let played = spoken("silent", &["--time-limit", "1"]);
    let why = could_not_run(&played);
    assert!(why.contains("still running after 1 s"), "{why}");
}

#[test]
fn a_turn_that_ends_early_or_with_a_crash_is_judged() {
    let played = spoken("cut-short", &[]);
    assert_eq!(played.code(), Some(1), "{}", played.words());
    assert!(
        played
            .case()
            .to_string()
            .contains("ended its turn: max_tokens")
    );
    let why = could_not_run(&spoken("crash", &[]));
    assert!(why.contains("exited with code 3"), "{why}");
}

/// It neither ends when its input is closed, nor does its tool. The limit leaves it the time to begin.
#[test]
fn at_the_time_limit_a_turn_is_cancelled_and_the_tree_is_ended() {
    let played = spoken("stuck", &["--time-limit", "8"]);
    let session = played.file("session.txt");
    assert!(
        session.ends_with("agent:\nI begin.\n-> session/cancel\nturn ended: cancelled\n"),
        "{session}"
    );
    assert!(
        played
            .file("workspace-after.json")
            .contains("\"cancelled\"")
    );
    let why = could_not_run(&played);
    assert!(why.contains("still running after 8 s"), "{why}");
}

#[test]
fn a_user_who_wants_to_stop_cancels_the_turn() {
    let dir = tempfile::tempdir().unwrap();
    let (begun, out) = (dir.path().join("begun"), dir.path().join("out"));
    mkfifo(&begun, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let mut harness = Command::new(PROGRAM)
        .args(["run", "--no-doctor", "--agent", "acp", "--case"])
        .args(["planning-healthy", "--out"])
        .arg(&out)
        .arg("--allow-write")
        .arg(dir.path())
        .args(["--", "python3"])
        .arg(fake("fake_acp.py"))
        .arg("stuck")
        .env("FAKE_BEGUN", &begun)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The agent opens this when it is at work; reading it waits for that.
    std::fs::read(&begun).unwrap();
    kill(Pid::from_raw(harness.id().cast_signed()), Signal::SIGINT).unwrap();
    assert_eq!(harness.wait().unwrap().code(), Some(130));
    let session = std::fs::read_to_string(out.join("planning-healthy/session.txt")).unwrap();
    let is_asked = session.contains("-> session/cancel\n");
    assert!(
        is_asked && session.ends_with("turn ended: cancelled\n"),
        "{session}"
    );
}
