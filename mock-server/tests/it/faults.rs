//! Failing on demand.

use std::io::ErrorKind;

use serde_json::json;
use tokio::net::TcpStream;
use wild_mock_server::{Action, Clock, Fault, MockServer, SCENARIO_EPOCH};

use crate::client::{get, post, raw};

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
    let action = Action::Status {
        status: 500,
        body: Some("<html>".to_owned()),
    };
    let fault = Fault {
        method: None,
        path: "/wild/**".to_owned(),
        action,
    };
    let server = MockServer::builder().fault(fault).start().await.unwrap();
    let answer = get(server.addr(), "/wild/v2/system-health").await;
    assert_eq!((answer.status, answer.text().as_str()), (500, "<html>"));
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
    let fault = Fault {
        method: None,
        path: "/openapi.json".to_owned(),
        action: Action::Refuse,
    };
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
