//! Sends any bytes to a server. It answers in HTTP or closes, never with a 5xx that the contract does not
//! have, and goes on serving.

#![no_main]

use std::cell::Cell;
use std::sync::LazyLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use wild_mock_server::{Exchange, MockServer, ExchangeOutcome};

/// Inputs after which the server starts anew, so that its state does not grow without end.
const RENEWED: u32 = 500;

static SERVER: LazyLock<(Runtime, MockServer)> = LazyLock::new(|| {
    let runtime = Runtime::new().expect("a runtime starts");
    let short = Duration::from_millis(100);
    let builder = MockServer::builder()
        .timeouts(short, short)
        .stall_limit(short)
        .cluster("local_gpu:2".parse().expect("it is a cluster"));
    let server = runtime.block_on(builder.start()).expect("a server starts");
    (runtime, server)
});

thread_local! {
    static SEEN: Cell<u32> = const { Cell::new(0) };
}

fuzz_target!(|bytes: &[u8]| {
    let (runtime, server) = &*SERVER;
    let answer = runtime.block_on(exchange(server, bytes, true));
    assert!(
        answer.is_empty() || answer.starts_with(b"HTTP/1."),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    for exchange in server.journal().exchanges() {
        assert!(is_in_contract(&exchange), "{exchange:?}");
    }
    server.journal().clear();
    SEEN.set(SEEN.get() + 1);
    if SEEN.get() % RENEWED == 0 {
        runtime.block_on(server.reset()).expect("nothing is saved");
        let alive = b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let answer = runtime.block_on(exchange(server, alive, false));
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer:?}");
    }
});

/// `is_all` says that no more will come, so that nobody waits for it; an answer may be lost by that.
async fn exchange(server: &MockServer, bytes: &[u8], is_all: bool) -> Vec<u8> {
    let mut answer = Vec::new();
    let speak = async {
        let mut stream = TcpStream::connect(server.addr()).await?;
        stream.write_all(bytes).await?;
        if is_all {
            stream.shutdown().await?;
        }
        stream.read_to_end(&mut answer).await
    };
    // An error is a connection that was closed while it was written to.
    let ended = tokio::time::timeout(Duration::from_secs(20), speak).await;
    assert!(
        ended.is_ok(),
        "no end of {}",
        String::from_utf8_lossy(bytes)
    );
    answer
}

/// The answers with 5xx that the contract has.
fn is_in_contract(exchange: &Exchange) -> bool {
    let ExchangeOutcome::Responded { status, .. } = exchange.outcome else {
        return true;
    };
    let ends = |end: &str| exchange.path.trim_end_matches('\n').ends_with(end);
    match status {
        500 => ends("/metrics") || ends("/resolve") || ends("/start"),
        502 => ends("/install"),
        status => status < 500,
    }
}
