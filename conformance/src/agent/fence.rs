//! What is put up around an agent, as data: what a launcher is told, and walls are made of.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

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
