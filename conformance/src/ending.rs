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
    /// The user interrupted the run and it was ended.
    Interrupted,
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited { code } => write!(f, "exited with code {code}"),
            Self::Signalled { signal } => write!(f, "was ended by signal {signal}"),
            Self::TimedOut { limit } => write!(f, "was still running after {limit} s"),
            Self::CouldNotStart { error } => write!(f, "could not be started: {error}"),
            Self::Interrupted => write!(f, "was interrupted"),
        }
    }
}
