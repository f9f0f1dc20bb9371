//! Servers come and go.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::net::TcpStream;
use wild_mock_server::{Clock, MockServer, SCENARIO_EPOCH};

use crate::client::{get, post, raw, until};

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_live_in_one_process() {
    let mut servers = Vec::new();
    for seed in 0..200 {
        servers.push(MockServer::builder().seed(seed).start().await.unwrap());
    }
    for server in &servers {
        assert_eq!(get(server.addr(), "/health").await.status, 200);
        assert_eq!(server.journal().exchanges().len(), 1);
    }
}

#[tokio::test]
async fn a_dropped_server_no_longer_listens() {
    let server = MockServer::start().await.unwrap();
    let addr = server.addr();
    drop(server);
    let deadline = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(addr).await.is_ok() {
        assert!(Instant::now() < deadline, "it still listens");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn shutting_down_does_not_wait_for_idle_connections() {
    let server = MockServer::start().await.unwrap();
    let idle = TcpStream::connect(server.addr()).await.unwrap();
    get(server.addr(), "/health").await;
    server.shutdown().await;
    // The port may be another server's by now, but it is not this one's.
    let request = b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let _ = raw(server.addr(), request).await;
    assert_eq!(server.journal().seen(), 1);
    drop(idle);
}

#[tokio::test]
async fn a_snapshot_brings_everything_back() {
    let clock = Clock::manual(SCENARIO_EPOCH);
    let server = MockServer::builder()
        .clock(clock.clone())
        .start()
        .await
        .unwrap();
    let addr = server.addr();
    let sweep = post(addr, "/sweeps/wild", &json!({"name": "s"}))
        .await
        .json();
    let run = json!({"name": "n", "command": "c", "sweep_id": sweep["id"], "auto_start": true});
    post(addr, "/runs", &run).await;
    post(
        addr,
        "/prompt-skills",
        &json!({"name": "mine", "template": "t"}),
    )
    .await;
    let look = async || {
        let mut seen = Vec::new();
        for path in [
            "/runs",
            "/sweeps",
            "/cluster",
            "/prompt-skills/mine",
            "/alerts",
        ] {
            seen.push(get(addr, path).await.text());
        }
        seen
    };
    let before = look().await;
    let snapshot = server.snapshot();
    server.reset().await.unwrap();
    assert_eq!(get(addr, "/runs").await.json(), json!([]));
    assert_eq!(get(addr, "/prompt-skills/mine").await.status, 404);
    server.restore(snapshot).unwrap();
    for (after, before) in look().await.iter().zip(&before) {
        assert_eq!(after, before);
    }
    clock.advance(10.0);
    until(addr, "/runs", |runs| runs[0]["status"] == "finished").await;
}

#[tokio::test]
async fn logs_metrics_and_streams_follow_the_schedule() {
    let clock = Clock::manual(SCENARIO_EPOCH);
    let server = MockServer::builder()
        .clock(clock.clone())
        .workdir("/w")
        .start()
        .await
        .unwrap();
    let addr = server.addr();
    let run = json!({"name": "n", "command": "python t.py", "auto_start": true});
    let id = post(addr, "/runs", &run).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let logs = format!("/runs/{id}/logs");
    assert_eq!(get(addr, &logs).await.json()["total_size"], 0);
    clock.advance(1.2);
    let half = get(addr, &logs).await.json();
    assert_eq!(half["content"].as_str().unwrap().lines().count(), 4);
    assert_eq!(
        get(addr, &format!("/runs/{id}/metrics")).await.json()["metrics"]["epoch"],
        3.0
    );
    clock.advance(1.2);
    let tail = get(addr, &format!("{logs}?offset=-10&limit=4"))
        .await
        .json();
    assert_eq!(tail["content"].as_str().unwrap().len(), 4);
    assert_eq!(
        (&tail["has_more_before"], &tail["has_more_after"]),
        (&json!(true), &json!(true))
    );
    let events = get(addr, "/wild/v2/events/any").await.json();
    assert_eq!(events[0]["title"], "Run finished: n");
    let stream = tokio::spawn(async move { get(addr, &format!("/runs/{id}/logs/stream")).await });
    while !stream.is_finished() {
        clock.advance(0.5);
        tokio::task::yield_now().await;
    }
    let text = stream.await.unwrap().text();
    assert!(text.contains(r#""type": "initial""#), "{text}");
    assert!(
        text.contains(r#"{"type": "done", "status": "finished"}"#),
        "{text}"
    );
}
