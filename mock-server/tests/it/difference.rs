//! Where two servers differ, as `wild-mock diff` tells it. A second mock plays the real one.

use serde_json::json;
use tempfile::TempDir;
use wild_mock_server::{Exchange, MockServer};

use crate::cli::run;
use crate::client::{get, post};
use crate::faults::fault;
use crate::upstream::real;

/// A journal of a server that was asked for this and that.
async fn journal(dir: &TempDir) -> String {
    let file = dir.path().join("journal.ndjson");
    let server = MockServer::builder()
        .seed(3)
        .journal_file(&file)
        .start()
        .await
        .unwrap();
    let sweep = post(server.addr(), "/sweeps/wild", &json!({"name": "s"}))
        .await
        .json();
    let run = json!({"name": "n", "command": "c", "sweep_id": sweep["id"], "auto_start": true});
    let run = post(server.addr(), "/runs", &run).await.json();
    let path = format!("/runs/{}", run["id"].as_str().unwrap());
    get(server.addr(), &path).await;
    get(server.addr(), "/openapi.json").await;
    get(server.addr(), "/docs").await;
    get(server.addr(), "/prompt-skills/search?q=wild").await;
    get(server.addr(), "/wild/v2/system-health").await;
    server.shutdown().await;
    file.to_str().unwrap().to_owned()
}

/// Exit code of `wild-mock diff`, and what it tells: on stdout, unless it could not compare.
async fn diff(upstream: String, journal: String) -> (Option<i32>, String) {
    let output = tokio::task::spawn_blocking(move || {
        run(&["diff", "--upstream", &upstream, "--journal", &journal])
    });
    let output = output.await.unwrap();
    let [told, error] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(told.is_empty() || error.is_empty(), "{error}");
    (output.status.code(), told + &error)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_that_differ_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let journal = journal(&dir).await;
    let workdir = std::env::current_dir().unwrap();
    let alike = MockServer::builder()
        .seed(5)
        .workdir(workdir)
        .start()
        .await
        .unwrap();
    let (code, text) = diff(alike.url(), journal.clone()).await;
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(text, "7 requests replayed, 0 differences\n");
    // The run was asked for by the id that it has there.
    let asked = alike.journal().exchanges();
    assert!(asked.iter().all(Exchange::is_success) && asked.len() == 7);
    let other = real(&[
        r#"{"path": "/openapi.json", "action": "status", "status": 503}"#,
        r#"{"path": "/wild/**", "action": "foreign_body", "from": "/wild-mode"}"#,
        r#"{"path": "/docs", "action": "reset"}"#,
    ])
    .await;
    let (code, text) = diff(other.url(), journal.clone()).await;
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.ends_with("\n7 requests replayed, 14 differences\n"),
        "{text}"
    );
    for line in [
        "GET /openapi.json: status: mock 200, upstream 503",
        "GET /wild/v2/system-health: $.max_concurrent: mock 5, upstream has no such key",
        "GET /wild/v2/system-health: $.enabled: mock has no such key, upstream false",
        "GET /docs: answer: mock answers 200, upstream gives no answer",
    ] {
        assert!(text.contains(line), "{line} is missing:\n{text}");
    }
    assert!(!text.contains("GET /runs/"), "{text}");
    other.arm(fault(r#"{"action": "refuse"}"#)).await;
    let (code, text) = diff(other.url(), journal).await;
    assert_eq!(code, Some(3), "{text}");
    assert!(text.starts_with("error: cannot reach"), "{text}");
}
