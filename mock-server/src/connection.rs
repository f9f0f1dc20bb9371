//! Listening, and the life of a connection.
//!
//! A server that is down keeps its port: in place of the listener a socket is bound to it that does
//! not listen, so that connections are refused and nobody else can take the port.

use std::io;
use std::net::{Shutdown, SocketAddr};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::acceptor::Acceptor;
use crate::app::Shared;
use crate::doors::Command;
use crate::exchange;
use crate::faulting;
use crate::locks::lock;
use crate::pipeline::{self, Line};
use crate::redirect::Ends;
use crate::routing;
use crate::target::Targets;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// How long connections may go on when the server shuts down.
const GRACE: Duration = Duration::from_millis(500);

/// How long to wait when the port cannot be listened on again yet.
const LISTEN_PAUSE: Duration = Duration::from_millis(20);

/// What holds the port.
enum Port {
    Open(Acceptor),
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
    let (mut closing, mut closing_seen) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut port = Port::Open(Acceptor::new(listener));
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
                Some(Command::Leave(done)) => {
                    port = close(port, addr);
                    closing.send_replace(true);
                    // Connections of a time when the port is open again go on.
                    (closing, closing_seen) = watch::channel(false);
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
            (stream, peer) = next(&mut port) => {
                accepted += 1;
                let local = stream.local_addr().unwrap_or(addr);
                let line = Line {
                    number: accepted,
                    ends: Ends { local, peer },
                    cut: Arc::default(),
                };
                let (app, router) = (Arc::clone(&app), router.clone());
                connections.spawn(serve(app, router, line, stream, closing_seen.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn next(port: &mut Port) -> (TcpStream, SocketAddr) {
    match port {
        Port::Open(acceptor) => acceptor.accept().await,
        Port::Closed(_) => std::future::pending().await,
    }
}

/// Listens. A port that the system has chosen is bound once more by its number, because the system
/// takes back what it has chosen as soon as nobody listens.
pub(crate) fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let chosen = bound(addr)?;
    if addr.port() != 0 {
        return chosen.listen(BACKLOG);
    }
    let socket = bound(chosen.local_addr()?)?;
    drop(chosen);
    socket.listen(BACKLOG)
}

fn close(port: Port, addr: SocketAddr) -> Port {
    let Port::Open(acceptor) = port else {
        return port;
    };
    match silenced(acceptor.into_listener()).or_else(|_| held(addr)) {
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

/// The listener's own socket, which stays bound and no longer listens: at no moment is the port
/// anybody else's. Only Linux can do so.
fn silenced(listener: TcpListener) -> io::Result<TcpSocket> {
    let listener = listener.into_std()?;
    let socket = SockRef::from(&listener);
    socket.set_reuse_address(false)?;
    socket.shutdown(Shutdown::Read)?;
    let socket = std::net::TcpStream::from(OwnedFd::from(listener));
    Ok(TcpSocket::from_std_stream(socket))
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
            Ok(listener) => return Port::Open(Acceptor::new(listener)),
            Err(error) => {
                tracing::warn!("cannot listen on {addr} again yet: {error}");
                tokio::time::sleep(LISTEN_PAUSE).await;
            }
        }
    }
}

/// Another socket that keeps the port. It gets it although old connections may linger there, and then no
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
    line: Line,
    stream: TcpStream,
    mut closing: watch::Receiver<bool>,
) {
    // Small answers must not wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let number = line.number;
    let service = service_fn(|request| {
        pipeline::handle(Arc::clone(&app), router.clone(), line.clone(), request)
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(app.limits.head_timeout)
        .serve_connection(TokioIo::new(Targets::new(stream)), service);
    let outcome = tokio::select! {
        outcome = &mut connection => outcome,
        () = told_to_close(&mut closing) => {
            std::pin::Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
    };
    let cut = lock(&line.cut).take();
    if let Some(cut) = cut {
        let stream = connection.into_parts().io.into_inner().into_inner();
        faulting::play(&app, stream, cut).await;
        return;
    }
    match outcome {
        Err(error) if error.is_parse() => exchange::malformed(&app, number, error.to_string()),
        Err(error) => tracing::debug!("connection {number} ended: {error}"),
        Ok(()) => {}
    }
}

async fn told_to_close(closing: &mut watch::Receiver<bool>) {
    // An error means that the accept loop is gone, and with it this connection.
    let _ = closing.wait_for(|closing| *closing).await;
}
