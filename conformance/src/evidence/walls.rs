//! The walls around an agent: which there are, and which of them stood.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A wall between an agent and the machine. They are put up in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wall {
    /// A session of its own, without a terminal.
    Session,
    /// A user namespace, in which it has its own user's number and nobody else's.
    User,
    /// A network namespace, in which there is nothing but loopback.
    Network,
    /// A namespace of System V's shared memory, semaphores and queues.
    Ipc,
    /// A process namespace with a `/proc` of its own, which ends with the play.
    Pid,
    /// A mount namespace with `/tmp`, `/run` and `/dev/shm` of its own.
    Mount,
    /// Landlock: writing, TCP connections, signals.
    Landlock,
    /// No capabilities, and no way to gain any.
    Capabilities,
    /// A filter of system calls.
    Seccomp,
}

impl Wall {
    /// All walls, in order.
    pub const ALL: [Self; 9] = [
        Self::Session,
        Self::User,
        Self::Network,
        Self::Ipc,
        Self::Pid,
        Self::Mount,
        Self::Landlock,
        Self::Capabilities,
        Self::Seccomp,
    ];

    /// Whether it is a namespace, which an ordinary user has within a user namespace only.
    pub fn is_inner(self) -> bool {
        matches!(self, Self::Network | Self::Ipc | Self::Pid | Self::Mount)
    }

    /// The word that options, evidence and reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::User => "user",
            Self::Network => "network",
            Self::Ipc => "ipc",
            Self::Pid => "pid",
            Self::Mount => "mount",
            Self::Landlock => "landlock",
            Self::Capabilities => "capabilities",
            Self::Seccomp => "seccomp",
        }
    }
}

impl fmt::Display for Wall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Wall {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|wall| wall.word() == word);
        found.ok_or_else(|| {
            let words = Self::ALL.map(Self::word).join(", ");
            format!("there is no wall `{word}`; there are: {words}")
        })
    }
}

/// Whether a wall stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// The wall.
    pub wall: Wall,
    /// Whether it stood.
    pub stands: bool,
    /// Why it did not, or what a standing one lacked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Standing {
    /// A wall that stands.
    pub fn up(wall: Wall) -> Self {
        Self {
            wall,
            stands: true,
            reason: None,
        }
    }

    /// A wall that does not stand, and why.
    pub fn down(wall: Wall, reason: impl Into<String>) -> Self {
        Self {
            wall,
            stands: false,
            reason: Some(reason.into()),
        }
    }
}

/// The reason of a wall that nobody was to be held by.
pub const NOT_STARTED: &str = "the agent was not started";

/// The reason of a wall that the user took away.
pub const TAKEN_AWAY: &str = "taken away by --without-wall";

/// Connections that an agent was refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Where to: an address with its port, or a name with its port.
    pub to: String,
    /// What the agent was told, in the system's word.
    pub error: String,
    /// How often.
    pub times: u64,
}

/// The port at which names are looked up.
const LOOKUPS: &str = ":53";

impl Refusal {
    /// Whether a name was to be looked up.
    pub fn is_lookup(&self) -> bool {
        self.to.ends_with(LOOKUPS)
    }

    /// Whether the kernel said it, of what the walls shut off; of a host that was allowed and could not be reached it is
    /// said in words.
    pub fn is_by_the_kernel(&self) -> bool {
        self.error.starts_with('E')
            && self
                .error
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    }

    /// Whether it was to an address of IPv6 that cannot be allowed as such.
    pub fn is_to_far_ipv6(&self) -> bool {
        self.to.starts_with('[') && !self.to.starts_with("[::1]")
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { to, error, times } = self;
        let times = match times {
            1 => "once".to_owned(),
            2 => "twice".to_owned(),
            _ => format!("{times} times"),
        };
        write!(f, "connect {to} refused {times} ({error})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_every_wall() {
        for wall in Wall::ALL {
            assert_eq!(wall.word().parse(), Ok(wall));
            assert_eq!(serde_json::json!(wall), wall.word());
        }
        assert!("moat".parse::<Wall>().unwrap_err().contains("seccomp"));
    }

    /// What is derived knows every variant, and names them where it is given none of them.
    #[test]
    fn no_wall_is_missing_from_the_list() {
        let error = serde_json::from_str::<Wall>("\"moat\"").unwrap_err();
        let named = error.to_string().matches('`').count() / 2 - 1;
        assert_eq!(
            named,
            Wall::ALL.len(),
            "`Wall::ALL` lacks one of these: {error}"
        );
    }
}
