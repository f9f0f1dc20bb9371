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
