//! The Agent Client Protocol, with programs that keep to it and with others.

use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, mkfifo};

use super::{Played, could_not_run, does_nothing, fake, in_time, play, violated};
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
    let report = played.file("report.txt");
    assert!(
        report.contains("cost: 40 tokens read, 2 written, $0.2500"),
        "{report}"
    );
}

#[test]
fn who_is_refused_permission_does_nothing_and_that_is_said() {
    let played = spoken("healthy", &["--permissions", "deny"]);
    does_nothing(&played, "permission: reject_once");
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
    for (how, end) in [
        ("cut-short", "ended its turn: max_tokens"),
        ("crash-late", "exited with code 3"),
        (
            "quit-late",
            "the program ended while session/prompt was waited for",
        ),
        ("chatty-late", "Saving session..."),
        ("refuse-late", "out of credits"),
    ] {
        let played = spoken(how, &[]);
        assert_eq!(played.code(), Some(1), "{how}: {}", played.words());
        assert_eq!(violated(played.case()), ["OUT007"], "{how}");
        assert!(played.case().to_string().contains(end), "{how}");
    }
}

#[test]
fn who_ends_before_it_has_done_anything_could_not_be_run() {
    for (how, end) in [
        ("crash", "exited with code 3"),
        ("quit", "the program ended"),
    ] {
        let why = could_not_run(&spoken(how, &[]));
        assert!(why.contains(end), "{how}: {why}");
    }
}

/// It neither ends when its input is closed, nor does its tool.
#[test]
fn at_the_time_limit_a_turn_is_cancelled_and_the_tree_is_ended() {
    let (played, limit) = in_time("agent:\nI begin.\n", |limit| {
        spoken("stuck", &["--time-limit", limit])
    });
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
    let end = format!("still running after {limit} s");
    assert!(why.contains(&end), "{why}");
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
    // The agent opens this when it is at work; reading it waits for that. Where the agent dies, the
    // harness ends, and nobody opens it any more.
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || tell.send(std::fs::read(&begun)));
    while told.recv_timeout(Duration::from_millis(100)).is_err() {
        let ended = harness.try_wait().unwrap();
        assert!(ended.is_none(), "the agent never came to work: {ended:?}");
    }
    kill(Pid::from_raw(harness.id().cast_signed()), Signal::SIGINT).unwrap();
    assert_eq!(harness.wait().unwrap().code(), Some(130));
    let session = std::fs::read_to_string(out.join("planning-healthy/session.txt")).unwrap();
    let is_asked = session.contains("-> session/cancel\n");
    assert!(
        is_asked && session.ends_with("turn ended: cancelled\n"),
        "{session}"
    );
}
