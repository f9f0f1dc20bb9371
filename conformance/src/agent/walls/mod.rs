//! The walls between an agent and the machine, a room each.
//!
//! They are put up by the launcher, in the process that becomes the agent, in the order of
//! [`Wall::ALL`]: namespaces first, then Landlock, then the filter. Which of them the machine grants is
//! tried out once, before the first agent is started, so that a play asks for nothing that it will not
//! get; what does not stand, and why, is in the evidence.
//!
//! All of it is behind one door: without the feature `walls`, or elsewhere than on Linux, the door is
//! shut, no wall stands, and the evidence says so.

#[cfg(all(target_os = "linux", feature = "walls"))]
mod capabilities;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod init;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod landlock;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod mounts;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod namespaces;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod network;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod put_up;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod relay;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod room;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod seccomp;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod session;
#[cfg(not(all(target_os = "linux", feature = "walls")))]
mod shut;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod sys;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod told;

mod endpoint;
mod grant;
mod view;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use endpoint::Endpoint;
pub use grant::{Grant, granted};
#[cfg(all(target_os = "linux", feature = "walls"))]
pub use room::Room;
#[cfg(not(all(target_os = "linux", feature = "walls")))]
pub use shut::Room;
#[cfg(not(all(target_os = "linux", feature = "walls")))]
pub(super) use shut::{hand_out, is_covered, put_up, tell_tracer};
pub(super) use view::{hidden, named};
#[cfg(all(target_os = "linux", feature = "walls"))]
pub(super) use {mounts::is_covered, network::hand_out, put_up::put_up, told::tell_tracer};

use crate::evidence::Wall;

/// What is put up around an agent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fence {
    /// The walls.
    pub walls: Vec<Wall>,
    /// Namespaces that exist already and are entered.
    pub doors: Option<Doors>,
    /// What it finds of the folders that begin empty.
    pub view: View,
    /// What Landlock lets it do.
    pub allowance: Allowance,
    /// Where it works. Mounting puts another folder in the place of the one that it was started in.
    pub workdir: Option<PathBuf>,
    /// Whether processes that lose their parent are kept together: neither a process namespace nor a
    /// tracer knows whose they are.
    pub keeps_orphans: bool,
    /// Whether it is a trial: what the machine refuses is no failure.
    pub is_trial: bool,
}

impl Fence {
    /// Whether this wall is to be put up.
    pub fn has(&self, wall: Wall) -> bool {
        self.walls.contains(&wall)
    }
}

/// Namespaces that exist already and are entered: links below `/proc`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doors {
    /// The user namespace, where the network one belongs to one of its own.
    pub user: Option<PathBuf>,
    /// The network namespace.
    pub network: PathBuf,
}

/// What the agent finds of folders that begin empty, and what else it does not find.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Folders and files that stay as they are.
    pub writable: Vec<PathBuf>,
    /// Folders and files that can be read only.
    pub readable: Vec<PathBuf>,
    /// Folders and files that look empty.
    pub hidden: Vec<PathBuf>,
    /// What stands in place of `/etc/hosts`.
    pub hosts: Option<PathBuf>,
    /// The socket over which experiments announce themselves, which is found at [`PLACE`].
    ///
    /// [`PLACE`]: crate::audit::PLACE
    pub channel: Option<PathBuf>,
}

/// What Landlock lets an agent do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowance {
    /// Folders and files that it may write.
    pub writable: Vec<PathBuf>,
    /// TCP ports that it may connect to; all, where only the network namespace confines it.
    pub ports: Option<Vec<u16>>,
    /// A file that it may not write, and that does not exist: tried out.
    pub forbidden: PathBuf,
}

/// What a process is to do that hands out sockets of a network namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomOrder {
    /// The namespace, where there is one already.
    pub doors: Option<Doors>,
    /// Whether a new one belongs to a user namespace of its own.
    pub has_user: bool,
    /// Addresses that a new one has beside those of loopback.
    pub addresses: Vec<std::net::Ipv4Addr>,
    /// Where to listen; port 0 takes a free one.
    pub listen: Vec<std::net::SocketAddr>,
    /// Where to connect to.
    pub connect: Option<std::net::SocketAddr>,
}
