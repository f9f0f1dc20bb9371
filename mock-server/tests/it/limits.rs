//! What a client may not do.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wild_mock_server::{MockServer, StartError};

use crate::client::{PATIENCE, send};

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let server = MockServer::builder()
        .body_limit(1000)
        .start()
        .await
        .unwrap();
    let kind = [("content-type", "application/json")];
    let refused = send(server.addr(), "POST", "/runs", &kind, &[b' '; 2000]).await;
    assert_eq!(refused.status, 413);
    let chunked = b"POST /runs HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n\
        400\r\n";
    let mut request = chunked.to_vec();
    request.extend_from_slice(&[b'x'; 0x400]);
    request.extend_from_slice(b"\r\n0\r\n\r\n");
    let answer = crate::client::raw(server.addr(), &request).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 413"));
}

/// A body is walked by recursion; none may take more of the stack than a thread has.
#[tokio::test]
async fn a_body_may_be_nested_up_to_a_depth() {
    const DEEPEST: usize = 400;
    let dir = tempfile::tempdir().unwrap();
    let start = async || {
        let state = dir.path().join("state");
        MockServer::builder()
            .state_file(state)
            .start()
            .await
            .unwrap()
    };
    let server = start().await;
    let kind = [("content-type", "application/json")];
    let nested = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
    let taken = [
        ("POST", "/runs", r#"{"name":"n","command":"c","x":@}"#, 2),
        (
            "POST",
            "/sweeps",
            r#"{"name":"n","base_command":"c","parameters":{"k":[@]}}"#,
            3,
        ),
        (
            "POST",
            "/cluster",
            r#"{"type":"slurm","details":{"k":@}}"#,
            2,
        ),
        (
            "POST",
            "/prompt-skills",
            r#"{"name":"n","template":"t","x":@}"#,
            1,
        ),
        ("PUT", "/sweeps/x", r#"{"parameters":{"k":[@]}}"#, 3),
        ("POST", "/prompt-skills/x/render", "@", 0),
        (
            "POST",
            "/wild/v2/events/x/resolve",
            r#"{"event_ids":["a"],"x":@}"#,
            1,
        ),
    ];
    for (method, path, body, around) in taken {
        for (depth, is_read) in [(DEEPEST - around, true), (DEEPEST + 1, false)] {
            let body = body.replace('@', &nested(depth));
            let answer = send(server.addr(), method, path, &kind, body.as_bytes()).await;
            let is_unreadable = answer
                .text()
                .contains("There was an error parsing the body");
            assert_eq!(
                !is_unreadable,
                is_read,
                "{method} {path} {depth}: {}",
                answer.text()
            );
        }
    }
    let before = send(server.addr(), "GET", "/sweeps", &[], b"").await;
    assert!(before.text().contains(&nested(DEEPEST - 3)));
    server.shutdown().await;
    drop(server);
    let after = send(start().await.addr(), "GET", "/sweeps", &[], b"").await;
    assert_eq!(before.text(), after.text());
}

#[tokio::test]
async fn slow_heads_and_bodies_are_cut_off() {
    let short = Duration::from_millis(50);
    let server = MockServer::builder()
        .timeouts(short, short)
        .start()
        .await
        .unwrap();
    for start in [
        "GET /docs HTTP/1.1\r\nhost:",
        "POST /runs HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{",
    ] {
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        stream.write_all(start.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let ended = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
        assert!(ended.is_ok(), "{start:?} was not cut off");
        let text = String::from_utf8_lossy(&answer).into_owned();
        assert!(
            text.is_empty() || text.starts_with("HTTP/1.1 408"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused_at_the_start() {
    let refused = MockServer::builder().auth_token("two words").start().await;
    assert!(matches!(refused, Err(StartError::Token)));
    let taken = MockServer::start().await.unwrap();
    let Err(error) = MockServer::builder().listen(taken.addr()).start().await else {
        panic!("two servers listen on one port")
    };
    assert!(
        error.to_string().contains(&taken.addr().to_string()),
        "{error}"
    );
    let Err(error) = MockServer::builder()
        .skills(wild_mock_server::SkillSource::Dir("/no/such/dir".into()))
        .start()
        .await
    else {
        panic!("a missing directory was served")
    };
    assert!(error.to_string().contains("/no/such/dir"), "{error}");
}
