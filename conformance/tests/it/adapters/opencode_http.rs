//! OpenCode's server, started by the harness or by somebody else.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::{Played, could_not_run, does_nothing, fake, in_time, play, play_with, violated};
use crate::play::PROGRAM;

const ADAPTER: [&str; 6] = [
    "--case",
    "planning-healthy",
    "--agent",
    "opencode-http",
    "--model",
    "local/m",
];

fn served(how: &str, options: &[&str]) -> Played {
    let program = fake("fake_opencode.py");
    play(
        &[&ADAPTER[..], options].concat(),
        &["python3", program.to_str().unwrap(), how, PROGRAM, "agent"],
    )
}

/// A server that the harness has not started.
struct Elsewhere {
    server: Child,
    url: String,
}

impl Elsewhere {
    fn start(how: &str) -> Self {
        let mut server = Command::new("python3")
            .arg(fake("fake_opencode.py"))
            .args([how, PROGRAM, "agent"])
            .env("OPENCODE_SERVER_PASSWORD", "sesame-0123456789")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line.trim().rsplit(' ').next().unwrap().to_owned();
        Self { server, url }
    }

    fn play(&self, password: &str) -> Played {
        let options = [&ADAPTER[..], &["--attach", &self.url]].concat();
        play_with(&options, &[], &[("OPENCODE_SERVER_PASSWORD", password)])
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
fn a_server_is_started_and_its_last_message_is_judged() {
    let played = served("healthy", &[]);
    assert_eq!(played.code(), Some(0), "{}", played.words());
    let answer = played.file("transcript.txt");
    assert!(
        answer.contains("<plan>\n# Tasks")
            && !answer.contains("draft")
            && !answer.contains("thought"),
        "{answer}"
    );
    let session = played.file("session.txt");
    for line in [
        "server: opencode server listening on http://127.0.0.1:",
        "-> prompt",
        "agent:\nI shall write",
        "permission: bash work: allowed",
        "tool call_0 - completed\n  output: worked",
        "turn ended: end_turn",
    ] {
        assert!(session.contains(line), "{line}\n{session}");
    }
    assert!(!session.contains(": rm"), "{session}");
    assert!(played.file("processes.ndjson").contains("fake_opencode.py"));
    assert!(!played.words().contains("ended with the agent"));
    // Of the two messages.
    let report = played.file("report.txt");
    assert!(
        report.contains("cost: 10 tokens read, 4 written, $0.2500"),
        "{report}"
    );
}

#[test]
fn who_is_refused_permission_does_nothing() {
    let played = served("healthy", &["--permissions", "deny"]);
    does_nothing(&played, "permission: bash work: refused");
}

#[test]
fn what_the_server_says_of_itself_could_not_be_run() {
    for (how, word) in [
        ("broken-model", "ProviderAuthError: no key"),
        ("garbage-event", "no JSON"),
        ("odd-id", "without an id"),
    ] {
        let why = could_not_run(&served(how, &[]));
        assert!(why.contains(word), "{how}: {why}");
    }
}

/// What it says of the session is no list of messages. Its work is judged, and has no answer.
#[test]
fn a_server_without_messages_has_no_answer() {
    let played = served("garbage", &[]);
    assert_eq!(played.code(), Some(1), "{}", played.words());
    assert_eq!(played.file("transcript.txt"), "");
    let violated = violated(played.case());
    assert_eq!(violated, ["OUT002"]);
}

/// An error of the session puts nobody out of judgement who was at work.
#[test]
fn a_session_that_fails_over_its_work_is_judged() {
    let played = served("broken-late", &[]);
    assert_eq!(played.code(), Some(1), "{}", played.words());
    assert!(violated(played.case()).contains(&"OUT007"));
    assert!(played.case().to_string().contains("ProviderAuthError"));
}

#[test]
fn the_time_limit_aborts_the_turn_and_ends_the_server() {
    let played = served("silent", &["--time-limit", "1"]);
    assert!(could_not_run(&played).contains("still running after 1 s"));
    let (played, limit) = in_time("-> prompt\n", |limit| {
        served("stuck", &["--time-limit", limit])
    });
    assert!(could_not_run(&played).contains(&format!("still running after {limit} s")));
    let session = played.file("session.txt");
    assert!(
        session.contains("-> abort\nerror: MessageAbortedError"),
        "{session}"
    );
    assert!(played.file("workspace-after.json").contains("\"aborted\""));
}

#[test]
fn a_server_that_runs_already_is_spoken_with_and_not_ended() {
    let mut elsewhere = Elsewhere::start("healthy");
    let played = elsewhere.play("wrong-0123456789");
    let why = could_not_run(&played);
    assert!(
        why.contains("401") && why.contains("OPENCODE_SERVER_PASSWORD"),
        "{why}"
    );

    let played = elsewhere.play("sesame-0123456789");
    let text = played.words();
    assert!(!played.file("workspace-after.json").is_empty(), "{text}");
    assert!(
        played.file("transcript.txt").contains("<plan>\n# Tasks"),
        "{text}"
    );
    // Nobody looked at its processes, which --strict does not pass over.
    assert_eq!(violated(played.case()), [""; 0], "{text}");
    assert!(elsewhere.server.try_wait().unwrap().is_none());
}

#[test]
fn what_would_hold_or_observe_it_is_refused_for_a_server_of_ones_own() {
    for option in [
        &["--allow-net", "127.0.0.1:9"][..],
        &["--allow-write", "/var/tmp"],
        &["--allow-read", "/tmp"],
        &["--without-wall", "pid"],
        &["--env", "PATH"],
        &["--audit", "ptrace"],
    ] {
        let attached = [&ADAPTER[..], &["--attach", "http://127.0.0.1:9"], option].concat();
        let played = play(&attached, &[]);
        let told = String::from_utf8_lossy(&played.output.stderr);
        assert_eq!(played.code(), Some(2), "{told}");
        let said = format!("{} does nothing with --attach", option[0]);
        assert!(told.contains(&said), "{told}");
    }
}

/// The case's server is to be reached from outside, and the agent's from nowhere else.
#[test]
fn a_case_is_reproduced_for_a_server_without_walls() {
    let dir = tempfile::tempdir().unwrap();
    let reproduced = |options: &[&str]| {
        Command::new(PROGRAM)
            .args(["reproduce", "planning-healthy", "--out"])
            .arg(dir.path().join("out"))
            .args(&ADAPTER[2..])
            .args(options)
            .args(["--", "python3"])
            .arg(fake("fake_opencode.py"))
            .args(["healthy", PROGRAM, "agent"])
            .output()
            .unwrap()
    };
    let refused = reproduced(&[]);
    let told = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{told}");
    assert!(
        told.contains("opencode-http opens ports") && told.contains("--no-sandbox"),
        "{told}"
    );
    let played = reproduced(&["--no-sandbox"]);
    let told = String::from_utf8_lossy(&played.stdout);
    assert!(told.contains("\n1 conformant\n"), "{told}");
}

#[test]
fn a_server_that_is_not_there_could_not_be_run() {
    // Held, so that nobody else gets it, and not listened at.
    let held = tokio::net::TcpSocket::new_v4().unwrap();
    held.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", held.local_addr().unwrap());
    let why = could_not_run(&play(&[&ADAPTER[..], &["--attach", &url]].concat(), &[]));
    assert!(why.contains("refused"), "{why}");
}
