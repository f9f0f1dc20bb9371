//! The yardstick of `make bench`: a bare axum handler that answers with fixed bytes.
//!
//! Usage: `yardstick FILE` serves the content of FILE at `/` for every method, on a free port that
//! it prints as `wild-mock serve` does.

use std::io::Write as _;

use axum::Router;
use axum::body::Bytes;
use axum::routing::any;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let file = std::env::args()
        .nth(1)
        .ok_or_else(|| anyhow::anyhow!("usage: yardstick FILE"))?;
    let answer = Bytes::from(std::fs::read(file)?);
    let json = HeaderValue::from_static("application/json");
    // The body of a request is read, as any handler that looks at it must.
    let handler = move |_body: Bytes| async move { ([(CONTENT_TYPE, json)], answer) };
    let router = Router::new().route("/", any(handler));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(
        std::io::stdout(),
        "listening on http://{}",
        listener.local_addr()?
    )?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(
            hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service),
        );
    }
}
