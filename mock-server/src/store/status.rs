//! The states of runs and sweeps.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::python_text;

/// A run's status.
///
/// The sidecar may report any word (wire contract, "Runs"), so there is a variant for the others.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum RunStatus {
    /// Created, not submitted.
    Ready,
    /// Submitted, not launched.
    Queued,
    /// Being launched.
    Launching,
    /// Its command runs.
    Running,
    /// Ended with exit code 0.
    Finished,
    /// Ended otherwise.
    Failed,
    /// Stopped by request.
    Stopped,
    /// Any other word that was reported.
    Other(Box<str>),
}

/// How many kinds of run status are counted; the others share one.
pub const RUN_STATUS_KINDS: usize = 8;

impl RunStatus {
    /// The word on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ready => "ready",
            Self::Queued => "queued",
            Self::Launching => "launching",
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::Other(word) => word,
        }
    }

    /// Position among the counted kinds.
    pub fn kind(&self) -> usize {
        match self {
            Self::Ready => 0,
            Self::Queued => 1,
            Self::Launching => 2,
            Self::Running => 3,
            Self::Finished => 4,
            Self::Failed => 5,
            Self::Stopped => 6,
            Self::Other(_) => 7,
        }
    }

    /// Launching or running.
    pub fn is_active(&self) -> bool {
        matches!(self, Self::Launching | Self::Running)
    }

    /// Ready or queued: what may be started.
    pub fn is_startable(&self) -> bool {
        matches!(self, Self::Ready | Self::Queued)
    }

    /// Finished, failed or stopped.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Finished | Self::Failed | Self::Stopped)
    }

    /// Finished or failed: what the events endpoint tells of.
    pub fn is_reported(&self) -> bool {
        matches!(self, Self::Finished | Self::Failed)
    }
}

impl From<String> for RunStatus {
    fn from(word: String) -> Self {
        Self::from(word.as_str())
    }
}

impl From<&str> for RunStatus {
    fn from(word: &str) -> Self {
        match word {
            "ready" => Self::Ready,
            "queued" => Self::Queued,
            "launching" => Self::Launching,
            "running" => Self::Running,
            "finished" => Self::Finished,
            "failed" => Self::Failed,
            "stopped" => Self::Stopped,
            other => Self::Other(other.into()),
        }
    }
}

impl From<RunStatus> for String {
    fn from(status: RunStatus) -> Self {
        status.as_str().to_owned()
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A sweep's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SweepStatus {
    /// Being edited, without runs.
    Draft,
    /// Nothing runs yet, or not any more for now.
    Pending,
    /// Something runs.
    Running,
    /// All runs ended, at least one finished and none failed.
    Completed,
    /// All runs ended and one failed.
    Failed,
    /// All runs were stopped.
    Canceled,
}

impl SweepStatus {
    /// What a client's word means: `ready` and unknown words mean pending.
    pub fn from_request(word: Option<&str>) -> Self {
        match python_text::word(word.unwrap_or_default()).as_str() {
            "draft" => Self::Draft,
            "running" => Self::Running,
            "completed" => Self::Completed,
            "failed" => Self::Failed,
            "canceled" => Self::Canceled,
            _ => Self::Pending,
        }
    }

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// Completed, failed or canceled.
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Canceled)
    }
}
