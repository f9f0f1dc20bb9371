//! The control API.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use wild_mock_server::{Clock, ControlServer, MockServer, SCENARIO_EPOCH};

use crate::client::{get, post, raw, send};

async fn start() -> (Arc<MockServer>, ControlServer) {
    let clock = Clock::manual(SCENARIO_EPOCH);
    let server = Arc::new(MockServer::builder().clock(clock).start().await.unwrap());
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let control = ControlServer::start(Arc::clone(&server), any)
        .await
        .unwrap();
    (server, control)
}

#[tokio::test]
async fn slow_heads_and_bodies_are_cut_off() {
    let short = Duration::from_millis(50);
    let server = MockServer::builder().timeouts(short, short).start();
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Arc::new(server.await.unwrap());
    let control = ControlServer::start(server, any).await.unwrap();
    for (start, end) in [
        ("", ""),
        ("GET /health HTTP/1.1\r\nhost:", ""),
        (
            "POST /faults HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{",
            "HTTP/1.1 408",
        ),
    ] {
        let answer = raw(control.addr(), start.as_bytes()).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        assert!(
            answer.starts_with(end) && answer.is_empty() == end.is_empty(),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn faults_are_armed_and_disarmed_from_outside() {
    let (server, control) = start().await;
    let fault = json!({"method": "GET", "path": "/docs", "action": "status", "status": 503});
    let armed = post(control.addr(), "/faults", &fault).await;
    assert_eq!((armed.status, armed.json()), (201, json!({"id": 1})));
    assert_eq!(get(server.addr(), "/docs").await.status, 503);
    assert_eq!(
        get(control.addr(), "/faults").await.json()[0]["status"],
        503
    );
    assert_eq!(
        send(control.addr(), "DELETE", "/faults/1", &[], b"")
            .await
            .status,
        204
    );
    assert_eq!(
        send(control.addr(), "DELETE", "/faults/1", &[], b"")
            .await
            .status,
        404
    );
    assert_eq!(get(server.addr(), "/docs").await.status, 200);
    let slip = json!({"path": "/doc", "action": "status", "status": 503});
    let slip = post(control.addr(), "/faults", &slip).await;
    let told = slip.json()["warning"].to_string();
    assert!(
        slip.status == 201 && told.contains("did you mean `/docs`?"),
        "{told}"
    );
    assert_eq!(get(server.addr(), "/doc").await.status, 503);
    let wrong = post(control.addr(), "/faults", &json!({"action": "explode"})).await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("explode"), "{}", wrong.text());
}

#[tokio::test]
async fn the_journal_is_read_and_cleared() {
    let (server, control) = start().await;
    get(server.addr(), "/docs").await;
    get(server.addr(), "/runs").await;
    let page = get(control.addr(), "/journal?path=/runs&after=1")
        .await
        .json();
    assert_eq!(page["exchanges"].as_array().unwrap().len(), 1);
    assert_eq!(page["exchanges"][0]["seq"], 2);
    assert_eq!(get(control.addr(), "/journal?wrong=1").await.status, 400);
    send(control.addr(), "DELETE", "/journal", &[], b"").await;
    assert_eq!(
        get(control.addr(), "/journal").await.json()["exchanges"],
        json!([])
    );
    assert_eq!(get(control.addr(), "/health").await.json()["seen"], 2);
}

#[tokio::test]
async fn state_and_clock_are_set_from_outside() {
    let (server, control) = start().await;
    post(
        server.addr(),
        "/runs",
        &json!({"name": "n", "command": "c", "auto_start": true}),
    )
    .await;
    let state = get(control.addr(), "/state").await;
    post(control.addr(), "/reset", &json!({})).await;
    assert_eq!(get(server.addr(), "/runs").await.json(), json!([]));
    let kind = [("content-type", "application/json")];
    assert_eq!(
        send(control.addr(), "PUT", "/state", &kind, &state.body)
            .await
            .status,
        204
    );
    assert_eq!(
        get(server.addr(), "/runs").await.json()[0]["status"],
        "launching"
    );
    let moved = post(control.addr(), "/clock", &json!({"advance": 60.0}))
        .await
        .json();
    assert_eq!(moved["now"], SCENARIO_EPOCH.as_secs_f64() + 60.0);
    assert_eq!(
        get(server.addr(), "/runs").await.json()[0]["status"],
        "finished"
    );
    for wrong in [json!("x"), json!(-1)] {
        let refused = post(control.addr(), "/clock", &json!({"advance": wrong})).await;
        assert_eq!(refused.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn the_agent_cannot_reach_it() {
    let (server, _control) = start().await;
    for path in ["/journal", "/faults", "/state", "/reset", "/clock"] {
        assert_eq!(get(server.addr(), path).await.status, 404);
    }
}

/// The words of a refusal.
async fn refused(control: &ControlServer, asked: (&str, &str, &str), status: u16) -> String {
    let (method, path, body) = asked;
    let answer = send(control.addr(), method, path, &[], body.as_bytes()).await;
    assert_eq!(answer.status, status, "{asked:?}: {}", answer.text());
    answer.json()["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_refusal_says_what_to_give() {
    let (_server, control) = start().await;
    for (asked, status, told) in [
        (
            ("POST", "/faults", ""),
            400,
            "the body is empty; give a fault, such as {",
        ),
        (("POST", "/faults", "docs"), 400, "the body is no JSON: "),
        (
            ("POST", "/faults", "[]"),
            400,
            "the body is a list; give a fault",
        ),
        (
            ("POST", "/faults", "503"),
            400,
            "the body is a number; give a fault",
        ),
        (
            ("PUT", "/state", "{}"),
            400,
            "the body is an object; give a state, as GET /state",
        ),
        (
            ("PUT", "/state", "[1]"),
            400,
            "; give a state, as GET /state",
        ),
        (
            ("POST", "/clock", " "),
            400,
            "the body is empty; give {\"advance\": SECONDS}",
        ),
        (
            ("POST", "/clock", "{}"),
            400,
            "; give {\"advance\": SECONDS}",
        ),
        (
            ("POST", "/clock", r#"{"advance": "1"}"#),
            400,
            "; give {\"advance\": SECONDS}",
        ),
        (
            ("DELETE", "/faults/x", ""),
            400,
            "`x` is no fault's number; GET /faults lists",
        ),
        (
            ("DELETE", "/faults/9", ""),
            404,
            "fault 9 is not armed; GET /faults lists",
        ),
        (
            ("GET", "/journal?limit=few", ""),
            400,
            "GET /journal takes after, method, path",
        ),
        (("POST", "/save", ""), 404, "`wild-mock record` saves"),
    ] {
        let error = refused(&control, asked, status).await;
        assert!(error.contains(told), "{asked:?}: {error}");
    }
}

#[tokio::test]
async fn what_there_is_not_is_told_with_what_there_is() {
    let (_server, control) = start().await;
    let error = refused(&control, ("POST", "/fault", "{}"), 404).await;
    assert!(
        error.starts_with("there is no /fault here; did you mean /faults? "),
        "{error}"
    );
    for known in [
        "GET, POST, DELETE /faults",
        "GET, PUT /state",
        "POST /reset",
    ] {
        assert!(error.contains(known), "{error}");
    }
    for (method, path, takes) in [
        (
            "PUT",
            "/faults",
            "/faults does not take PUT; it takes GET, POST, DELETE",
        ),
        (
            "GET",
            "/faults/1",
            "/faults/{id} does not take GET; it takes DELETE",
        ),
        ("GET", "/reset", "/reset does not take GET; it takes POST"),
        ("POST", "/live", "/live does not take POST; it takes GET"),
    ] {
        assert_eq!(refused(&control, (method, path, ""), 405).await, takes);
    }
}
