//! The scripts of the scripted model: an agent that does as they say is judged as they say.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::JoinSet;
use wild_conformance::agent::{AgentSpec, Supervision};
use wild_conformance::cancel::Cancel;
use wild_conformance::engine::{CaseOutcome, RunReport};
use wild_conformance::model::{Played, Script, serve, shipped};
use wild_conformance::prompt::Prompts;
use wild_conformance::rules;
use wild_conformance::selection::Selection;

use crate::play::{PROGRAM, case, play_under, program};

/// A model that is served for as long as this is held.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) played: Receiver<Played>,
    cancel: Cancel,
}

impl Served {
    pub(crate) async fn with(script: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let script = Script::find(script).unwrap();
        let (onlooker, played) = channel(1_000);
        let cancel = Cancel::new();
        let raised = cancel.clone();
        tokio::spawn(async move { serve(listener, script, onlooker, &raised).await });
        Self {
            address,
            played,
            cancel,
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.cancel.raise();
    }
}

/// The smallest agent that has a model.
fn chat_agent() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/agents/chat-agent.py")
}

/// Plays cases with the smallest agent that has a model.
async fn played(script: &str, ids: &[&str]) -> RunReport {
    played_by(&chat_agent(), script, ids).await
}

async fn played_by(agent: &Path, script: &str, ids: &[&str]) -> RunReport {
    let model = Served::with(script).await;
    let endpoint = format!("http://{}/v1", model.address);
    let agent = AgentSpec::exec(vec!["python3".into(), agent.into(), endpoint.into()]).unwrap();
    let supervision = Supervision {
        allow_net: vec![model.address.to_string().parse().unwrap()],
        ..Supervision::full(Path::new(PROGRAM))
    };
    let cases: Vec<_> = ids.iter().map(|id| case(id)).collect();
    let out = tempfile::tempdir().unwrap();
    let prompts = Prompts::builtin().unwrap();
    play_under(
        agent,
        &cases,
        out.path(),
        prompts,
        Selection::default(),
        supervision,
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_conforming_script_conforms_in_every_kind_of_case() {
    let ids = [
        "planning-healthy",
        "planning-vision-exp",
        "abort-health-503",
        "execution-token",
        "execution-shared",
        "execution-failure",
        "execution-playbook",
        "execution-last-task",
        "execution-sentinel",
        "execution-guard-docs-503",
    ];
    let report = played("conforming", &ids).await;
    assert_eq!(report.cases.len(), ids.len());
    for case in &report.cases {
        let (id, violated) = (&case.id, case.violated());
        assert_eq!(case.outcome, CaseOutcome::Conformant, "{id}: {violated:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_script_breaks_what_it_says_and_nothing_else() {
    let mut plays = JoinSet::new();
    for name in shipped().into_iter().filter(|name| *name != "conforming") {
        plays.spawn(async move {
            let script = Script::find(name).unwrap();
            let report = played(name, &[&script.case]).await;
            let case = &report.cases[0];
            let (id, outcome) = (&script.case, &case.outcome);
            assert_eq!(
                case.violated(),
                script.breaks,
                "what an agent broke in {id}, and `breaks` of fixtures/models/{name}.toml: {outcome:?}"
            );
        });
    }
    plays.join_all().await;
}

/// An agent that prints its last words alone, as the one above does, keeps the draft to itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_on_the_way_is_seen_where_all_that_is_said_is_printed() {
    let text = std::fs::read_to_string(chat_agent()).unwrap();
    let calls = "    for call in message[\"tool_calls\"]:\n";
    assert!(text.contains(calls));
    let said = format!("    print(message.get(\"content\") or \"\")\n{calls}");
    let folder = tempfile::tempdir().unwrap();
    let agent = folder.path().join("agent.py");
    std::fs::write(&agent, text.replace(calls, &said)).unwrap();
    for (script, violated) in [("conforming", &[][..]), ("chatty", &["OUT002"])] {
        let report = played_by(&agent, script, &["planning-healthy"]).await;
        assert_eq!(report.cases[0].violated(), violated, "{script}");
    }
}

/// Neither a body that never comes nor an answer that is never read keeps it from ending.
#[test]
fn a_client_that_stalls_does_not_keep_it_from_ending() {
    let mut model = Command::new(PROGRAM)
        .args(["model", "--quiet"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut told = BufReader::new(model.stdout.take().unwrap());
    told.read_line(&mut line).unwrap();
    let address = line.trim().rsplit("http://").next().unwrap();
    let mut stalled = TcpStream::connect(address).unwrap();
    let head = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\
                Content-Length: 100\r\n\r\n";
    stalled.write_all(head.as_bytes()).unwrap();
    // Its answer tells that the body is waited for.
    stalled.read_exact(&mut [0; 12]).unwrap();
    kill(Pid::from_raw(model.id().cast_signed()), Signal::SIGTERM).unwrap();
    let (tell, ended) = std::sync::mpsc::channel();
    let pid = Pid::from_raw(model.id().cast_signed());
    std::thread::spawn(move || tell.send(model.wait()));
    let ended = ended.recv_timeout(Duration::from_mins(1));
    if ended.is_err() {
        kill(pid, Signal::SIGKILL).unwrap();
    }
    assert_eq!(ended.unwrap().unwrap().code(), Some(0));
}

/// A pipe that is full and that nobody reads keeps it neither from answering nor from ending.
#[test]
fn a_reader_that_does_not_read_does_not_keep_it_from_ending() {
    let mut model = Command::new(PROGRAM)
        .arg("model")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut told = BufReader::new(model.stdout.take().unwrap());
    told.read_line(&mut line).unwrap();
    let address = line.trim().rsplit("http://").next().unwrap();
    let path = "a".repeat(8 * 1024);
    // Each is told in a line of more than 16 kB, and a pipe takes 64 kB.
    for _ in 0..12 {
        let mut client = TcpStream::connect(address).unwrap();
        let request = format!("GET /{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        client.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    }
    let pid = Pid::from_raw(model.id().cast_signed());
    kill(pid, Signal::SIGTERM).unwrap();
    let (tell, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || tell.send(model.wait()));
    let ended = ended.recv_timeout(Duration::from_mins(1));
    if ended.is_err() {
        kill(pid, Signal::SIGKILL).unwrap();
    }
    assert_eq!(ended.unwrap().unwrap().code(), Some(0));
    drop(told);
}

#[test]
fn every_family_of_rules_is_broken_by_a_script() {
    let scripts: Vec<Script> = shipped()
        .into_iter()
        .map(|name| Script::find(name).unwrap())
        .collect();
    // What a campaign amounts to shows over many iterations; a script is about one.
    for rule in rules::all().filter(|rule| !rule.code.starts_with("CMP")) {
        let family = &rule.code[..3];
        let breaks = |script: &Script| script.breaks.iter().any(|code| code.starts_with(family));
        assert!(scripts.iter().any(breaks), "no script breaks {family}");
    }
}

#[test]
fn the_scripts_are_listed_and_an_unknown_one_is_told() {
    let listed = program().args(["model", "--list"]).assert().success();
    let listed = String::from_utf8(listed.get_output().stdout.clone()).unwrap();
    assert_eq!(listed.lines().count(), shipped().len());
    let breaking = |name: &str| {
        let mut lines = listed.lines();
        let line = lines.find(|line| line.split_whitespace().next() == Some(name));
        line.unwrap().contains("PRE005")
    };
    assert!(
        breaking("no-health-probe") && !breaking("chatty"),
        "{listed}"
    );
    let unknown = program()
        .args(["model", "--script", "nosuch"])
        .assert()
        .code(2);
    let told = String::from_utf8(unknown.get_output().stderr.clone()).unwrap();
    assert!(told.contains("nosuch: no script is called so"), "{told}");
}
