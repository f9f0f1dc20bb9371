//! Runs whose commands are executed, and whose ends are told by a schedule.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use wild_mock_server::{Clock, MockServer, RunMode, RunProfile, RunProfiles, SCENARIO_EPOCH};

use crate::client::{get, post};

/// Every request takes a quarter of a second of the server's clock; runs are launched for a half and
/// take one.
fn profiles() -> RunProfiles {
    let profile = RunProfile {
        launch_seconds: 0.5,
        duration_seconds: 1.0,
        ..RunProfile::default()
    };
    RunProfiles(vec![wild_mock_server::store::ProfileRule {
        command: "**".to_owned(),
        program: None,
        profile: profile.into(),
    }])
}

async fn start(dir: &Path, limit: Duration) -> MockServer {
    MockServer::builder()
        .workdir(dir)
        .clock(Clock::stepped(SCENARIO_EPOCH, 0.25))
        .run_profiles(profiles())
        .runs(RunMode::Scheduled)
        .run_limit(limit)
        .start()
        .await
        .unwrap()
}

const LONG: Duration = Duration::from_mins(1);

async fn launch(server: &MockServer, command: &str) -> String {
    let run = json!({"name": "n", "command": command, "auto_start": true});
    let made = post(server.addr(), "/runs", &run).await.json();
    made["id"].as_str().unwrap().to_owned()
}

async fn look(server: &MockServer, id: &str) -> Value {
    get(server.addr(), &format!("/runs/{id}")).await.json()
}

async fn log(server: &MockServer, id: &str) -> String {
    let page = get(server.addr(), &format!("/runs/{id}/logs")).await.json();
    page["content"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_end_is_told_when_it_is_due_and_is_the_end_of_the_process() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path(), LONG).await;
    // It takes longer than all requests together, so that the last one has to wait.
    let id = launch(&server, "sleep 0.5; echo out > made; exit 3").await;
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(look(&server, &id).await["status"].clone());
    }
    let expected = [
        "launching",
        "running",
        "running",
        "running",
        "running",
        "failed",
    ];
    assert_eq!(seen, expected);
    let run = look(&server, &id).await;
    assert_eq!(run["exit_code"], 3);
    assert_eq!(run["error"], "Process exited with code 3");
    let took = run["ended_at"].as_f64().unwrap() - run["launched_at"].as_f64().unwrap();
    assert!((took - 1.5).abs() < 1e-3, "{took}");
    assert_eq!(
        std::fs::read_to_string(dir.path().join("made")).unwrap(),
        "out\n"
    );
}

#[tokio::test]
async fn a_process_that_is_early_is_not_told_early_and_its_log_grows_with_the_clock() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path(), LONG).await;
    let id = launch(&server, "echo 1; echo 2; echo 3; echo 4").await;
    server.runs_ended().await;
    let mut logs = Vec::new();
    for _ in 0..6 {
        logs.push(log(&server, &id).await);
    }
    let expected = ["", "", "1\n", "1\n2\n", "1\n2\n3\n", "1\n2\n3\n4\n"];
    assert_eq!(logs, expected);
    assert_eq!(look(&server, &id).await["status"], "finished");
}

#[tokio::test]
async fn what_takes_too_long_is_killed_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path(), Duration::from_millis(100)).await;
    let id = launch(&server, "sleep 600").await;
    for _ in 0..6 {
        look(&server, &id).await;
    }
    let run = look(&server, &id).await;
    assert_eq!(
        (&run["status"], &run["exit_code"]),
        (&json!("failed"), &json!(137))
    );
    assert_eq!(log(&server, &id).await, "killed after 0.1 seconds\n");
}

#[tokio::test]
async fn a_stopped_run_ends_at_once_and_stays_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path(), LONG).await;
    let id = launch(&server, "sleep 600").await;
    let stopped = post(server.addr(), &format!("/runs/{id}/stop"), &json!({})).await;
    assert_eq!(stopped.status, 200);
    server.runs_ended().await;
    for _ in 0..8 {
        assert_eq!(look(&server, &id).await["status"], "stopped");
    }
}

#[tokio::test]
async fn the_exit_code_goes_on_with_the_state() {
    let dir = tempfile::tempdir().unwrap();
    let first = start(dir.path(), LONG).await;
    let id = launch(&first, "exit 4").await;
    first.runs_ended().await;
    let next = start(dir.path(), LONG).await;
    next.restore(first.snapshot()).unwrap();
    for _ in 0..6 {
        look(&next, &id).await;
    }
    assert_eq!(look(&next, &id).await["exit_code"], 4);
}

#[tokio::test]
async fn a_log_that_was_replaced_by_a_link_shows_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let work = dir.path().join("work");
    std::fs::create_dir(&work).unwrap();
    std::fs::write(dir.path().join("secret"), "secret").unwrap();
    let server = start(&work, LONG).await;
    let command = "rm .agents/runs/$WILD_RUN_ID/run.log; \
                   ln -s ../../../../secret .agents/runs/$WILD_RUN_ID/run.log";
    let id = launch(&server, command).await;
    for _ in 0..6 {
        look(&server, &id).await;
    }
    assert_eq!(log(&server, &id).await, "");
}

/// Long logs are streamed in pieces, which hold whole characters.
#[tokio::test]
async fn a_long_log_is_streamed_piece_by_piece_and_a_giant_one_has_an_end() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path(), LONG).await;
    let text = "printf x; for i in 1 2 3 4 5 6 7 8; do printf '%065536d' 0 | sed s/0/ä/g; done";
    let whole = format!("x{}", "ä".repeat(8 * 65536));
    let giant = "truncate -s 1T $WILD_RUN_DIR/run.log";
    // No whole number of its characters makes up the bound.
    let odd = "for i in 1 2 3 4 5 6 7 8; do printf '%0200000d' 0 | sed s/0/€/g; done";
    let bound = 4 * 1024 * 1024;
    for (command, size, events) in [
        (text, whole.len(), 5),
        (giant, bound, 16),
        (odd, bound - 1, 17),
    ] {
        let id = launch(&server, command).await;
        server.runs_ended().await;
        for _ in 0..6 {
            look(&server, &id).await;
        }
        let stream = get(server.addr(), &format!("/runs/{id}/logs/stream"))
            .await
            .text();
        let told: Vec<Value> = stream
            .lines()
            .filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
            .collect();
        let pieces: Vec<&str> = told
            .iter()
            .filter_map(|event| event["content"].as_str())
            .collect();
        assert_eq!((pieces.len(), pieces.concat().len()), (events, size));
        assert!(size != whole.len() || pieces.concat() == whole);
        assert_eq!(told.last().unwrap()["status"], "finished");
    }
}
