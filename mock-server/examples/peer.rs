//! The peer of `make bench`: a mock server that others use, `wiremock`, which answers with fixed bytes.
//!
//! Usage: `peer FILE` answers every request with the content of FILE, on a free port that it prints as
//! `wild-mock serve` does.

use std::io::Write as _;

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let file = std::env::args()
        .nth(1)
        .ok_or_else(|| anyhow::anyhow!("usage: peer FILE"))?;
    let answer = ResponseTemplate::new(200).set_body_raw(std::fs::read(file)?, "application/json");
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    writeln!(std::io::stdout(), "listening on {}", server.uri())?;
    std::future::pending().await
}
