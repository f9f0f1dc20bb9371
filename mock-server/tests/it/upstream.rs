//! A real server behind the mock: recording it, and passing on what the mock does not know. A second mock
//! plays the real one.

use std::io::ErrorKind;
use std::path::Path;

use nix::sys::signal::Signal;
use serde_json::json;
use wild_mock_server::scenario::Scenario;
use wild_mock_server::upstream::{case, state};
use wild_mock_server::{Exchange, MockServer, StateSnapshot, Upstream};

use crate::cli::Serving;
use crate::client::{get, post, raw, send};
use crate::faults::fault;

/// A real server, with these faults.
pub async fn real(faults: &[&str]) -> MockServer {
    let builder = MockServer::builder()
        .seed(99)
        .cluster("slurm:8".parse().unwrap());
    let faults = faults.iter().map(|json| fault(json));
    let builder = faults.fold(builder, wild_mock_server::Builder::fault);
    builder.start().await.unwrap()
}

pub async fn recorder(real: &MockServer) -> MockServer {
    let upstream = Upstream::from(real);
    MockServer::builder()
        .record(upstream)
        .start()
        .await
        .unwrap()
}

/// The case of what a recorder saw, as text and loaded from a file.
pub async fn case_of(real: &MockServer, seen: &[Exchange]) -> (String, Scenario) {
    let text = case::case_of("field", &Upstream::from(real), seen)
        .await
        .unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("field.toml");
    std::fs::write(&file, &text).unwrap();
    let scenario = Scenario::load(file.to_str().unwrap());
    (
        text.clone(),
        scenario.unwrap_or_else(|error| panic!("{error}\n{text}")),
    )
}

fn request(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").into_bytes()
}

#[tokio::test]
async fn a_recorder_answers_as_the_real_server_does_and_tells_of_it() {
    let real = real(&[]).await;
    let proxy = recorder(&real).await;
    let run = json!({"name": "n", "command": "c"});
    let made = post(proxy.addr(), "/runs", &run).await.json();
    assert_eq!(get(real.addr(), "/runs").await.json()[0]["id"], made["id"]);
    let direct = get(real.addr(), "/wild/v2/system-health").await;
    let passed = get(proxy.addr(), "/wild/v2/system-health").await;
    assert_eq!(
        (direct.body, direct.status),
        (passed.body.clone(), passed.status)
    );
    let redirect = get(proxy.addr(), "/runs/").await;
    assert_eq!(redirect.status, 307);
    assert_eq!(redirect.header("location"), Some("http://test.local/runs"));
    let path = format!("/runs/{}", made["id"].as_str().unwrap());
    post(proxy.addr(), &format!("{path}/stop"), &json!({})).await;
    let stream = get(proxy.addr(), &format!("{path}/logs/stream")).await;
    assert_eq!(
        stream.header("content-type"),
        get(real.addr(), &format!("{path}/logs/stream"))
            .await
            .header("content-type")
    );
    let told = proxy.journal().exchanges();
    assert_eq!(told.len(), 5);
    assert_eq!(told[1].status(), Some(200));
    let seen = real.journal().exchanges();
    assert_eq!(seen[0].header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn what_breaks_upstream_breaks_for_the_client_too_and_again_in_the_case() {
    let real = real(&[
        r#"{"path": "/docs", "action": "reset"}"#,
        r#"{"path": "/openapi.json", "action": "truncated_body", "bytes": 100}"#,
        r#"{"path": "/health", "action": "garbage", "first": 2}"#,
        r#"{"path": "/runs", "action": "maintenance", "nth": 2}"#,
        r#"{"path": "/prompt-skills", "action": "status", "status": 404}"#,
        r#"{"path": "/sweeps", "action": "empty_reply"}"#,
    ])
    .await;
    let proxy = recorder(&real).await;
    let paths = [
        "/docs",
        "/openapi.json",
        "/health",
        "/health",
        "/health",
        "/runs",
        "/runs",
        "/runs",
        "/prompt-skills",
        "/sweeps",
        "/runs/none",
        "/cluster",
    ];
    let mut seen = Vec::new();
    for path in paths {
        seen.push(
            raw(proxy.addr(), &request(path))
                .await
                .map_err(|e| e.kind()),
        );
    }
    assert_eq!(seen[0], Err(ErrorKind::ConnectionReset));
    assert!(seen[1].as_ref().unwrap().len() < 400);
    assert!(String::from_utf8_lossy(seen[2].as_ref().unwrap()).contains("not HTTP"));
    assert!(seen[4].as_ref().unwrap().starts_with(b"HTTP/1.1 200"));
    assert!(seen[6].as_ref().unwrap().starts_with(b"HTTP/1.1 503"));
    assert_eq!(seen[9], Ok(vec![]));

    let journal = proxy.journal().exchanges();
    let (text, scenario) = case_of(&real, &journal).await;
    assert_eq!(scenario.cluster, "slurm:8".parse().unwrap(), "{text}");
    assert_eq!(scenario.auth_token, None);
    // A run that does not exist is 404 at the mock too, and no fault.
    assert_eq!(scenario.faults.len(), 6, "{text}");
    let again = scenario.apply(MockServer::builder()).start().await.unwrap();
    for (path, before) in paths.into_iter().zip(&seen) {
        let after = raw(again.addr(), &request(path))
            .await
            .map_err(|e| e.kind());
        let line = |seen: &Result<Vec<u8>, ErrorKind>| match seen {
            Ok(bytes) => String::from_utf8_lossy(&bytes[..bytes.len().min(15)]).into_owned(),
            Err(kind) => kind.to_string(),
        };
        assert_eq!(line(before), line(&after), "{path}\n{text}");
    }
    let outcomes = |journal: &[Exchange]| -> Vec<_> {
        journal
            .iter()
            .map(|e| (e.status(), e.is_success()))
            .collect()
    };
    assert_eq!(outcomes(&journal), outcomes(&again.journal().exchanges()));
}

#[tokio::test]
async fn a_server_that_is_gone_is_recorded_as_one() {
    let real = real(&[r#"{"action": "refuse", "from_request": 3}"#]).await;
    let proxy = recorder(&real).await;
    for _ in 0..2 {
        assert_eq!(get(proxy.addr(), "/docs").await.status, 200);
    }
    for _ in 0..2 {
        raw(proxy.addr(), &request("/docs")).await.unwrap_err();
    }
    let seen = proxy.journal().exchanges();
    let (text, scenario) = case_of(&real, &seen).await;
    assert_eq!(scenario.faults[0].when.from_request, Some(3), "{text}");
    let (text, scenario) = case_of(&real, &seen[2..]).await;
    assert!(scenario.faults[0].is_server_down(), "{text}");
    assert!(text.contains("expect.preflight = \"failed\""), "{text}");
}

#[tokio::test]
async fn a_token_is_recorded_as_needed_and_never_kept() {
    let real = MockServer::builder()
        .auth_token("s3cret")
        .start()
        .await
        .unwrap();
    let proxy = recorder(&real).await;
    assert_eq!(get(proxy.addr(), "/runs").await.status, 401);
    let token = [("x-auth-token", "s3cret")];
    assert_eq!(
        send(proxy.addr(), "GET", "/runs", &token, b"").await.status,
        200
    );
    let (text, scenario) = case_of(&real, &proxy.journal().exchanges()).await;
    assert!(
        scenario.auth_token.is_some() && scenario.faults.is_empty(),
        "{text}"
    );
    assert!(!text.contains("s3cret"), "{text}");
}

#[tokio::test]
async fn a_recorded_state_has_the_real_servers_ids() {
    let real = real(&[]).await;
    let before = json!({"name": "before", "command": "c"});
    let before = post(real.addr(), "/runs", &before).await.json();
    let proxy = recorder(&real).await;
    get(proxy.addr(), "/runs").await;
    let sweep = post(proxy.addr(), "/sweeps/wild", &json!({"name": "s"}))
        .await
        .json();
    let run = json!({"name": "after", "command": "d", "sweep_id": sweep["id"]});
    let after = post(proxy.addr(), "/runs", &run).await.json();
    let state = state::state_of(&proxy.journal().exchanges()).await.unwrap();
    let snapshot: StateSnapshot = serde_json::from_str(&state).unwrap();
    let again = MockServer::start().await.unwrap();
    again.restore(snapshot).unwrap();
    for (made, name) in [(&before, "before"), (&after, "after")] {
        let path = format!("/runs/{}", made["id"].as_str().unwrap());
        assert_eq!(get(again.addr(), &path).await.json()["name"], name);
    }
    let path = format!("/sweeps/{}", sweep["id"].as_str().unwrap());
    assert_eq!(
        get(again.addr(), &path).await.json()["run_ids"],
        json!([after["id"]])
    );
}

#[tokio::test]
async fn unknown_paths_are_passed_on_and_known_ones_are_not() {
    let real = real(&[
        r#"{"path": "/sessions/**", "action": "status", "status": 200, "body": "[1]",
            "headers": {"x-real": "yes"}}"#,
        r#"{"path": "/runs", "action": "status", "status": 500}"#,
    ])
    .await;
    let upstream = Upstream::from(&real);
    let mock = MockServer::builder()
        .upstream(upstream)
        .start()
        .await
        .unwrap();
    let passed = get(mock.addr(), "/sessions/7?x=1").await;
    assert_eq!(
        (passed.json(), passed.header("x-real")),
        (json!([1]), Some("yes"))
    );
    assert_eq!(real.journal().exchanges()[0].query.as_deref(), Some("x=1"));
    assert_eq!(get(mock.addr(), "/runs").await.json(), json!([]));
    assert_eq!(get(mock.addr(), "/runs/").await.status, 307);
    assert_eq!(get(mock.addr(), "/docs").await.status, 200);
    assert_eq!(
        send(mock.addr(), "DELETE", "/runs", &[], b"").await.status,
        405
    );
    assert_eq!(real.journal().seen(), 1);
}

#[tokio::test]
async fn the_program_writes_what_it_has_recorded_when_it_is_told_to_end() {
    let real = real(&[r#"{"path": "/docs", "action": "html_error"}"#]).await;
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (out, state, journal) = (path("Field 7.toml"), path("state.json"), path("journal"));
    for (signal, written) in [(Signal::SIGINT, 2), (Signal::SIGTERM, 4)] {
        let mut recording = Serving::run(
            "record",
            &[
                "--upstream",
                &real.url(),
                "--out",
                &out,
                "--state-out",
                &state,
                "--journal",
                &journal,
            ],
        );
        assert_eq!(get(recording.addr, "/docs").await.status, 502);
        post(
            recording.addr,
            "/runs",
            &json!({"name": "n", "command": "c"}),
        )
        .await;
        recording.signal(signal);
        assert!(recording.child.wait().unwrap().success(), "{signal}");
        let text = std::fs::read_to_string(&out).unwrap();
        assert!(text.starts_with("id = \"field-7\"\n"), "{text}");
        let replay = Serving::start(&["--case", &out]);
        let page = get(replay.addr, "/docs").await;
        assert_eq!(page.status, 502);
        assert_eq!(
            page.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert!(page.text().contains("Bad Gateway"));
        let snapshot = std::fs::read_to_string(Path::new(&state)).unwrap();
        serde_json::from_str::<StateSnapshot>(&snapshot).unwrap();
        // The journal goes on, as a server's does; case and state are of the last recording.
        let lines = std::fs::read_to_string(&journal).unwrap().lines().count();
        assert_eq!(lines, written);
        std::fs::remove_file(&out).unwrap();
    }
}
