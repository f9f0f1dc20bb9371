//! Runs whose commands are really executed.

use std::path::Path;

use serde_json::{Value, json};
use wild_mock_server::{MockServer, RunMode};

use crate::client::{PATIENCE, get, post, until};

async fn start(dir: &Path) -> MockServer {
    MockServer::builder()
        .workdir(dir)
        .runs(RunMode::Executed)
        .start()
        .await
        .unwrap()
}

async fn launch(server: &MockServer, command: &str) -> String {
    let run = json!({"name": "n", "command": command, "auto_start": true});
    let made = post(server.addr(), "/runs", &run).await.json();
    assert_eq!(made["status"], "launching");
    made["id"].as_str().unwrap().to_owned()
}

async fn ended(server: &MockServer, id: &str) -> Value {
    let terminal =
        |run: &Value| ["finished", "failed", "stopped"].contains(&run["status"].as_str().unwrap());
    until(server.addr(), &format!("/runs/{id}"), terminal).await
}

fn is_alive(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // A zombie has ended; who reaps it is not the question here.
    !stat.is_empty() && !stat.contains(") Z ")
}

async fn gone(pid: &str) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while is_alive(pid) {
        assert!(
            tokio::time::Instant::now() < deadline,
            "process {pid} is still there"
        );
        tokio::task::yield_now().await;
    }
}

/// The process ids that a command has written into a file.
async fn pids(path: &Path, count: usize) -> Vec<String> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        if text.lines().count() == count && text.ends_with('\n') {
            return text.lines().map(str::to_owned).collect();
        }
        assert!(tokio::time::Instant::now() < deadline, "{text:?}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_command_runs_in_its_directory_and_its_output_is_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path()).await;
    let command = "pwd; echo $WILD_RUN_ID; echo oops >&2; touch .agents/runs/$WILD_RUN_ID/artifacts/a; exit 3";
    let id = launch(&server, command).await;
    let run = ended(&server, &id).await;
    assert_eq!(run["status"], "failed");
    assert_eq!(run["exit_code"], 3);
    assert_eq!(run["error"], "Process exited with code 3");
    let log = get(server.addr(), &format!("/runs/{id}/logs")).await.json();
    let real = dir.path().canonicalize().unwrap();
    assert_eq!(log["content"], format!("{}\n{id}\noops\n", real.display()));
    let artifacts = get(server.addr(), &format!("/runs/{id}/artifacts"))
        .await
        .json();
    assert_eq!(artifacts[0]["name"], "a");
    let sidecar = get(server.addr(), &format!("/runs/{id}/sidecar-logs"))
        .await
        .json();
    assert!(sidecar["content"].as_str().unwrap().contains("code 3"));
    let done = dir.path().join(format!(".agents/runs/{id}/job.done"));
    assert_eq!(std::fs::read_to_string(done).unwrap(), "3");
    let stream = get(server.addr(), &format!("/runs/{id}/logs/stream"))
        .await
        .text();
    assert!(
        stream.contains("oops") && stream.contains(r#""status": "failed""#),
        "{stream}"
    );
}

#[tokio::test]
async fn stopping_ends_the_whole_group() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path()).await;
    let id = launch(&server, "sleep 600 & echo $! > pids; echo $$ >> pids; wait").await;
    until(server.addr(), &format!("/runs/{id}"), |run| {
        run["status"] == "running"
    })
    .await;
    let pids = pids(&dir.path().join("pids"), 2).await;
    assert_eq!(
        post(server.addr(), &format!("/runs/{id}/stop"), &json!({}))
            .await
            .status,
        200
    );
    for pid in &pids {
        gone(pid).await;
    }
    assert_eq!(ended(&server, &id).await["status"], "stopped");
}

#[tokio::test]
async fn what_a_command_leaves_behind_ends_with_it_and_with_the_server() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path()).await;
    let id = launch(&server, "sleep 600 & echo $! > left").await;
    assert_eq!(ended(&server, &id).await["status"], "finished");
    gone(&pids(&dir.path().join("left"), 1).await[0]).await;

    launch(&server, "trap '' TERM; echo $$ > stubborn; sleep 600").await;
    let stubborn = pids(&dir.path().join("stubborn"), 1).await;
    server.shutdown().await;
    gone(&stubborn[0]).await;

    let server = start(dir.path()).await;
    launch(&server, "echo $$ > dropped; sleep 600").await;
    let dropped = pids(&dir.path().join("dropped"), 1).await;
    drop(server);
    gone(&dropped[0]).await;
}

#[tokio::test]
async fn a_command_that_cannot_start_fails_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path()).await;
    let run =
        json!({"name": "n", "command": "true", "workdir": "/no/such/dir", "auto_start": true});
    let id = post(server.addr(), "/runs", &run).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(ended(&server, &id).await["exit_code"], 127);
    let log = get(server.addr(), &format!("/runs/{id}/logs")).await.json();
    assert!(log["content"].as_str().unwrap().contains("/no/such/dir"));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_run_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path()).await;
    let mut ids = Vec::new();
    for number in 0..40 {
        ids.push(launch(&server, &format!("exit {}", number % 2)).await);
    }
    for (number, id) in ids.iter().enumerate() {
        let expected = if number % 2 == 0 {
            "finished"
        } else {
            "failed"
        };
        assert_eq!(ended(&server, id).await["status"], expected);
    }
}
