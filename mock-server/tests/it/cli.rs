//! The program `wild-mock`.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

use crate::client::{get, post, send};

const BINARY: &str = env!("CARGO_BIN_EXE_wild-mock");

pub struct Serving {
    pub child: Child,
    pub addr: SocketAddr,
    /// Lines of stdout before the one that tells the address.
    pub before: Vec<String>,
}

impl Serving {
    pub fn start(args: &[&str]) -> Self {
        Self::run("serve", args)
    }

    /// Starts a command that listens.
    pub fn run(command: &str, args: &[&str]) -> Self {
        let mut program = Command::new(BINARY);
        program
            .args([command, "--listen", "127.0.0.1:0"])
            .args(args);
        Self::spawn(program.stderr(Stdio::null()))
    }

    /// Starts `serve` under a limit of the shell's.
    pub fn limited(limit: &str, args: &[&str], log: &Path) -> Self {
        let mut shell = Command::new("sh");
        let script = format!("trap '' XFSZ; ulimit {limit}; exec \"$@\"");
        shell.args([
            "-c",
            &script,
            "sh",
            BINARY,
            "serve",
            "--listen",
            "127.0.0.1:0",
        ]);
        Self::spawn(shell.args(args).stderr(std::fs::File::create(log).unwrap()))
    }

    fn spawn(program: &mut Command) -> Self {
        let child = program
            .env_remove("RESEARCH_AGENT_USER_AUTH_TOKEN")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // Nobody's address yet; from here on the program ends with the test.
        let mut serving = Self {
            child,
            addr: SocketAddr::from(([0, 0, 0, 0], 0)),
            before: Vec::new(),
        };
        for line in BufReader::new(serving.child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(url) = line.strip_prefix("listening on http://") {
                serving.addr = url.parse().unwrap();
                return serving;
            }
            serving.before.push(line);
        }
        panic!("no address after {:?}", serving.before);
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), signal).unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn run(args: &[&str]) -> Output {
    Command::new(BINARY)
        .args(args)
        .env_remove("RESEARCH_AGENT_USER_AUTH_TOKEN")
        .output()
        .unwrap()
}

#[tokio::test]
async fn signals_end_it_within_a_second() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let mut serving = Serving::start(&[]);
        let idle = tokio::net::TcpStream::connect(serving.addr).await.unwrap();
        get(serving.addr, "/health").await;
        let asked = Instant::now();
        serving.signal(signal);
        let status = serving.child.wait().unwrap();
        assert!(status.success(), "{signal}: {status}");
        assert!(
            asked.elapsed() < Duration::from_secs(5),
            "{signal}: {:?}",
            asked.elapsed()
        );
        drop(idle);
    }
}

#[tokio::test]
async fn a_state_file_is_shortened_while_it_is_used_and_survives_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let serve = || Serving::start(&["--state", state.to_str().unwrap()]);
    let mut serving = serve();
    let run = json!({"name": "n", "command": "c"});
    let made = post(serving.addr, "/runs", &run).await.json();
    let path = format!("/runs/{}", made["id"].as_str().unwrap());
    let (mut longest, mut shortened) = (0, 0);
    for number in 0..60 {
        let edit = json!({"name": format!("{number}{}", "x".repeat(100_000))}).to_string();
        let json = ("content-type", "application/json");
        let edited = send(serving.addr, "PUT", &path, &[json], edit.as_bytes()).await;
        assert_eq!(edited.status, 200);
        let length = std::fs::metadata(&state).unwrap().len();
        shortened += u64::from(length < longest);
        longest = length.max(if length < longest { 0 } else { longest });
        assert!(length < 2_500_000, "{length}");
        if number % 10 == 9 {
            let before = get(serving.addr, "/runs").await.text();
            serving.child.kill().unwrap();
            serving.child.wait().unwrap();
            serving = serve();
            assert_eq!(get(serving.addr, "/runs").await.text(), before);
        }
    }
    assert!(shortened > 0);
}

#[tokio::test]
async fn acknowledged_changes_survive_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let serve = || Serving::start(&["--state", state.to_str().unwrap()]);
    let mut serving = serve();
    let sweep = post(serving.addr, "/sweeps/wild", &json!({"name": "s"}))
        .await
        .json();
    let mut ids = Vec::new();
    for number in 0..50 {
        let run = json!({"name": format!("n{number}"), "command": "c", "sweep_id": sweep["id"]});
        ids.push(post(serving.addr, "/runs", &run).await.json()["id"].clone());
    }
    let rows = json!({"rows": [{"loss": 0.5}]});
    post(
        serving.addr,
        &format!("/runs/{}/metrics", ids[0].as_str().unwrap()),
        &rows,
    )
    .await;
    post(
        serving.addr,
        "/prompt-skills",
        &json!({"name": "mine", "template": "t"}),
    )
    .await;
    let before = get(serving.addr, "/runs?limit=100").await.text();
    serving.child.kill().unwrap();
    serving.child.wait().unwrap();

    let serving = serve();
    assert_eq!(get(serving.addr, "/runs?limit=100").await.text(), before);
    let again = get(
        serving.addr,
        &format!("/sweeps/{}", sweep["id"].as_str().unwrap()),
    )
    .await;
    assert_eq!(again.json()["run_ids"], json!(ids));
    let metrics = get(
        serving.addr,
        &format!("/runs/{}/metrics", ids[0].as_str().unwrap()),
    )
    .await;
    assert_eq!(metrics.json()["metrics"]["loss"], 0.5);
    assert_eq!(get(serving.addr, "/prompt-skills/mine").await.status, 200);
    let new = post(serving.addr, "/runs", &json!({"name": "n", "command": "c"}))
        .await
        .json();
    assert!(!ids.contains(&new["id"]), "an id was issued twice");
}

#[tokio::test]
async fn a_case_decides_how_the_server_behaves() {
    let serving = Serving::start(&["--case", "abort-docs-503"]);
    assert_eq!(get(serving.addr, "/docs").await.status, 503);
    assert_eq!(get(serving.addr, "/openapi.json").await.status, 200);
    let serving = Serving::start(&["--case", "auth-plain-probe", "--auth-token", "mine"]);
    assert_eq!(
        get(serving.addr, "/wild/v2/system-health").await.status,
        401
    );
    let token = [("x-auth-token", "mine")];
    let health = send(serving.addr, "GET", "/wild/v2/system-health", &token, b"").await;
    assert_eq!(health.status, 200);
}

#[tokio::test]
async fn options_reach_the_server() {
    let serving = Serving::start(&[
        "--cluster",
        "slurm:8",
        "--seed",
        "9",
        "--time-scale",
        "1000",
    ]);
    let cluster = post(serving.addr, "/cluster/detect", &json!({}))
        .await
        .json();
    assert_eq!(cluster["cluster"]["type"], "slurm");
    assert_eq!(cluster["cluster"]["gpu_count"], 8);
    let run = json!({"name": "n", "command": "python t.py", "auto_start": true});
    let first = post(serving.addr, "/runs", &run).await.json();
    let path = format!("/runs/{}", first["id"].as_str().unwrap());
    crate::client::until(serving.addr, &path, |run| run["status"] == "finished").await;
    let twin = Serving::start(&["--seed", "9"]);
    assert_eq!(
        post(twin.addr, "/runs", &run).await.json()["id"],
        first["id"]
    );
}

#[test]
fn the_document_is_printed() {
    let output = run(&["openapi"]);
    assert!(output.status.success());
    let checked_in = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/openapi.json");
    assert!(output.stdout == std::fs::read(Path::new(checked_in)).unwrap());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let status = Command::new("sh")
        .arg("-c")
        .arg(format!(
            "{BINARY} openapi | head -c 10 >/dev/null; test ${{PIPESTATUS:-0}} = 0"
        ))
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&status.stderr), "");
}

#[tokio::test]
async fn the_control_api_is_told_first_and_nothing_is_coloured() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log");
    let serving = Serving::limited("-n 256", &["--control", "localhost:0"], &log);
    let [control] = &serving.before[..] else {
        panic!("{:?}", serving.before)
    };
    let control = control.strip_prefix("control on http://").unwrap();
    let health = get(control.parse().unwrap(), "/health").await.json();
    assert_eq!(health["url"], format!("http://{}", serving.addr));
    assert!(
        serving.before[0].contains("127.0.0.1:"),
        "{:?}",
        serving.before
    );
    // A restored state that is none is told, and with `kill -9` nothing else would be.
    serving.signal(Signal::SIGTERM);
    let log = std::fs::read_to_string(&log).unwrap();
    assert!(!log.contains('\u{1b}'), "{log:?}");
}

#[test]
fn wrong_words_are_refused_with_advice() {
    let dir = tempfile::tempdir().unwrap();
    let not_a_state = dir.path().join("x");
    std::fs::write(&not_a_state, "hello\n").unwrap();
    for (args, advice) in [
        (vec!["serve", "--cluster", "moon:4"], "shared_head_node"),
        (
            vec!["serve", "--case", "planning-helthy"],
            "did you mean `planning-healthy`?",
        ),
        (vec!["serve", "--skills", "/no/such"], "/no/such"),
        (vec!["serve", "--workdir", "/no/such"], "/no/such"),
        (vec!["serve", "--time-scale", "0"], "above 0"),
        (
            vec!["serve", "--state", not_a_state.to_str().unwrap()],
            "line 1",
        ),
        (vec!["serve", "--listen", "here"], "--listen"),
        (vec!["serve", "--stall-limit=-1"], "stall-limit"),
        (vec!["serve", "--upstream", "https://host"], "TLS"),
        (
            vec!["serve", "--upstream", "http://127.0.0.1:99999"],
            "65535",
        ),
        (vec!["record", "--upstream", "http://host"], "--out"),
        (
            vec![
                "record",
                "--upstream",
                "http://host",
                "--out",
                "/no/such/case.toml",
            ],
            "/no/such/case.toml",
        ),
        (
            vec!["diff", "--upstream", "http://host", "--journal", "/no/such"],
            "/no/such",
        ),
        (
            vec![
                "diff",
                "--upstream",
                "http://host",
                "--journal",
                not_a_state.to_str().unwrap(),
            ],
            "x:1: no exchange",
        ),
        (vec!["srve"], "serve"),
    ] {
        let output = run(&args);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {error}");
        assert!(error.contains(advice), "{args:?}: {error}");
        assert!(output.stdout.is_empty());
    }
}
