//! Failing on demand.

use std::io::ErrorKind;

use serde_json::json;
use tokio::net::TcpStream;
use wild_mock_server::fault::{CONDITIONS, actions};
use wild_mock_server::{Clock, Fault, MockServer, SCENARIO_EPOCH};

use crate::client::{Answer, get, post, raw, send};

/// A fault as it is written down.
pub fn fault(json: &str) -> Fault {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

#[tokio::test]
async fn a_forced_status_replaces_the_answer_and_keeps_the_handler_from_running() {
    let server = MockServer::start().await.unwrap();
    let id = server.arm(Fault::status("POST", "/runs", 503)).await;
    let refused = post(
        server.addr(),
        "/runs",
        &json!({"name": "n", "command": "c"}),
    )
    .await;
    assert_eq!(
        (refused.status, refused.json()),
        (503, json!({"detail": "Service Unavailable"}))
    );
    assert_eq!(get(server.addr(), "/runs").await.json(), json!([]));
    assert!(server.disarm(id).await);
    let made = post(
        server.addr(),
        "/runs",
        &json!({"name": "n", "command": "c"}),
    )
    .await;
    assert_eq!(made.status, 200);
    let exchanges = server.journal().exchanges();
    assert_eq!(exchanges[0].faults, ["#1 status 503"]);
    assert!(exchanges[2].faults.is_empty());
}

#[tokio::test]
async fn a_body_can_be_forced_too() {
    let fault = fault(
        r#"{"path": "/wild/**", "action": "status", "status": 799, "body": "<html>",
            "headers": {"content-type": "text/html", "x-cache": "hit"}}"#,
    );
    let server = MockServer::builder().fault(fault).start().await.unwrap();
    let answer = get(server.addr(), "/wild/v2/system-health").await;
    assert_eq!((answer.status, answer.text().as_str()), (799, "<html>"));
    assert_eq!(answer.header("content-type"), Some("text/html"));
    assert_eq!(answer.header("x-cache"), Some("hit"));
}

#[tokio::test]
async fn a_delay_lets_the_servers_time_pass() {
    let clock = Clock::stepped(SCENARIO_EPOCH, 0.0);
    let server = MockServer::builder()
        .clock(clock.clone())
        .fault(Fault::delay("GET", "/docs", 600.0))
        .start()
        .await
        .unwrap();
    assert_eq!(get(server.addr(), "/docs").await.status, 200);
    assert_eq!(clock.now(), SCENARIO_EPOCH.plus_secs(600.0));
}

/// The socket may come from elsewhere, where the server could bind none itself.
#[tokio::test]
async fn a_socket_that_was_given_is_the_servers_whether_it_is_up_or_down() {
    // Bound by its number, or the system would take the port back when nobody listens.
    let by_number = || {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = free.local_addr().unwrap();
        drop(free);
        std::net::TcpListener::bind(addr).ok()
    };
    let given = (0..10).find_map(|_| by_number()).unwrap();
    let addr = given.local_addr().unwrap();
    let server = MockServer::builder().start_on(given).await.unwrap();
    assert_eq!(server.addr(), addr);
    assert_eq!(get(addr, "/health").await.status, 200);
    server.arm(Fault::server_down()).await;
    let refused = TcpStream::connect(addr).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    let taken = std::net::TcpListener::bind(addr).unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::AddrInUse);
    server.clear_faults().await;
    assert_eq!(get(addr, "/health").await.status, 200);
}

#[tokio::test]
async fn a_server_that_is_down_refuses_and_keeps_its_port() {
    let server = MockServer::builder()
        .fault(Fault::server_down())
        .start()
        .await
        .unwrap();
    let addr = server.addr();
    for _ in 0..3 {
        let refused = TcpStream::connect(addr).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        assert!(
            std::net::TcpListener::bind(addr).is_err(),
            "the port was given away"
        );
    }
    server.clear_faults().await;
    assert_eq!(get(addr, "/health").await.status, 200);
    server.arm(Fault::server_down()).await;
    assert!(TcpStream::connect(addr).await.is_err());
    server.reset().await.unwrap();
    assert_eq!(get(addr, "/health").await.status, 200);
}

#[tokio::test]
async fn a_refusal_of_one_path_resets_the_connection() {
    let fault = fault(r#"{"path": "/openapi.json", "action": "refuse"}"#);
    let server = MockServer::builder().fault(fault).start().await.unwrap();
    let request = b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n";
    let reset = raw(server.addr(), request).await.unwrap_err();
    assert_eq!(reset.kind(), ErrorKind::ConnectionReset);
    assert_eq!(get(server.addr(), "/docs").await.status, 200);
    let exchanges = server.journal().exchanges();
    assert_eq!(
        (exchanges[0].status(), exchanges[0].faults.as_slice()),
        (None, ["#1 refuse".to_owned()].as_slice())
    );
}

/// What a GET on /wild/v2/system-health is answered when `action` strikes it.
async fn struck(action: &str) -> Answer {
    let fault = fault(&format!(r#"{{"path": "/wild/**", "action": {action}}}"#));
    let server = MockServer::builder().fault(fault).start().await.unwrap();
    let answer = get(server.addr(), "/wild/v2/system-health").await;
    let exchange = server.journal().exchanges().remove(0);
    assert_eq!(exchange.status(), Some(answer.status), "{action}");
    assert_eq!(exchange.faults.len(), 1, "{action}");
    assert_eq!(exchange.sent, None, "{action}");
    answer
}

#[tokio::test]
async fn answers_can_be_wrong_in_every_way_that_http_allows() {
    let redirect = struck(r#""redirect", "location": "/elsewhere""#).await;
    assert_eq!(
        (redirect.status, redirect.header("location")),
        (307, Some("/elsewhere"))
    );
    let empty = struck(r#""empty_body""#).await;
    assert_eq!((empty.status, empty.body.as_slice()), (200, b"".as_slice()));
    assert_eq!(empty.header("content-length"), Some("0"));
    let none = struck(r#""no_content""#).await;
    assert_eq!((none.status, none.header("content-length")), (204, None));
    let invalid = struck(r#""invalid_json""#).await;
    assert_eq!(invalid.header("content-type"), Some("application/json"));
    serde_json::from_slice::<serde_json::Value>(&invalid.body).unwrap_err();
    let page = struck(r#""html_error""#).await;
    assert_eq!(page.status, 502);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(page.text().contains("<h1>502 Bad Gateway</h1>"));
    let limited = struck(r#""rate_limited", "retry_after": 7"#).await;
    assert_eq!(
        (limited.status, limited.header("retry-after")),
        (429, Some("7"))
    );
    let closed = struck(r#""maintenance""#).await;
    assert_eq!(
        (closed.status, closed.header("retry-after")),
        (503, Some("120"))
    );
    assert!(closed.text().contains("maintenance"));
    let renamed = struck(r#""wrong_type", "content_type": "text/csv""#).await;
    assert_eq!(renamed.header("content-type"), Some("text/csv"));
    assert_eq!(renamed.json()["max_concurrent"], 5);
    let foreign = struck(r#""foreign_body", "from": "/wild-mode""#).await;
    assert_eq!(
        (foreign.status, foreign.json()),
        (200, json!({"enabled": false}))
    );
}

#[tokio::test]
async fn a_stale_answer_does_not_see_what_has_changed() {
    let server = MockServer::start().await.unwrap();
    let id = server
        .arm(fault(r#"{"method": "GET", "action": "stale_body"}"#))
        .await;
    let run = json!({"name": "n", "command": "c"});
    assert_eq!(get(server.addr(), "/runs").await.json(), json!([]));
    assert_eq!(post(server.addr(), "/runs", &run).await.status, 200);
    assert_eq!(get(server.addr(), "/runs").await.json(), json!([]));
    let other = get(server.addr(), "/runs?limit=5").await.json();
    assert_eq!(other.as_array().unwrap().len(), 1);
    server.disarm(id).await;
    let fresh = get(server.addr(), "/runs").await.json();
    assert_eq!(fresh.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_fault_strikes_before_the_token_is_asked_for() {
    let server = MockServer::builder()
        .auth_token("secret")
        .fault(Fault::status("GET", "/runs", 503))
        .start()
        .await
        .unwrap();
    assert_eq!(get(server.addr(), "/runs").await.status, 503);
    assert_eq!(get(server.addr(), "/sweeps").await.status, 401);
    let token = [("x-auth-token", "secret")];
    assert_eq!(
        send(server.addr(), "GET", "/runs", &token, b"")
            .await
            .status,
        503
    );
}

#[test]
fn the_example_in_the_book_can_be_served() {
    let page = include_str!("../../../docs/src/failing.md");
    let (_, behind) = page.split_once("```toml\nfaults = [").unwrap();
    let (block, _) = behind.split_once("```").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("case.toml");
    let head = "id = 'x'\ntitle = 'x'\ntwin = 'planning-healthy'\nexpect.preflight = 'failed'\n";
    std::fs::write(&file, format!("{head}faults = [{block}")).unwrap();
    let scenario = wild_mock_server::scenario::Scenario::load(file.to_str().unwrap()).unwrap();
    assert_eq!(scenario.faults.len(), 4);
}

#[test]
fn every_example_in_the_documentation_is_a_fault() {
    #[derive(serde::Deserialize)]
    struct Example {
        fault: Vec<Fault>,
    }
    let page = include_str!("../../../docs/src/faults.md");
    let examples: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `{"))
        .map(|line| line.split_once('`').unwrap().0)
        .collect();
    for example in &examples {
        let text = format!("fault = [{{{example}]");
        let read: Result<Example, _> = toml::from_str(&text);
        let read = read.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(read.fault.len(), 1);
    }
    for (action, _) in actions() {
        let named = examples
            .iter()
            .any(|example| example.contains(&format!("\"{action}\"")));
        assert!(
            named,
            "docs/src/faults.md has no row with `{{ action = \"{action}\" }}`"
        );
    }
    for key in CONDITIONS {
        let named = examples.iter().any(|example| example.contains(key));
        assert!(
            named,
            "docs/src/faults.md has no row with the condition `{key}`"
        );
    }
}
