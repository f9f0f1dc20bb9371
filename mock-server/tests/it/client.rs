//! A client that sees every byte.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Nothing that a test waits for takes longer.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|w| w == b"\r\n\r\n")
            .expect("the head has no end");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split_whitespace().nth(1).unwrap().parse().unwrap();
        Self {
            status,
            head,
            body: bytes[end + 4..].to_vec(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Sends raw bytes and reads until the server closes.
pub async fn raw(addr: SocketAddr, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    speak(addr, bytes, false).await
}

/// Sends raw bytes, says that no more will come, and reads until the server closes.
pub async fn raw_and_done(addr: SocketAddr, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    speak(addr, bytes, true).await
}

async fn speak(addr: SocketAddr, bytes: &[u8], done: bool) -> std::io::Result<Vec<u8>> {
    let exchange = async {
        let mut stream = TcpStream::connect(addr).await?;
        stream.write_all(bytes).await?;
        if done {
            stream.shutdown().await?;
        }
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok(answer)
    };
    tokio::time::timeout(PATIENCE, exchange)
        .await
        .expect("the server did not answer in time")
}

/// Sends a request with headers and a body.
pub async fn send(
    addr: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let mut request = format!("{method} {target} HTTP/1.1\r\nhost: test.local\r\n");
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    request += &format!(
        "connection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut bytes = request.into_bytes();
    bytes.extend_from_slice(body);
    Answer::parse(&raw(addr, &bytes).await.unwrap())
}

pub async fn get(addr: SocketAddr, target: &str) -> Answer {
    send(addr, "GET", target, &[], b"").await
}

pub async fn post(addr: SocketAddr, target: &str, body: &Value) -> Answer {
    let json = [("content-type", "application/json")];
    send(addr, "POST", target, &json, body.to_string().as_bytes()).await
}

/// Asks until the answer fits, or panics with the last one.
pub async fn until(addr: SocketAddr, target: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let answer = get(addr, target).await.json();
        if fits(&answer) {
            return answer;
        }
        assert!(
            tokio::time::Instant::now() < deadline,
            "{target} stays {answer}"
        );
        tokio::task::yield_now().await;
    }
}
