//! What happens when the machine runs out of something.

use std::os::unix::fs::FileExt as _;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::cli::Serving;
use crate::client::{PATIENCE, get, post, send, until};

#[tokio::test]
async fn a_full_disk_refuses_changes_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let (state, log) = (dir.path().join("state"), dir.path().join("log"));
    let args = ["--state", state.to_str().unwrap()];
    // Files end after 32 blocks; so does the log, which is shorter.
    let serving = Serving::limited("-f 32", &args, &log);
    nothing_else_is_refused(serving, &args, Vec::new(), 1).await;
}

#[tokio::test]
async fn a_full_disk_refuses_changes_and_nothing_else_after_a_reset() {
    let dir = tempfile::tempdir().unwrap();
    let (state, log) = (dir.path().join("state"), dir.path().join("log"));
    let state = state.to_str().unwrap();
    let args = ["--state", state, "--control", "127.0.0.1:0"];
    let serving = Serving::limited("-f 32", &args, &log);
    let control = serving.before[0]
        .strip_prefix("control on http://")
        .unwrap();
    let answer = post(control.parse().unwrap(), "/reset", &json!({})).await;
    assert!(answer.status < 300, "{}", answer.text());
    nothing_else_is_refused(serving, &args, Vec::new(), 1).await;
}

#[tokio::test]
async fn a_full_disk_refuses_changes_and_nothing_else_after_a_live_copy() {
    let dir = tempfile::tempdir().unwrap();
    let (state, log) = (dir.path().join("state"), dir.path().join("log"));
    let args = ["--state", state.to_str().unwrap()];
    let serving = Serving::limited("-f 4096", &args, &log);
    let size = || std::fs::metadata(&state).unwrap().len();
    let run = json!({"name": "n", "command": "sleep 60"});
    let id = post(serving.addr, "/runs", &run).await.json()["id"].clone();
    let path = format!("/runs/{}", id.as_str().unwrap());
    let kind = [("content-type", "application/json")];
    let mut before = 0;
    while size() >= before {
        before = size();
        let body = json!({ "name": "x".repeat(50_000) }).to_string();
        let answer = send(serving.addr, "PUT", &path, &kind, body.as_bytes()).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    nothing_else_is_refused(serving, &args, vec![id], 30_000).await;
}

/// Fills the state file with runs whose names have a length, beyond those that are there.
async fn nothing_else_is_refused(
    serving: Serving,
    args: &[&str],
    there: Vec<serde_json::Value>,
    length: usize,
) {
    let run = json!({"name": "n".repeat(length), "command": "sleep 60"});
    let mut made = there;
    let refused = loop {
        let answer = post(serving.addr, "/runs", &run).await;
        if answer.status != 200 {
            break answer;
        }
        made.push(answer.json()["id"].clone());
    };
    let reason = refused.json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(refused.status, 507, "{reason}");
    assert!(reason.contains("nothing was changed"), "{reason}");
    assert!(!made.is_empty());

    let ids = |runs: serde_json::Value| -> Vec<serde_json::Value> {
        let runs = runs.as_array().unwrap().iter().rev();
        runs.map(|run| run["id"].clone()).collect()
    };
    let before = get(serving.addr, "/runs").await;
    assert_eq!((before.status, ids(before.json())), (200, made.clone()));
    // Longer than the room that was too little for a name of that length.
    let huge = "x".repeat(length + 20_000);
    let first = format!("/runs/{}", made[0].as_str().unwrap());
    let skill = "/prompt-skills/alert_handler";
    let kind = [("content-type", "application/json")];
    for (method, path, body) in [
        ("POST", "/runs", json!({"name": huge, "command": "c"})),
        ("PUT", first.as_str(), json!({ "name": huge })),
        ("PUT", skill, json!({ "template": huge })),
        (
            "POST",
            "/prompt-skills",
            json!({"name": "s", "template": huge}),
        ),
        (
            "POST",
            &format!("{first}/metrics"),
            json!({"rows": [{ "loss": 1, "x": huge }]}),
        ),
        ("POST", "/wild/v2/start", json!({ "goal": huge })),
    ] {
        let answer = send(
            serving.addr,
            method,
            path,
            &kind,
            body.to_string().as_bytes(),
        )
        .await;
        assert_eq!(answer.status, 507, "{method} {path}: {}", answer.text());
    }
    assert_eq!(get(serving.addr, "/runs").await.json(), before.json());
    assert_eq!(get(serving.addr, "/prompt-skills/s").await.status, 404);
    let template = get(serving.addr, skill).await.json()["template"].clone();
    assert_ne!(template, huge);
    let status = get(serving.addr, "/wild/v2/status").await.json();
    assert_eq!(status, json!({"active": false}));

    drop(serving);
    let again = Serving::start(args);
    assert_eq!(ids(get(again.addr, "/runs").await.json()), made);
    assert_eq!(post(again.addr, "/runs", &run).await.status, 200);
}

#[tokio::test]
async fn a_state_file_that_cannot_be_read_back_refuses_until_it_can() {
    let dir = tempfile::tempdir().unwrap();
    let (state, log) = (dir.path().join("state"), dir.path().join("log"));
    let args = ["--state", state.to_str().unwrap()];
    let serving = Serving::limited("-f 32", &args, &log);
    let run = |length| json!({"name": "n".repeat(length), "command": "sleep 60"});
    while post(serving.addr, "/runs", &run(1)).await.status == 200 {}
    let before = get(serving.addr, "/runs").await.json();
    let file = std::fs::OpenOptions::new()
        .write(true)
        .open(&state)
        .unwrap();
    let whole = std::fs::read(&state).unwrap();
    file.write_all_at(b"hello", 20).unwrap();
    let skill = "/prompt-skills/alert_handler";
    let kind = [("content-type", "application/json")];
    for _ in 0..2 {
        let answer = post(serving.addr, "/runs", &run(20_000)).await;
        assert_eq!(answer.status, 507, "{}", answer.text());
        let answer = send(serving.addr, "PUT", skill, &kind, b"{\"template\": \"t\"}").await;
        assert_eq!(answer.status, 507, "{}", answer.text());
        // What was refused is not told as if it were there.
        let answer = get(serving.addr, "/runs").await;
        assert_eq!(answer.status, 507, "{}", answer.text());
        assert!(answer.text().contains("line 1"), "{}", answer.text());
    }
    file.write_all_at(&whole[20..25], 20).unwrap();
    assert_eq!(get(serving.addr, "/runs").await.json(), before);
    drop(serving);
    let again = Serving::start(&args);
    let again = get(again.addr, "/runs").await.json();
    assert_eq!(
        again.as_array().unwrap().len(),
        before.as_array().unwrap().len()
    );
}

#[tokio::test]
async fn changes_of_one_skill_do_not_fill_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let serving = Serving::start(&["--state", state.to_str().unwrap()]);
    let kind = [("content-type", "application/json")];
    let size = || std::fs::metadata(&state).unwrap().len();
    let (head, mut line) = (size(), 0);
    for number in 100..200 {
        let template = format!("{number} {}", "x".repeat(100_000));
        let body = json!({ "template": template }).to_string();
        let path = "/prompt-skills/alert_handler";
        let answer = send(serving.addr, "PUT", path, &kind, body.as_bytes()).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        if number == 100 {
            line = size() - head;
        }
        // A copy has the skill as it was when it was begun and as it was when that ended.
        let bound = 4 * (head + 2 * line) + 1024 * 1024 + line;
        assert!(size() <= bound, "{} after {number}", size());
    }
}

#[tokio::test]
async fn what_happened_on_a_full_disk_is_not_taken_back_with_what_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (state, log) = (dir.path().join("state"), dir.path().join("log"));
    let (state, workdir) = (state.to_str().unwrap(), dir.path().to_str().unwrap());
    let args = ["--state", state, "--runs", "executed", "--workdir", workdir];
    let serving = Serving::limited("-f 32", &args, &log);
    // What is saved of its end is longer than any room that is left.
    let command = "until [ -e go ]; do sleep 0.05; done";
    let run = json!({"name": "n".repeat(3000), "command": command, "auto_start": true});
    let made = post(serving.addr, "/runs", &run).await.json();
    let path = format!("/runs/{}", made["id"].as_str().unwrap());
    until(serving.addr, &path, |run| run["status"] == "running").await;
    let other = json!({"name": "n", "command": "c"});
    while post(serving.addr, "/runs", &other).await.status == 200 {}
    std::fs::write(dir.path().join("go"), "").unwrap();
    until(serving.addr, &path, |run| run["status"] == "finished").await;
    assert_eq!(post(serving.addr, "/runs", &other).await.status, 507);
    assert_eq!(get(serving.addr, &path).await.json()["status"], "finished");
}

#[tokio::test]
async fn without_descriptors_those_who_are_there_are_served() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log");
    let serving = Serving::limited("-n 40", &[], &log);
    let mut first = TcpStream::connect(serving.addr).await.unwrap();
    let mut ask = async || {
        first
            .write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .unwrap();
        let mut start = [0; 15];
        let answer = tokio::time::timeout(PATIENCE, first.read_exact(&mut start));
        answer.await.unwrap().unwrap();
        assert_eq!(&start, b"HTTP/1.1 200 OK");
        // The rest of the answer, so that the next one starts at its start.
        let mut rest = vec![0; 4096];
        let read = first.read(&mut rest).await.unwrap();
        assert!(rest[..read].ends_with(b"}"));
    };
    ask().await;
    let mut others = Vec::new();
    for _ in 0..60 {
        // The system itself accepts what the server does not.
        others.push(TcpStream::connect(serving.addr).await.unwrap());
    }
    let told = || std::fs::read_to_string(&log).unwrap();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !told().contains("no connection can be accepted") {
        assert!(tokio::time::Instant::now() < deadline, "{}", told());
        ask().await;
    }
    for _ in 0..50 {
        ask().await;
    }
    drop(others);
    assert_eq!(get(serving.addr, "/health").await.status, 200);
    let told = told();
    assert_eq!(
        told.matches("no connection can be accepted").count(),
        1,
        "{told}"
    );
}

#[tokio::test]
async fn what_clients_store_has_its_bound() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log");
    let serving = Serving::limited("-f unlimited", &["--state-limit", "4"], &log);
    let large = "x".repeat(400_000);
    let skill = |number: usize| json!({"name": format!("s{number}"), "template": large});
    let (mut kept, mut room) = (0, 5);
    let refused = loop {
        let answer = post(serving.addr, "/prompt-skills", &skill(kept)).await;
        if answer.status != 200 {
            break answer;
        }
        kept += 1;
        assert!(kept < 10, "4 MiB hold no more than that");
    };
    let reason = refused.json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(refused.status, 507, "{reason}");
    assert!(
        reason.contains("may hold 4 MiB of what clients send"),
        "{reason}"
    );
    let run = json!({"name": "n", "command": large});
    while post(serving.addr, "/runs", &run).await.status == 200 {
        assert!(room > 0, "4 MiB hold no more than that");
        room -= 1;
    }
    let path = format!("/prompt-skills/s{kept}");
    assert_eq!(
        get(serving.addr, &path).await.status,
        404,
        "it changed nothing"
    );

    let grid = json!({
        "name": "n", "base_command": "t", "parameters": {"a": vec![0; 50_000]}, "max_runs": 50_000
    });
    assert_eq!(post(serving.addr, "/sweeps", &grid).await.status, 507);
    assert_eq!(get(serving.addr, "/sweeps").await.json(), json!([]));
    let alert = json!({"run_id": "r", "message": large, "choices": ["a"]});
    for (path, body) in [
        ("/runs", json!({"name": "n", "command": large})),
        ("/runs/r/status", json!({"status": large})),
        ("/runs/r/alerts", alert),
        ("/wild/v2/start", json!({"goal": large})),
        ("/cluster", json!({"notes": large})),
    ] {
        assert_eq!(post(serving.addr, path, &body).await.status, 507, "{path}");
    }

    let kind = [("content-type", "application/json")];
    for number in 0..kept {
        let path = format!("/prompt-skills/s{number}");
        let gone = send(serving.addr, "DELETE", &path, &kind, b"").await;
        assert_eq!(gone.status, 200, "{}", gone.text());
    }
    let answer = post(serving.addr, "/prompt-skills", &skill(kept)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}
