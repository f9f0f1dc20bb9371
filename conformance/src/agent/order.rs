//! What a launcher is told, and the command that makes it carry that out.

use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::fence::{Doors, Fence};
use crate::evidence::Wall;

/// The variable that holds the order. The agent does not inherit it, and unlike an argument nobody
/// reads it from outside.
pub(super) const ORDER: &str = "WILD_LAUNCH_ORDER";

/// The launcher's name for being one.
const COMMAND: &str = "launch";

/// What a launcher is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Become the agent, whose program and arguments are the launcher's own.
    Launch(LaunchOrder),
    /// Put up walls, tell on standard output which stand, and end.
    Try(Fence),
    /// Hand out sockets of a network namespace through standard input.
    Room(RoomOrder),
    /// Wake this process whenever somebody stopped it, until standard input ends.
    Watch(u32),
}

/// How to become an agent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchOrder {
    /// Where it reports.
    pub report: PathBuf,
    /// The process that traces it: it stops until that lets it go on, and ends where that is gone.
    pub tracer: Option<u32>,
    /// The walls, if any.
    pub fence: Option<Fence>,
}

/// What a process is to do that hands out sockets of a network namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomOrder {
    /// The namespace, where there is one already.
    pub doors: Option<Doors>,
    /// Whether a new one belongs to a user namespace of its own.
    pub has_user: bool,
    /// Addresses that a new one has beside those of loopback.
    pub addresses: Vec<Ipv4Addr>,
    /// Where to listen; port 0 takes a free one.
    pub listen: Vec<SocketAddr>,
    /// Where to connect to.
    pub connect: Option<SocketAddr>,
}

impl Order {
    /// The command that makes `launcher`, which is `wild-conformance`, carry this out.
    pub(crate) fn command(&self, launcher: &Path) -> io::Result<Command> {
        let mut command = Command::new(launcher);
        command
            .arg(COMMAND)
            .env(ORDER, serde_json::to_string(self)?);
        Ok(command)
    }

    /// A command that stops itself to be traced, and then prints the launcher's version.
    pub(crate) fn trial(launcher: &Path) -> io::Result<Command> {
        let order = LaunchOrder {
            report: PathBuf::from("/dev/null"),
            tracer: Some(std::process::id()),
            fence: None,
        };
        let mut command = Self::Launch(order).command(launcher)?;
        command.arg("--").arg(launcher).arg("--version");
        Ok(command)
    }

    /// What the environment says.
    ///
    /// # Errors
    /// Fails when there is no order.
    pub(super) fn of_environment() -> io::Result<Self> {
        let order = std::env::var(ORDER)
            .map_err(|_| io::Error::other("this is what agents are started through; use `run`"))?;
        Ok(serde_json::from_str(&order)?)
    }
}

impl LaunchOrder {
    /// What comes ahead of a program and its arguments so that `launcher` becomes it, and the variable that
    /// has to be set.
    pub(crate) fn prefix(
        &self,
        launcher: &Path,
    ) -> io::Result<(Vec<OsString>, (&'static str, String))> {
        let order = serde_json::to_string(&Order::Launch(self.clone()))?;
        let argv = [launcher.into(), COMMAND.into(), "--".into()];
        Ok((argv.into(), (ORDER, order)))
    }

    /// Whether the launcher leads a session, and with it a process group of its own: the terminal's
    /// Ctrl-C then goes to the harness alone, which ends the agent in an orderly way.
    pub(crate) fn begins_session(&self) -> bool {
        self.fence
            .as_ref()
            .is_some_and(|fence| fence.has(Wall::Session))
    }
}
