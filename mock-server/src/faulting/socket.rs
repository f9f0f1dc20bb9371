//! Answers below HTTP: plays what a fault makes of an answer over the bare socket.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use axum::response::Response;
use bytes::Bytes;
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::answers::whole;
use crate::app::App;
use crate::exchange::{Open, kept_headers};
use crate::fault::{Broken, Script, Step, Whole, script};
use crate::journal::{DropReason, REDACTED, RawBody, RawHeaders, RawOutcome};

/// Bytes that were sent and are kept for the journal.
const KEPT: usize = 4096;

/// How long the client may take to notice that the connection is closed, so that what it still
/// sends does not turn the close into a reset.
const LINGER: Duration = Duration::from_millis(500);

/// An exchange whose answer is broken, on its way from the handler to the bare socket.
pub(crate) struct Cut {
    open: Open,
    script: Script,
    status: u16,
    headers: RawHeaders,
    kept: Vec<u8>,
    sent: u64,
}

impl Cut {
    /// What `broken` makes of `answer`.
    pub(crate) async fn new(mut open: Open, broken: &Broken, answer: Response) -> Self {
        let (parts, body) = whole(answer).await;
        let reason = parts.status.canonical_reason().unwrap_or_default();
        let mut open_head = format!("HTTP/1.1 {} {reason}\r\n", parts.status.as_u16());
        for (name, value) in &parts.headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            if name != hyper::header::CONTENT_LENGTH {
                // Writing to a String cannot fail.
                let _ = write!(open_head, "{name}: {value}\r\n");
            }
        }
        open.exchange().outcome = RawOutcome::Dropped(DropReason::Fault);
        Self {
            open,
            script: script(broken, &Whole { open_head, body }),
            status: parts.status.as_u16(),
            headers: kept_headers(&parts.headers, REDACTED),
            kept: Vec::new(),
            sent: 0,
        }
    }

    fn count(&mut self, bytes: &[u8]) {
        self.sent += bytes.len() as u64;
        let room = KEPT - self.kept.len();
        self.kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// An answer that arrives whole in the end is an answer.
    fn complete(&mut self) {
        if let Some(body) = self.script.received.take() {
            self.open.exchange().outcome = RawOutcome::Responded {
                status: self.status,
                headers: std::mem::take(&mut self.headers),
                body: RawBody::whole(&body),
            };
        }
    }
}

impl Drop for Cut {
    /// What went out is told however it ends.
    fn drop(&mut self) {
        let kept = Bytes::from(std::mem::take(&mut self.kept));
        self.open.exchange().sent = Some(Box::new(RawBody::new(&kept, self.sent)));
    }
}

/// How a connection ends.
enum End {
    Close,
    Reset,
}

/// Plays the script of `cut`. The exchange is in the journal before the client can know its end.
pub(crate) async fn play(app: &App, mut stream: TcpStream, cut: Cut) {
    match perform(app, &mut stream, cut).await {
        Ok(End::Close) => {
            let _ = stream.shutdown().await;
            let _ = tokio::time::timeout(LINGER, gone(&mut stream)).await;
        }
        Ok(End::Reset) => {
            // Closing a socket that does not linger sends RST.
            let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
        }
        Err(error) => tracing::debug!("a client left before a fault was done: {error}"),
    }
}

async fn perform(app: &App, stream: &mut TcpStream, mut cut: Cut) -> io::Result<End> {
    let limit = app.limits.stall;
    let steps = std::mem::take(&mut cut.script.steps);
    let last = steps.len().saturating_sub(1);
    for (at, step) in steps.into_iter().enumerate() {
        match step {
            Step::Send(bytes) if at == last => {
                cut.count(&bytes);
                cut.complete();
                drop(cut);
                send(stream, &bytes, limit).await?;
                return Ok(End::Close);
            }
            Step::Send(bytes) => {
                send(stream, &bytes, limit).await?;
                cut.count(&bytes);
            }
            Step::Wait(seconds) => unless_gone(stream, app.clock.pass(seconds, limit)).await?,
            Step::Hold => unless_gone(stream, app.clock.hold(limit)).await?,
            Step::Reset => return Ok(End::Reset),
        }
    }
    Ok(End::Close)
}

/// Sends bytes; a client that does not read them is not waited for without end.
async fn send(stream: &mut TcpStream, bytes: &[u8], limit: Duration) -> io::Result<()> {
    tokio::time::timeout(limit, stream.write_all(bytes))
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Waits; an error when the client goes away first.
async fn unless_gone(stream: &mut TcpStream, wait: impl Future<Output = ()>) -> io::Result<()> {
    tokio::select! {
        biased;
        () = wait => Ok(()),
        () = gone(stream) => Err(io::ErrorKind::ConnectionAborted.into()),
    }
}

/// Waits until the client has closed its side; what it sends is thrown away.
async fn gone(stream: &mut TcpStream) {
    let mut waste = [0; 1024];
    while let Ok(1..) = stream.read(&mut waste).await {}
}
