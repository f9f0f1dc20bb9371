//! The wall `network`, inside: a process that makes the network namespace of a play, or enters it, and
//! hands sockets of it out. It then ends; the namespace lasts as long as somebody holds it.

use std::fs::File;
use std::io::{self, IoSlice};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};

use nix::sys::socket::{
    AddressFamily, Backlog, ControlMessage, MsgFlags, SockFlag, SockType, SockaddrIn, SockaddrIn6,
    SockaddrLike, SockaddrStorage, bind, getsockname, listen, sendmsg, setsockopt, socket, sockopt,
};

use super::{namespaces, sys};
use crate::agent::order::RoomOrder;
use crate::evidence::Wall;

/// Connections that may wait to be accepted.
const BACKLOG: i32 = 1024;

/// Carries out `order` and sends the descriptors of the namespaces, where they are new, and those of
/// the sockets over standard input. What goes wrong is sent in words.
pub(in crate::agent) fn hand_out(order: &RoomOrder) -> io::Result<()> {
    let outcome = sockets(order);
    let stdin = io::stdin();
    let (text, fds) = match &outcome {
        Ok(fds) => ("ok".to_owned(), fds.as_slice()),
        Err(error) => (error.clone(), [].as_slice()),
    };
    let raw: Vec<RawFd> = fds.iter().map(AsRawFd::as_raw_fd).collect();
    let rights = [ControlMessage::ScmRights(&raw)];
    let control = if raw.is_empty() {
        &rights[..0]
    } else {
        &rights
    };
    let parts = [IoSlice::new(text.as_bytes())];
    let to = stdin.as_raw_fd();
    sendmsg::<SockaddrStorage>(to, &parts, control, MsgFlags::MSG_NOSIGNAL, None)?;
    Ok(())
}

fn sockets(order: &RoomOrder) -> Result<Vec<OwnedFd>, String> {
    let mut fds = Vec::new();
    match &order.doors {
        Some(doors) => namespaces::enter(doors)?,
        None => fds.extend(made(order)?),
    }
    for address in &order.listen {
        let failed = |error| format!("cannot listen on {address} in the namespace: {error}");
        fds.push(listening(*address).map_err(failed)?);
    }
    if let Some(address) = order.connect {
        let failed = |error| format!("cannot connect to {address} in the namespace: {error}");
        fds.push(TcpStream::connect(address).map_err(failed)?.into());
    }
    Ok(fds)
}

/// Makes the namespace; gives what holds it.
fn made(order: &RoomOrder) -> Result<Vec<OwnedFd>, String> {
    let mut names = Vec::new();
    if order.has_user {
        namespaces::own_user()?;
        names.push("user");
    }
    namespaces::own(Wall::Network)?;
    names.push("net");
    let any = with_loopback()?;
    for (number, address) in order.addresses.iter().enumerate() {
        sys::add_address(any.as_fd(), number + 1, *address).map_err(|error| not_up(&error))?;
    }
    let held = names.iter().map(|name| {
        let path = format!("/proc/self/ns/{name}");
        File::open(&path)
            .map(OwnedFd::from)
            .map_err(|error| format!("{path}: {error}"))
    });
    held.collect()
}

/// Has the loopback of the namespace come up; gives a socket by which it can be changed.
pub(super) fn with_loopback() -> Result<OwnedFd, String> {
    let any = tcp(AddressFamily::Inet).map_err(|error| not_up(&error))?;
    sys::raise_loopback(any.as_fd()).map_err(|error| not_up(&error))?;
    Ok(any)
}

fn not_up(error: &dyn std::fmt::Display) -> String {
    format!("loopback did not come up: {error}")
}

fn tcp(family: AddressFamily) -> nix::Result<OwnedFd> {
    socket(family, SockType::Stream, SockFlag::SOCK_CLOEXEC, None)
}

/// Listens. A port that the system has chosen is bound once more by its number, because the system
/// takes back what it has chosen as soon as nobody listens.
fn listening(address: SocketAddr) -> nix::Result<OwnedFd> {
    match address {
        SocketAddr::V4(v4) => listening_as(AddressFamily::Inet, &SockaddrIn::from(v4), v4.port()),
        SocketAddr::V6(v6) => listening_as(AddressFamily::Inet6, &SockaddrIn6::from(v6), v6.port()),
    }
}

fn listening_as<A: SockaddrLike>(
    family: AddressFamily,
    address: &A,
    port: u16,
) -> nix::Result<OwnedFd> {
    let chosen = bound(family, address)?;
    let listener = if port == 0 {
        let again = bound(family, &getsockname::<A>(chosen.as_raw_fd())?)?;
        drop(chosen);
        again
    } else {
        chosen
    };
    // Some C libraries think that a system takes fewer; then as many as it takes.
    let most = Backlog::new(BACKLOG).unwrap_or(Backlog::MAXALLOWABLE);
    listen(&listener, most)?;
    Ok(listener)
}

fn bound(family: AddressFamily, address: &impl SockaddrLike) -> nix::Result<OwnedFd> {
    let fd = tcp(family)?;
    setsockopt(&fd, sockopt::ReuseAddr, &true)?;
    bind(fd.as_raw_fd(), address)?;
    Ok(fd)
}
