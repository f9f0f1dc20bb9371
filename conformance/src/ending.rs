//! How an agent's program can end.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Every way in which an agent's program ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ending {
    /// It exited by itself.
    Exited {
        /// Its exit code.
        code: i32,
    },
    /// A signal that the harness did not send ended it.
    Signalled {
        /// The signal's number.
        signal: i32,
    },
    /// It was still running at the time limit and was ended.
    TimedOut {
        /// The limit in seconds.
        limit: u64,
    },
    /// It could not be started.
    CouldNotStart {
        /// Why.
        error: String,
    },
    /// It ended its turn, over a protocol in which programs stay for more.
    TurnEnded {
        /// Why, in the protocol's words.
        stop_reason: String,
    },
    /// It did not keep to the protocol in which it was spoken with, or refused to work, or to go on.
    Broken {
        /// What happened.
        error: String,
    },
    /// The user interrupted the run and it was ended.
    Interrupted,
}

impl Ending {
    /// The stop reason of an agent that has nothing more to do.
    pub const END_TURN: &str = "end_turn";

    /// Whether the agent ended by itself, because it was done.
    pub fn is_regular(&self) -> bool {
        match self {
            Self::Exited { code } => *code == 0,
            Self::TurnEnded { stop_reason } => stop_reason == Self::END_TURN,
            _ => false,
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited { code } => write!(f, "exited with code {code}"),
            Self::Signalled { signal } => write!(f, "was ended by signal {signal}"),
            Self::TimedOut { limit } => write!(f, "was still running after {limit} s"),
            Self::CouldNotStart { error } => write!(f, "could not be started: {error}"),
            Self::TurnEnded { stop_reason } => write!(f, "ended its turn: {stop_reason}"),
            Self::Broken { error } => write!(f, "could be spoken with no further: {error}"),
            Self::Interrupted => write!(f, "was interrupted"),
        }
    }
}
