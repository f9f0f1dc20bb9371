//! The door where there are no walls: elsewhere than on Linux, or without the feature `walls`.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use super::Endpoint;
use crate::agent::fence::{Doors, Fence};
use crate::agent::order::RoomOrder;
use crate::evidence::{Refusal, SandboxRecord, Standing};

/// Why nothing stands.
const REASON: &str = "this program was built without walls, which only Linux has";

#[allow(
    clippy::unnecessary_wraps,
    reason = "where there are walls, this can fail"
)]
pub(in crate::agent) fn put_up(fence: &Fence) -> Result<SandboxRecord, String> {
    let down = |wall: &_| Standing::down(*wall, REASON);
    Ok(SandboxRecord {
        walls: fence.walls.iter().map(down).collect(),
        ..SandboxRecord::default()
    })
}

pub(in crate::agent) fn hand_out(_: &RoomOrder) -> io::Result<()> {
    Err(io::Error::other(REASON))
}

pub(in crate::agent) fn is_covered(_: &Path) -> bool {
    false
}

/// There is none.
#[derive(Debug)]
pub enum Room {}

impl Room {
    /// Fails.
    ///
    /// # Errors
    /// Always.
    pub async fn open(_: &Path, _: bool, _: &[Endpoint]) -> io::Result<Self> {
        std::future::ready(Err(io::Error::other(REASON))).await
    }

    /// Cannot be called.
    ///
    /// # Errors
    /// Never.
    pub async fn listener(&self) -> io::Result<TcpListener> {
        match *self {}
    }

    pub(crate) async fn connect(&self, _: u16) -> io::Result<TcpStream> {
        match *self {}
    }

    pub(crate) fn doors(&self) -> Doors {
        match *self {}
    }

    pub(crate) fn hosts(&self) -> Option<&str> {
        match *self {}
    }

    pub(crate) fn unreached(&self) -> Vec<Refusal> {
        match *self {}
    }
}

/// Tells no tracer anything.
///
/// # Errors
/// Always fails.
pub(in crate::agent) fn tell_tracer() -> Result<(), String> {
    Err(REASON.to_owned())
}
