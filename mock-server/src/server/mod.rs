//! A running server, and the operations that a test needs.

mod builder;

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;

pub use builder::{Builder, StartError};

use crate::app::Shared;
use crate::clock::Clock;
use crate::doors::{Command, order};
use crate::fault::{Fault, FaultId};
use crate::journal::{Effect, Journal};
use crate::json::to_bytes;
use crate::locks::{lock, read, write};
use crate::persist::SaveError;
use crate::store::StateSnapshot;

/// A running mock server. It stops when it is dropped.
pub struct MockServer {
    app: Shared,
    addr: SocketAddr,
    /// Dropping it ends the accept loop and all connections.
    orders: mpsc::UnboundedSender<Command>,
}

/// How runs, sweeps and cluster stand, each encoded as its endpoint encodes it.
pub(crate) struct Stands {
    pub(crate) summary: Bytes,
    pub(crate) cluster: Bytes,
    pub(crate) runs: Bytes,
    pub(crate) sweeps: Bytes,
}

impl MockServer {
    pub(crate) fn new(
        app: Shared,
        addr: SocketAddr,
        orders: mpsc::UnboundedSender<Command>,
    ) -> Self {
        Self { app, addr, orders }
    }

    /// A server with the default settings.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Settings to start from.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The address that it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its base URL, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The journal.
    pub fn journal(&self) -> &Journal {
        &self.app.journal
    }

    /// Changes that no request has made since the last exchange.
    pub fn loose_effects(&self) -> Vec<Effect> {
        self.app.unasked(|_, _| ());
        lock(&self.app.loose).clone()
    }

    /// How long a request's head and its body may take.
    pub(crate) fn timeouts(&self) -> (Duration, Duration) {
        (self.app.limits.head_timeout, self.app.limits.body_timeout)
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.app.clock
    }

    /// Arms a fault. A fault that takes the server down has closed the port when this returns.
    pub async fn arm(&self, fault: Fault) -> FaultId {
        let id = write(&self.app.faults).arm(fault, self.app.clock.now());
        self.sync_port().await;
        id
    }

    /// Disarms a fault; tells whether it was armed.
    pub async fn disarm(&self, id: FaultId) -> bool {
        let armed = write(&self.app.faults).disarm(id);
        self.sync_port().await;
        armed
    }

    /// Disarms all faults.
    pub async fn clear_faults(&self) {
        write(&self.app.faults).clear();
        self.sync_port().await;
    }

    /// The armed faults.
    pub fn faults(&self) -> Vec<(FaultId, Fault)> {
        read(&self.app.faults).armed()
    }

    /// Forgets everything but the settings: state, faults and journal.
    pub async fn reset(&self) -> Result<(), SaveError> {
        self.app.reset()?;
        self.sync_port().await;
        Ok(())
    }

    /// How runs, sweeps and cluster stand: the newest of them, at most `limit` of each.
    pub(crate) fn stands(&self, limit: i64) -> Option<Stands> {
        self.app.unasked(|store, now| Stands {
            summary: to_bytes(&store.run_summary(now)),
            cluster: to_bytes(store.cluster()),
            runs: store.list_runs(true, limit, now),
            sweeps: store.list_sweeps(limit),
        })
    }

    /// The whole state.
    pub fn snapshot(&self) -> StateSnapshot {
        self.app.snapshot()
    }

    /// Replaces the whole state.
    pub fn restore(&self, snapshot: StateSnapshot) -> Result<(), SaveError> {
        self.app.restore(snapshot)
    }

    /// Waits until the commands of executed runs have ended. Those whose ends are scheduled keep their
    /// exit codes for whoever takes the state over.
    pub async fn runs_ended(&self) {
        if let Some(executor) = &self.app.executor {
            executor.all_ended().await;
        }
    }

    /// Stops: open connections get half a second to finish, executed runs are ended.
    pub async fn shutdown(&self) {
        order(&self.orders, Command::Shutdown).await;
        if let Some(executor) = &self.app.executor {
            executor.shutdown().await;
        }
        self.app.journal.flush();
    }

    /// Whether the armed faults keep the port closed.
    pub fn is_down(&self) -> bool {
        read(&self.app.faults).server_is_down(self.app.journal.seen())
    }

    /// Opens or closes the port as the armed faults demand.
    pub(crate) async fn sync_port(&self) {
        let command = if self.is_down() {
            Command::Close
        } else {
            Command::Open
        };
        order(&self.orders, command).await;
    }
}
