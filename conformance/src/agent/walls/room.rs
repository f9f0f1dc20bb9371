//! The wall `network`, outside: one network namespace a play, which its iterations share.
//!
//! The case's server listens on a socket that was made inside and handed out, so that resets and
//! refusals reach the agent as they are. What else the agent may connect to listens inside, too, and is
//! relayed, byte by byte.

use std::io::{self, IoSliceMut, Read};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};

use nix::cmsg_space;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg};

use super::relay::Relay;
use super::{Endpoint, sys};
use crate::agent::fence::Doors;
use crate::agent::order::{Order, RoomOrder};
use crate::evidence::Refusal;

/// Most endpoints, which is what one message can carry descriptors for, and some room.
const MOST_ENDPOINTS: usize = 200;

/// A free port of loopback.
const FREE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Longest explanation of a failure, in bytes.
const LONGEST_ERROR: usize = 1024;

/// A network namespace with the relays that lead out of it. It ends when it is dropped.
#[derive(Debug)]
pub struct Room {
    launcher: PathBuf,
    user: Option<OwnedFd>,
    network: OwnedFd,
    /// The socket of the first server, which is made together with the room.
    first: Mutex<Option<TcpListener>>,
    /// What `/etc/hosts` says there, where it says more than usual.
    hosts: Option<String>,
    relays: Vec<Relay>,
}

/// Where an endpoint is found inside.
struct Place<'a> {
    endpoint: &'a Endpoint,
    address: SocketAddr,
}

impl Room {
    /// Makes a room out of which only `allowed` can be reached. `has_user` tells whether it belongs to
    /// a user namespace of its own.
    ///
    /// # Errors
    /// Fails when the system refuses it.
    pub async fn open(launcher: &Path, has_user: bool, allowed: &[Endpoint]) -> io::Result<Self> {
        if allowed.len() > MOST_ENDPOINTS {
            return Err(io::Error::other(format!(
                "more than {MOST_ENDPOINTS} endpoints cannot be allowed"
            )));
        }
        let places = places(allowed)?;
        let mut listen: Vec<SocketAddr> = places.iter().map(|place| place.address).collect();
        // Last, so that the free port is none of the others.
        listen.push(FREE);
        let order = RoomOrder {
            doors: None,
            has_user,
            addresses: foreign(&places),
            listen,
            connect: None,
        };
        let mut fds = ask(launcher, order).await?.into_iter();
        let lost = || io::Error::other("the namespace was not handed out");
        let user = if has_user {
            Some(fds.next().ok_or_else(lost)?)
        } else {
            None
        };
        let network = fds.next().ok_or_else(lost)?;
        let first = fds.next_back().ok_or_else(lost)?;
        let relays = places
            .iter()
            .zip(fds)
            .map(|(place, fd)| Relay::start(TcpListener::from(fd), place.endpoint));
        Ok(Self {
            launcher: launcher.to_owned(),
            user,
            network,
            first: Mutex::new(Some(first.into())),
            hosts: hosts(&places),
            relays: relays.collect::<io::Result<_>>()?,
        })
    }

    /// A listening socket of the room, on a free port of its loopback.
    ///
    /// # Errors
    /// Fails when the system refuses it.
    pub async fn listener(&self) -> io::Result<TcpListener> {
        let first = self
            .first
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(first) = first {
            return Ok(first);
        }
        let order = RoomOrder {
            doors: Some(self.doors()),
            listen: vec![FREE],
            ..RoomOrder::default()
        };
        let fd = ask(&self.launcher, order).await?.pop();
        fd.map(TcpListener::from)
            .ok_or_else(|| io::Error::other("the socket was not handed out"))
    }

    /// A connection to what listens in the room, at a port of its loopback.
    ///
    /// # Errors
    /// Fails when the system refuses it.
    pub(crate) async fn connect(&self, port: u16) -> io::Result<TcpStream> {
        let order = RoomOrder {
            doors: Some(self.doors()),
            connect: Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)),
            ..RoomOrder::default()
        };
        let fd = ask(&self.launcher, order).await?.pop();
        fd.map(TcpStream::from)
            .ok_or_else(|| io::Error::other("the connection was not handed out"))
    }

    /// How a child of this process enters the room.
    pub(crate) fn doors(&self) -> Doors {
        let own = std::process::id();
        let path = |fd: &OwnedFd| PathBuf::from(format!("/proc/{own}/fd/{}", fd.as_raw_fd()));
        Doors {
            user: self.user.as_ref().map(path),
            network: path(&self.network),
        }
    }

    /// What `/etc/hosts` is to say inside, where names of other machines can be reached.
    pub(crate) fn hosts(&self) -> Option<&str> {
        self.hosts.as_deref()
    }

    /// What was allowed and could not be reached from here, since the last time it was asked.
    pub(crate) fn unreached(&self) -> Vec<Refusal> {
        self.relays.iter().flat_map(Relay::unreached).collect()
    }
}

/// Loopback is itself, an address is itself, and every name gets an address of loopback.
fn places(allowed: &[Endpoint]) -> io::Result<Vec<Place<'_>>> {
    let mut names: Vec<&str> = Vec::new();
    let mut places = Vec::new();
    for endpoint in allowed {
        let Some(port) = endpoint.port() else {
            continue;
        };
        let address = match endpoint.address() {
            Some(IpAddr::V6(address)) if address != Ipv6Addr::LOCALHOST => {
                return Err(io::Error::other(format!(
                    "{endpoint}: addresses of IPv6 are not made inside; give the host's name"
                )));
            }
            Some(address) => address,
            None => {
                let known = names.iter().position(|name| *name == endpoint.host());
                let at = known.unwrap_or_else(|| {
                    names.push(endpoint.host());
                    names.len() - 1
                });
                let last = u8::try_from(at + 1).unwrap_or(u8::MAX);
                Ipv4Addr::new(127, 77, 0, last).into()
            }
        };
        let address = SocketAddr::new(address, port);
        if places
            .iter()
            .all(|place: &Place<'_>| place.address != address)
        {
            places.push(Place { endpoint, address });
        }
    }
    Ok(places)
}

/// Addresses that are not loopback's.
fn foreign(places: &[Place<'_>]) -> Vec<Ipv4Addr> {
    let mut all: Vec<Ipv4Addr> = places
        .iter()
        .filter_map(|place| match place.address.ip() {
            IpAddr::V4(address) if !address.is_loopback() => Some(address),
            _ => None,
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn hosts(places: &[Place<'_>]) -> Option<String> {
    let mut lines: Vec<String> = places
        .iter()
        .filter(|place| place.endpoint.address().is_none())
        .map(|place| format!("{} {}\n", place.address.ip(), place.endpoint.host()))
        .collect();
    lines.sort();
    lines.dedup();
    if lines.is_empty() {
        return None;
    }
    let own = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let head = format!("127.0.0.1 localhost {}\n::1 localhost\n", own.trim());
    Some(head + &lines.concat())
}

/// Has a launcher carry out `order`, and gives the descriptors that it sends.
async fn ask(launcher: &Path, order: RoomOrder) -> io::Result<Vec<OwnedFd>> {
    let launcher = launcher.to_owned();
    let asked = tokio::task::spawn_blocking(move || ask_and_wait(&launcher, order));
    asked.await.map_err(io::Error::other)?
}

fn ask_and_wait(launcher: &Path, order: RoomOrder) -> io::Result<Vec<OwnedFd>> {
    let (mut ours, theirs) = UnixStream::pair()?;
    // The command holds the other end and is gone before this one is read.
    let mut child = Order::Room(order)
        .command(launcher)?
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let received = receive(&mut ours);
    child.wait()?;
    received
}

fn receive(from: &mut UnixStream) -> io::Result<Vec<OwnedFd>> {
    let mut text = [0; LONGEST_ERROR];
    let mut space = cmsg_space!([std::os::fd::RawFd; MOST_ENDPOINTS + 3]);
    let (length, fds) = {
        let mut parts = [IoSliceMut::new(&mut text)];
        let flags = MsgFlags::MSG_CMSG_CLOEXEC;
        let message =
            recvmsg::<SockaddrStorage>(from.as_raw_fd(), &mut parts, Some(&mut space), flags)?;
        let mut fds = Vec::new();
        for control in message.cmsgs()? {
            if let ControlMessageOwned::ScmRights(raw) = control {
                fds.extend(sys::own(&raw));
            }
        }
        (message.bytes, fds)
    };
    match &text[..length] {
        b"ok" => Ok(fds),
        b"" => Err(io::Error::other("the launcher ended without a word")),
        error => {
            let mut error = error.to_vec();
            // The rest of a long explanation; the other end is closed behind it.
            let _ = from.take(LONGEST_ERROR as u64).read_to_end(&mut error);
            Err(io::Error::other(
                String::from_utf8_lossy(&error).into_owned(),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(words: &[&str]) -> Vec<Endpoint> {
        words.iter().map(|word| word.parse().unwrap()).collect()
    }

    #[test]
    fn names_get_addresses_of_loopback_and_addresses_are_themselves() {
        let ends = ends(&[
            "a.example:443",
            "127.0.0.1:*",
            "10.0.0.1:80",
            "a.example:80",
            "localhost:80",
            "b.example:443",
            "127.0.0.1:80",
        ]);
        let places = places(&ends).unwrap();
        let addresses: Vec<String> = places.iter().map(|p| p.address.to_string()).collect();
        assert_eq!(
            addresses,
            [
                "127.77.0.1:443",
                "10.0.0.1:80",
                "127.77.0.1:80",
                "127.0.0.1:80",
                "127.77.0.2:443"
            ]
        );
        assert_eq!(foreign(&places), [Ipv4Addr::new(10, 0, 0, 1)]);
        let hosts = hosts(&places).unwrap();
        assert_eq!(hosts.matches("a.example").count(), 1, "{hosts}");
        assert!(hosts.ends_with("127.77.0.2 b.example\n"), "{hosts}");
    }

    #[test]
    fn nothing_allowed_needs_no_hosts() {
        assert_eq!(hosts(&places(&ends(&["127.0.0.1:80"])).unwrap()), None);
        assert!(places(&ends(&["[2001:db8::1]:80"])).is_err());
    }
}
