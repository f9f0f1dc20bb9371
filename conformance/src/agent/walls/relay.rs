//! A way out of a network namespace: what connects to a socket inside is connected to a host outside.

use std::collections::BTreeMap;
use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::{JoinHandle, JoinSet};

use super::Endpoint;
use crate::evidence::Refusal;

/// How long to wait when the system refuses to accept, as it does without free descriptors.
const PAUSE: Duration = Duration::from_millis(20);

/// Most connections at the same time.
const MOST_CONNECTIONS: usize = 256;

/// How often the host could not be reached, by the reason.
type Failures = Arc<Mutex<BTreeMap<String, u64>>>;

/// A relay. It ends, with its connections, when it is dropped.
#[derive(Debug)]
pub(super) struct Relay {
    to: String,
    failures: Failures,
    task: JoinHandle<()>,
}

impl Relay {
    /// Relays what connects to `listener` to `endpoint`, as it is resolved at that moment.
    pub(super) fn start(listener: TcpListener, endpoint: &Endpoint) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let to = endpoint.to_string();
        let failures = Failures::default();
        let task = tokio::spawn(relay(listener, to.clone(), Arc::clone(&failures)));
        Ok(Self { to, failures, task })
    }

    /// How often the host could not be reached since the last time it was asked.
    pub(super) fn unreached(&self) -> Vec<Refusal> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let all = std::mem::take(&mut *failures).into_iter();
        all.map(|(error, times)| Refusal {
            to: self.to.clone(),
            error,
            times,
        })
        .collect()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn relay(listener: tokio::net::TcpListener, to: String, failures: Failures) {
    let mut connections = JoinSet::new();
    loop {
        while connections.len() >= MOST_CONNECTIONS {
            connections.join_next().await;
        }
        match listener.accept().await {
            Ok((inside, _)) => {
                connections.spawn(join(inside, to.clone(), Arc::clone(&failures)));
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn join(mut inside: TcpStream, to: String, failures: Failures) {
    match TcpStream::connect(&to).await {
        Ok(mut outside) => {
            let _ = inside.set_nodelay(true);
            let _ = outside.set_nodelay(true);
            // How it ended is between the two ends.
            let _ = tokio::io::copy_bidirectional(&mut inside, &mut outside).await;
        }
        Err(error) => {
            // Not an orderly end, which would look like an answer.
            let _ = inside.set_zero_linger();
            let mut failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
            *failures.entry(error.kind().to_string()).or_default() += 1;
        }
    }
}
