//! Faults below HTTP, byte for byte, as a raw client sees them.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wild_mock_server::{
    Broken, Clock, DropReason, Exchange, ExchangeOutcome, Fault, MockServer, SCENARIO_EPOCH,
};

use crate::client::{PATIENCE, get, post};

const REQUEST: &[u8] = b"GET /wild-mode HTTP/1.1\r\nhost: x\r\n\r\n";
const HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nvary: Origin\r\nserver: uvicorn\r\n";
const BODY: &str = r#"{"enabled":false}"#;

/// What a client saw: the bytes, and how the connection ended.
#[derive(Debug, PartialEq)]
struct Seen {
    bytes: Vec<u8>,
    end: Result<(), ErrorKind>,
}

fn closed(bytes: impl Into<Vec<u8>>) -> Seen {
    Seen {
        bytes: bytes.into(),
        end: Ok(()),
    }
}

async fn observe(addr: SocketAddr, request: &[u8]) -> Seen {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut bytes = Vec::new();
    let reading = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes));
    let end = reading.await.expect("the connection does not end");
    Seen {
        bytes,
        end: end.map(drop).map_err(|error| error.kind()),
    }
}

async fn server(broken: Broken) -> MockServer {
    MockServer::builder()
        .clock(Clock::stepped(SCENARIO_EPOCH, 0.0))
        .stall_limit(Duration::from_millis(200))
        .fault(Fault::on("GET", "/wild-mode", broken))
        .start()
        .await
        .unwrap()
}

/// What a client sees of `broken`, and what the journal tells of it.
async fn struck(broken: Broken) -> (Seen, Exchange) {
    let server = server(broken).await;
    let seen = observe(server.addr(), REQUEST).await;
    let mut exchanges = server.journal().exchanges();
    assert_eq!(exchanges.len(), 1);
    let exchange = exchanges.remove(0);
    assert_eq!(exchange.faults.len(), 1);
    let sent = exchange.sent.as_ref().expect("what was sent is told");
    assert_eq!(sent.size, seen.bytes.len() as u64);
    if let Some(text) = &sent.text {
        assert!(seen.bytes.starts_with(text.as_bytes()));
    }
    // The server serves others as before.
    assert_eq!(get(server.addr(), "/health").await.status, 200);
    (seen, exchange)
}

/// The same, for an answer that does not arrive whole.
async fn lost(broken: Broken) -> Seen {
    let (seen, exchange) = struck(broken).await;
    let reason = DropReason::Fault;
    assert_eq!(exchange.outcome, ExchangeOutcome::Dropped { reason });
    assert!(!exchange.is_success());
    seen
}

/// The same, for an answer of which a client gets `body` in the end.
async fn got(broken: Broken, body: &str) -> Seen {
    let (seen, exchange) = struck(broken).await;
    assert!(exchange.is_success());
    let ExchangeOutcome::Responded { body: told, .. } = exchange.outcome else {
        panic!("{:?}", exchange.outcome);
    };
    assert_eq!(told.text.as_deref(), Some(body));
    seen
}

#[tokio::test]
async fn a_reset_is_a_reset_and_an_empty_reply_is_not() {
    let reset = Seen {
        bytes: vec![],
        end: Err(ErrorKind::ConnectionReset),
    };
    assert_eq!(lost(Broken::Reset).await, reset);
    assert_eq!(lost(Broken::Refuse).await, reset);
    assert_eq!(lost(Broken::EmptyReply).await, closed(""));
}

#[tokio::test]
async fn garbage_arrives_in_place_of_a_status_line() {
    let garbage = b"\x00\xff\xfe this is not HTTP\r\n\r\n\x80\x81";
    assert_eq!(lost(Broken::Garbage).await, closed(garbage));
}

#[tokio::test]
async fn lengths_and_bodies_disagree() {
    let promising =
        |length: usize, body: &str| closed(format!("{HEAD}content-length: {length}\r\n\r\n{body}"));
    let half = lost(Broken::TruncatedBody { bytes: None }).await;
    assert_eq!(half, promising(17, &BODY[..8]));
    let none = lost(Broken::TruncatedBody { bytes: Some(0) }).await;
    assert_eq!(none, promising(17, ""));
    let all = lost(Broken::TruncatedBody { bytes: Some(99) }).await;
    assert_eq!(all, promising(18, BODY));
    let more = lost(Broken::WrongLength { off_by: 10 }).await;
    assert_eq!(more, promising(27, BODY));
    let less = got(Broken::WrongLength { off_by: -10 }, &BODY[..7]).await;
    assert_eq!(less, promising(7, BODY));
}

#[tokio::test]
async fn chunks_are_cut_and_malformed() {
    let chunked = format!("{HEAD}transfer-encoding: chunked\r\n\r\n");
    let cut = lost(Broken::CutChunk).await;
    assert_eq!(cut, closed(format!("{chunked}12\r\n{}", &BODY[..8])));
    let bad = lost(Broken::BadChunk).await;
    let expected = format!("{chunked}not-a-size\r\n{BODY}\r\n0\r\n\r\n");
    assert_eq!(bad, closed(expected));
}

#[tokio::test]
async fn the_connection_closes_after_n_bytes() {
    let whole = format!("{HEAD}content-length: 17\r\n\r\n{BODY}");
    for bytes in [0, 9, 40, whole.len() - 1] {
        let seen = lost(Broken::CloseAfter {
            bytes: bytes as u32,
        })
        .await;
        assert_eq!(seen, closed(&whole.as_bytes()[..bytes]));
    }
    let seen = got(Broken::CloseAfter { bytes: 9999 }, BODY).await;
    assert_eq!(seen, closed(whole));
}

#[tokio::test]
async fn headers_are_endless_or_too_large() {
    let endless = lost(Broken::EndlessHeaders { bytes: 100_000 }).await;
    let text = String::from_utf8(endless.bytes).unwrap();
    assert!(text.starts_with(&format!(
        "{HEAD}x-more-1: and more\r\nx-more-2: and more\r\n"
    )));
    assert!(text.len() >= 100_000 && !text.contains("\r\n\r\n"));
    let large = lost(Broken::OversizedHeaders { bytes: 70_000 }).await;
    let filler = "x".repeat(70_000);
    let expected = format!("{HEAD}x-filler: {filler}\r\ncontent-length: 17\r\n\r\n{BODY}");
    assert_eq!(large, closed(expected));
}

#[tokio::test]
async fn endless_headers_end_when_the_client_goes_away() {
    let server = MockServer::builder()
        .fault(Fault::on(
            "GET",
            "**",
            Broken::EndlessHeaders {
                bytes: 64 * 1024 * 1024,
            },
        ))
        .start()
        .await
        .unwrap();
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    stream.write_all(REQUEST).await.unwrap();
    stream.read_exact(&mut [0; 1000]).await.unwrap();
    drop(stream);
    let exchange = finished(&server).await;
    assert!(exchange.sent.unwrap().size < 64 * 1024 * 1024);
}

/// The first exchange, once it is in the journal.
async fn finished(server: &MockServer) -> Exchange {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(exchange) = server.journal().exchanges().into_iter().next() {
            return exchange;
        }
        assert!(Instant::now() < deadline, "the exchange does not end");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_drip_keeps_its_rate_by_the_servers_clock() {
    let clock = Clock::stepped(SCENARIO_EPOCH, 0.0);
    let server = MockServer::builder()
        .clock(clock.clone())
        .fault(Fault::on(
            "GET",
            "**",
            Broken::Drip {
                bytes_per_second: 1,
            },
        ))
        .start()
        .await
        .unwrap();
    let asked = Instant::now();
    let seen = observe(server.addr(), REQUEST).await;
    let expected = format!("{HEAD}content-length: 17\r\n\r\n{BODY}");
    assert_eq!(seen, closed(expected));
    assert_eq!(clock.now(), SCENARIO_EPOCH.plus_secs(17.0));
    assert!(asked.elapsed() < Duration::from_secs(10));
    got(
        Broken::Drip {
            bytes_per_second: 7,
        },
        BODY,
    )
    .await;
}

#[tokio::test]
async fn a_drip_is_slow_on_a_running_clock() {
    let server = MockServer::builder()
        .clock(Clock::scaled(10.0))
        .fault(Fault::on(
            "GET",
            "**",
            Broken::Drip {
                bytes_per_second: 17,
            },
        ))
        .start()
        .await
        .unwrap();
    let asked = Instant::now();
    assert!(observe(server.addr(), REQUEST).await.end.is_ok());
    // A second of a clock that is ten times as fast.
    assert!(asked.elapsed() >= Duration::from_millis(90));
}

#[tokio::test]
async fn a_stall_costs_the_time_of_the_servers_clock() {
    let clock = Clock::stepped(SCENARIO_EPOCH, 0.0);
    let server = MockServer::builder()
        .clock(clock.clone())
        .fault(Fault::on(
            "GET",
            "/wild-mode",
            Broken::Stall { seconds: 3600.0 },
        ))
        .start()
        .await
        .unwrap();
    assert_eq!(observe(server.addr(), REQUEST).await, closed(""));
    assert_eq!(clock.now(), SCENARIO_EPOCH.plus_secs(3600.0));
}

#[tokio::test]
async fn a_stall_on_a_clock_that_nobody_moves_ends_at_the_limit() {
    for broken in [Broken::Stall { seconds: 3600.0 }, Broken::StallForever] {
        let server = MockServer::builder()
            .clock(Clock::manual(SCENARIO_EPOCH))
            .stall_limit(Duration::from_millis(100))
            .fault(Fault::on("GET", "/wild-mode", broken))
            .start()
            .await
            .unwrap();
        let asked = Instant::now();
        assert_eq!(observe(server.addr(), REQUEST).await, closed(""));
        assert!(asked.elapsed() >= Duration::from_millis(100));
        assert_eq!(server.clock().now(), SCENARIO_EPOCH);
    }
}

#[tokio::test]
async fn a_stall_for_ever_ends_with_the_client_or_with_the_server() {
    let start = || {
        MockServer::builder()
            .stall_limit(Duration::from_hours(1))
            .fault(Fault::on("GET", "/wild-mode", Broken::StallForever))
            .start()
    };
    let server = start().await.unwrap();
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    stream.write_all(REQUEST).await.unwrap();
    drop(stream);
    let reason = DropReason::Fault;
    assert_eq!(
        finished(&server).await.outcome,
        ExchangeOutcome::Dropped { reason }
    );

    let server = start().await.unwrap();
    let addr = server.addr();
    let stalled = tokio::spawn(async move { observe(addr, REQUEST).await });
    while server.journal().seen() == 0 {
        tokio::task::yield_now().await;
    }
    server.shutdown().await;
    assert!(stalled.await.unwrap().bytes.is_empty());
    assert_eq!(server.journal().exchanges().len(), 1);
}

#[tokio::test]
async fn an_answer_that_breaks_has_changed_the_state_all_the_same() {
    let broken = Broken::TruncatedBody { bytes: None };
    let server = MockServer::builder()
        .fault(Fault::on("POST", "/runs", broken))
        .start()
        .await
        .unwrap();
    let body = r#"{"name": "n", "command": "c"}"#;
    let length = body.len();
    let request = format!(
        "POST /runs HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    );
    observe(server.addr(), request.as_bytes()).await;
    assert_eq!(get(server.addr(), "/runs").await.json()[0]["name"], "n");
    assert_eq!(server.journal().exchanges()[0].effects.len(), 1);
    let sweep = post(server.addr(), "/sweeps/wild", &serde_json::json!({})).await;
    assert_eq!(sweep.status, 200);
}

#[tokio::test]
async fn what_was_asked_before_on_the_same_connection_is_answered() {
    let server = server(Broken::Garbage).await;
    let mut requests = b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n".to_vec();
    requests.extend_from_slice(REQUEST);
    let seen = observe(server.addr(), &requests).await;
    let text = String::from_utf8_lossy(&seen.bytes).into_owned();
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
    assert!(text.contains("this is not HTTP"), "{text}");
    assert_eq!(seen.end, Ok(()));
}
