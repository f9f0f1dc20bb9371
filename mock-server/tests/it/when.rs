//! When faults strike, and that the seed decides what looks like chance.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::net::TcpStream;
use wild_mock_server::scenario::Scenario;
use wild_mock_server::{Clock, ControlServer, Fault, MockServer, SCENARIO_EPOCH};

use crate::client::{Answer, get, post, raw, send};
use crate::faults::fault;

/// A server whose clock moves a second with each request, with a fault on `/docs` that answers 503.
async fn flaky(condition: &str) -> MockServer {
    let when = fault(&format!(
        r#"{{"path": "/docs", "action": "status", "status": 503, {condition}}}"#
    ));
    MockServer::builder()
        .clock(Clock::stepped(SCENARIO_EPOCH, 1.0))
        .fault(when)
        .start()
        .await
        .unwrap()
}

/// The numbers of the requests on `/docs` that were struck, of five that are made with one on
/// `/health` ahead of each.
async fn struck(condition: &str) -> Vec<u64> {
    let server = flaky(condition).await;
    for _ in 0..5 {
        assert_eq!(get(server.addr(), "/health").await.status, 200);
        get(server.addr(), "/docs").await;
    }
    let exchanges = server.journal().exchanges();
    let hit = exchanges.iter().filter(|e| !e.faults.is_empty());
    hit.map(|exchange| {
        assert_eq!(exchange.status(), Some(503));
        exchange.seq
    })
    .collect()
}

#[tokio::test]
async fn conditions_choose_among_the_requests_that_fit() {
    for (condition, expected) in [
        (r#""nth": 2"#, vec![4]),
        (r#""first": 2"#, vec![2, 4]),
        (r#""from_request": 5"#, vec![6, 8, 10]),
        (r#""until_request": 5"#, vec![2, 4]),
        (r#""from_request": 3, "until_request": 8"#, vec![4, 6, 8]),
        // Armed before the first request, which comes after a second.
        (r#""after_seconds": 6"#, vec![6, 8, 10]),
        (r#""before_seconds": 6"#, vec![2, 4]),
        (r#""after_seconds": 4, "before_seconds": 6.5"#, vec![4, 6]),
        (r#""probability": 0"#, vec![]),
        (r#""probability": 1, "from_request": 9"#, vec![10]),
        (r#""token": true"#, vec![]),
        (r#""token": false, "nth": 5"#, vec![10]),
    ] {
        assert_eq!(struck(condition).await, expected, "{condition}");
    }
}

#[tokio::test]
async fn a_token_or_its_absence_is_a_condition() {
    let token = [("x-auth-token", "secret")];
    for (condition, with, without) in [
        (r#""token": true"#, 503, 200),
        (r#""token": false"#, 200, 503),
    ] {
        let server = flaky(condition).await;
        let status = |answer: Answer| answer.status;
        assert_eq!(
            status(send(server.addr(), "GET", "/docs", &token, b"").await),
            with
        );
        assert_eq!(status(get(server.addr(), "/docs").await), without);
    }
}

#[tokio::test]
async fn a_retry_after_a_flap_succeeds_also_below_http() {
    let server = MockServer::builder()
        .fault(fault(r#"{"path": "/docs", "action": "reset", "first": 1}"#))
        .start()
        .await
        .unwrap();
    let request = b"GET /docs HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let error = raw(server.addr(), request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    let answer = raw(server.addr(), request).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn a_server_dies_between_two_requests() {
    let dying = fault(r#"{"action": "refuse", "from_request": 3}"#);
    assert!(!dying.is_server_down());
    assert!(fault(r#"{"action": "refuse", "from_request": 1}"#).is_server_down());
    assert!(!fault(r#"{"action": "refuse", "path": "/docs"}"#).is_server_down());
    let server = MockServer::builder().fault(dying).start().await.unwrap();
    assert!(!server.is_down());
    for _ in 0..2 {
        // The second answer arrives whole, and the port is closed by then.
        assert_eq!(get(server.addr(), "/docs").await.status, 200);
    }
    assert!(server.is_down());
    let refused = TcpStream::connect(server.addr()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    server.clear_faults().await;
    assert_eq!(get(server.addr(), "/docs").await.status, 200);
}

#[tokio::test]
async fn connections_made_after_a_revival_live_on() {
    let server = MockServer::builder()
        .fault(fault(r#"{"action": "refuse", "from_request": 2}"#))
        .start()
        .await
        .unwrap();
    get(server.addr(), "/docs").await;
    server.clear_faults().await;
    let twice = b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n\
                  GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answers = raw(server.addr(), twice).await.unwrap();
    let text = String::from_utf8(answers).unwrap();
    assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 2, "{text}");
}

#[tokio::test]
async fn several_faults_are_told_apart_in_the_journal() {
    let server = MockServer::builder()
        .clock(Clock::stepped(SCENARIO_EPOCH, 0.0))
        .fault(fault(
            r#"{"path": "/docs", "action": "empty_reply", "nth": 2}"#,
        ))
        .fault(fault(r#"{"action": "delay", "min": 1, "max": 2}"#))
        .fault(fault(r#"{"path": "/docs", "action": "html_error"}"#))
        .start()
        .await
        .unwrap();
    get(server.addr(), "/docs").await;
    let nothing = raw(server.addr(), b"GET /docs HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(nothing.unwrap(), b"");
    let exchanges = server.journal().exchanges();
    assert!(exchanges[0].faults[0].starts_with("#2 delay 1."));
    assert_eq!(exchanges[0].faults[1], "#3 HTML error 502");
    assert_eq!(exchanges[1].faults[0], "#1 empty reply");
    assert!(exchanges[1].faults[1].starts_with("#2 delay 1."));
    assert_ne!(exchanges[0].faults[0], exchanges[1].faults[1]);
}

/// The journal file of a server with faults of all sorts, after a fixed list of requests.
async fn journal(seed: u64, clock: Clock) -> Vec<Value> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("journal.ndjson");
    let server = MockServer::builder()
        .seed(seed)
        .clock(clock)
        .journal_file(&file)
        .fault(fault(
            r#"{"action": "delay", "median": 0.002, "sigma": 1.0}"#,
        ))
        .fault(fault(
            r#"{"action": "delay", "min": 0.001, "max": 0.002, "probability": 0.5}"#,
        ))
        .fault(fault(
            r#"{"action": "status", "status": 503, "probability": 0.3}"#,
        ))
        .fault(fault(r#"{"action": "reset", "probability": 0.2}"#))
        .fault(fault(
            r#"{"action": "close_after", "bytes": 99, "probability": 0.5}"#,
        ))
        .start()
        .await
        .unwrap();
    for number in 0..30 {
        let body = format!(r#"{{"name": "n{number}", "command": "c"}}"#);
        let length = body.len();
        let request = format!(
            "POST /runs HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
             connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        // Some are reset, which the journal tells.
        let _ = raw(server.addr(), request.as_bytes()).await;
    }
    server.shutdown().await;
    let text = std::fs::read_to_string(&file).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Takes out what the machine's clock has stamped, and what is longer or shorter for it.
fn without_times(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let timed = [
                "at",
                "received_at",
                "completed_at",
                "text",
                "size",
                "headers",
            ];
            object.retain(|key, _| !timed.contains(&key.as_str()));
            object.values_mut().for_each(without_times);
        }
        Value::Array(items) => items.iter_mut().for_each(without_times),
        _ => {}
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_journal() {
    let stepped = || Clock::stepped(SCENARIO_EPOCH, 0.25);
    let one = journal(7, stepped()).await;
    assert_eq!(one.len(), 30);
    // Nothing is taken out here.
    assert!(one == journal(7, stepped()).await);
    assert_ne!(one, journal(8, stepped()).await);
    let faults = |journal: &[Value]| {
        journal
            .iter()
            .map(|e| e["faults"].clone())
            .collect::<Vec<_>>()
    };
    let kinds = format!("{:?}", faults(&one));
    for kind in ["delay", "status 503", "reset", "close after"] {
        assert!(kinds.contains(kind), "{kind} did not strike: {kinds}");
    }
}

#[tokio::test]
async fn on_a_running_clock_only_the_times_differ() {
    let mut journals = Vec::new();
    for _ in 0..2 {
        let mut journal = journal(7, Clock::real()).await;
        journal.iter_mut().for_each(without_times);
        journals.push(serde_json::to_string(&journal).unwrap());
    }
    assert!(journals[0].contains("status 503") && journals[0].contains("run_created"));
    assert!(
        journals[0] == journals[1],
        "{}\n{}",
        journals[0],
        journals[1]
    );
}

#[tokio::test]
async fn the_control_api_takes_every_condition_and_helps() {
    let server = Arc::new(MockServer::start().await.unwrap());
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let control = ControlServer::start(Arc::clone(&server), any)
        .await
        .unwrap();
    let all = json!({
        "method": "GET", "path": "/docs", "action": "stall", "seconds": 2.5, "nth": 1, "first": 2,
        "from_request": 1, "until_request": 9, "after_seconds": 0.5, "before_seconds": 60.0,
        "probability": 0.5, "token": false,
    });
    assert_eq!(post(control.addr(), "/faults", &all).await.status, 201);
    let mut listed = get(control.addr(), "/faults").await.json();
    assert_eq!(
        listed[0].as_object_mut().unwrap().shift_remove("id"),
        Some(json!(1))
    );
    assert_eq!(listed[0], all);
    for (wrong, advice) in [
        (json!({"action": "rset"}), "did you mean `reset`?"),
        (
            json!({"action": "reset", "from_requests": 2}),
            "did you mean `from_request`?",
        ),
        (json!({"action": "reset", "nth": -1}), "when it strikes"),
        (json!({"action": "reset", "nth": 0}), "counts from 1"),
        (json!(["reset"]), "the body is a list"),
    ] {
        let refused = post(control.addr(), "/faults", &wrong).await;
        assert_eq!(refused.status, 400, "{wrong}");
        assert!(refused.text().contains(advice), "{}", refused.text());
    }
    assert_eq!(server.faults().len(), 1);
}

#[tokio::test]
async fn a_case_file_takes_every_fault_and_helps() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("case.toml");
    let load = |text: &str| {
        let case = format!("id = 'x'\ntitle = 'x'\ntwin = 'planning-healthy'\n{text}");
        std::fs::write(&file, case).unwrap();
        Scenario::load(file.to_str().unwrap())
    };
    let text = "faults = [\n  { path = '/docs', action = 'reset', first = 1 },\n  \
                { action = 'delay', median = 1, sigma = 0.5, probability = 0.5 },\n]\n";
    let scenario = load(text).unwrap();
    assert_eq!(scenario.faults[0].when.first, Some(1));
    let fault = Fault::everywhere(wild_mock_server::Delay::LogNormal {
        median: 1.0,
        sigma: 0.5,
    });
    assert_eq!(scenario.faults[1].action, fault.action);
    let error = load("faults = [{ action = 'reset', frist = 1 }]").unwrap_err();
    assert!(
        error.to_string().contains("did you mean `first`?"),
        "{error}"
    );
}
