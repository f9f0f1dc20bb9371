//! Accepting connections where the system may run out of descriptors.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpStream};

/// How long to wait when the system refuses to accept, as it does without free descriptors.
const PAUSE: Duration = Duration::from_millis(20);

/// What is refused within this time after the last refusal belongs to the same shortage.
const CALM: Duration = Duration::from_mins(1);

/// A listener that goes on when it cannot accept. Connections that there are do not depend on it.
#[derive(Debug)]
pub(crate) struct Acceptor {
    listener: TcpListener,
    /// When an attempt was refused last.
    refused_at: Option<Instant>,
}

impl Acceptor {
    pub(crate) fn new(listener: TcpListener) -> Self {
        Self {
            listener,
            refused_at: None,
        }
    }

    pub(crate) fn into_listener(self) -> TcpListener {
        self.listener
    }

    /// The next connection. May be dropped while it waits.
    pub(crate) async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok(accepted) => return accepted,
                Err(error) if is_of_client(&error) => {
                    tracing::debug!("a client left before it was accepted: {error}");
                }
                Err(error) => {
                    self.tell(&error);
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Says once that nobody is accepted, however long that lasts, and whoever gets in between.
    fn tell(&mut self, error: &io::Error) {
        let before = self.refused_at.replace(Instant::now());
        if before.is_none_or(|before| before.elapsed() > CALM) {
            tracing::warn!(
                "no connection can be accepted, and those that there are go on: {error}; close \
                 connections or raise the limit of open files (ulimit -n)"
            );
        }
    }
}

fn is_of_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}
