//! Listening, and the life of a connection.
//!
//! A server that is down keeps its port: in place of the listener a socket is bound to it that does
//! not listen, so that connections are refused and nobody else can take the port.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use crate::app::Shared;
use crate::record::{self, Reset};
use crate::routing;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// How long connections may go on when the server shuts down.
const GRACE: Duration = Duration::from_millis(500);

/// How long to wait when the system refuses to accept, as it does without free descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// What the accept loop is told to do. It answers when it has done so.
#[derive(Debug)]
pub(crate) enum Command {
    /// Accept connections.
    Open(oneshot::Sender<()>),
    /// Refuse connections, and end those that there are.
    Close(oneshot::Sender<()>),
    /// End gracefully.
    Shutdown(oneshot::Sender<()>),
}

/// What holds the port.
enum Port {
    Open(TcpListener),
    Closed(Option<TcpSocket>),
}

/// Accepts connections until it is told to shut down or its orderer is gone.
pub(crate) async fn accept(
    app: Shared,
    listener: TcpListener,
    addr: SocketAddr,
    mut orders: mpsc::UnboundedReceiver<Command>,
) {
    let router = routing::router(Arc::clone(&app));
    let (closing, closing_seen) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut port = Port::Open(listener);
    let mut accepted: u64 = 0;
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(Command::Open(done)) => {
                    port = open(port, addr).await;
                    let _ = done.send(());
                }
                Some(Command::Close(done)) => {
                    connections.shutdown().await;
                    port = close(port, addr);
                    let _ = done.send(());
                }
                Some(Command::Shutdown(done)) => {
                    drop(port);
                    closing.send_replace(true);
                    finish(&mut connections).await;
                    let _ = done.send(());
                    return;
                }
                // Dropping the set ends all connections.
                None => return,
            },
            Some(stream) = next(&port) => {
                accepted += 1;
                let (app, router) = (Arc::clone(&app), router.clone());
                connections.spawn(serve(app, router, accepted, stream, closing_seen.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn next(port: &Port) -> Option<TcpStream> {
    let Port::Open(listener) = port else {
        return std::future::pending().await;
    };
    match listener.accept().await {
        Ok((stream, _)) => Some(stream),
        Err(error) => {
            tracing::warn!("a connection could not be accepted: {error}");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

fn close(port: Port, addr: SocketAddr) -> Port {
    let Port::Open(listener) = port else {
        return port;
    };
    drop(listener);
    match held(addr) {
        Ok(socket) => Port::Closed(Some(socket)),
        Err(error) => {
            tracing::warn!(
                "port {} is not held while the server is down: {error}",
                addr.port()
            );
            Port::Closed(None)
        }
    }
}

/// Listens again; tries until it succeeds, because another program may hold the port for a moment.
async fn open(port: Port, addr: SocketAddr) -> Port {
    let Port::Closed(mut held) = port else {
        return port;
    };
    loop {
        let socket = held.take().map_or_else(|| bound(addr), Ok);
        let listening = socket.and_then(|socket| {
            socket.set_reuseaddr(true)?;
            socket.listen(BACKLOG)
        });
        match listening {
            Ok(listener) => return Port::Open(listener),
            Err(error) => {
                tracing::warn!("cannot listen on {addr} again yet: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// A socket that keeps the port. It gets it although old connections may linger there, and then no
/// longer shares it, so that nobody else can listen.
fn held(addr: SocketAddr) -> io::Result<TcpSocket> {
    let socket = bound(addr)?;
    socket.set_reuseaddr(false)?;
    Ok(socket)
}

fn bound(addr: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if addr.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    Ok(socket)
}

async fn finish(connections: &mut JoinSet<()>) {
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, all_ended).await.is_err() {
        connections.shutdown().await;
    }
}

async fn serve(
    app: Shared,
    router: Router,
    number: u64,
    stream: TcpStream,
    mut closing: watch::Receiver<bool>,
) {
    // Small answers must not wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let reset = Arc::new(AtomicBool::new(false));
    let io = TokioIo::new(Wire {
        stream,
        reset: Arc::clone(&reset),
    });
    let service = service_fn(|request| {
        let handled = record::handle(Arc::clone(&app), router.clone(), number, request);
        let reset = Arc::clone(&reset);
        async move {
            handled
                .await
                .inspect_err(|_: &Reset| reset.store(true, Ordering::Relaxed))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(app.limits.head_timeout)
        .serve_connection(io, service);
    tokio::pin!(connection);
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = told_to_close(&mut closing) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    match outcome {
        Err(error) if error.is_parse() => record::malformed(&app, number, error.to_string()),
        Err(error) => tracing::debug!("connection {number} ended: {error}"),
        Ok(()) => {}
    }
}

async fn told_to_close(closing: &mut watch::Receiver<bool>) {
    // An error means that the accept loop is gone, and with it this connection.
    let _ = closing.wait_for(|closing| *closing).await;
}

/// A connection's socket, which is reset instead of closed when a fault says so.
struct Wire {
    stream: TcpStream,
    reset: Arc<AtomicBool>,
}

impl Wire {
    fn stream(self: Pin<&mut Self>) -> Pin<&mut TcpStream> {
        Pin::new(&mut self.get_mut().stream)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.reset.load(Ordering::Relaxed) {
            // Closing a socket that does not linger sends RST.
            let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().poll_read(cx, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.reset.load(Ordering::Relaxed) {
            // No FIN ahead of the RST.
            return Poll::Ready(Ok(()));
        }
        self.stream().poll_shutdown(cx)
    }
}
