//! What kept an agent from doing harm, as far as that is known.

use serde::{Deserialize, Serialize};

use super::walls::{Refusal, Standing, Wall};

/// The sandbox of an agent: what was asked for, and what the system granted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SandboxRecord {
    /// Whether there was one.
    pub state: SandboxState,
    /// Why there was none, or what it lacked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether writing was confined to `writable`; tried out before the agent started.
    #[serde(default)]
    pub confines_writes: bool,
    /// Whether TCP connections were confined to `ports`; of any host, as the kernel knows ports only.
    #[serde(default)]
    pub confines_connections: bool,
    /// Whether processes outside could not be signalled.
    #[serde(default)]
    pub confines_signals: bool,
    /// Where the agent could write.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub writable: Vec<String>,
    /// Ports that the agent could connect to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<u16>,
    /// Every wall, and whether it stood; none in evidence of versions that had Landlock alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub walls: Vec<Standing>,
    /// What the standing walls leave open, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
    /// Connections that the agent was refused, where its processes were traced and filtered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refusal>,
}

impl SandboxRecord {
    /// Whether this wall stood.
    pub fn stands(&self, wall: Wall) -> bool {
        self.walls.iter().any(|own| own.wall == wall && own.stands)
    }

    /// The walls that did not stand, with the reason.
    pub fn fallen(&self) -> impl Iterator<Item = &Standing> {
        self.walls.iter().filter(|standing| !standing.stands)
    }
}

/// Whether there was a sandbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SandboxState {
    /// Everything that was asked for was granted.
    Enforced,
    /// Some of it was.
    Partial,
    /// The system has none.
    Unavailable,
    /// None was asked for.
    #[default]
    Off,
}
