//! Orders to the accept loop: to open the port, to close it, to end.

use tokio::sync::{mpsc, oneshot};

/// What the accept loop is told to do. It answers when it has done so.
#[derive(Debug)]
pub(crate) enum Command {
    /// Accept connections.
    Open(oneshot::Sender<()>),
    /// Refuse connections, and end those that there are.
    Close(oneshot::Sender<()>),
    /// Refuse connections, and let those that there are end with the answer under way.
    Leave(oneshot::Sender<()>),
    /// End gracefully.
    Shutdown(oneshot::Sender<()>),
}

/// A request's way to tell the accept loop that it was the last one.
#[derive(Debug)]
pub(crate) struct Doors(mpsc::WeakUnboundedSender<Command>);

impl Doors {
    /// Does not keep the accept loop alive.
    pub(crate) fn new(orders: &mpsc::UnboundedSender<Command>) -> Self {
        Self(orders.downgrade())
    }

    /// Closes the port and returns when it is closed.
    pub(crate) async fn leave(&self) {
        if let Some(orders) = self.0.upgrade() {
            order(&orders, Command::Leave).await;
        }
    }
}

/// Gives an order and waits until it is done.
pub(crate) async fn order(
    orders: &mpsc::UnboundedSender<Command>,
    command: fn(oneshot::Sender<()>) -> Command,
) {
    let (done, wait) = oneshot::channel();
    // Errors mean that the accept loop has ended, after which there is nothing to order.
    if orders.send(command(done)).is_ok() {
        let _ = wait.await;
    }
}
