//! What the journal tells of one exchange.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::version::Version;

/// The number of an exchange: 1 for the first request that the server saw, without gaps.
pub type Seq = u64;

/// The form of exchanges, of which journals are made. It grows when readers of the one before would misread them.
pub const JOURNAL_FORMAT: u32 = 1;

/// One request and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// [`JOURNAL_FORMAT`]; what does not tell is of the first.
    #[serde(default)]
    pub format: Version<JOURNAL_FORMAT>,
    /// Number of the exchange, in the order in which requests arrived.
    pub seq: Seq,
    /// Number of the TCP connection that it came over.
    pub connection: u64,
    /// When the request's head had arrived.
    pub received_at: Timestamp,
    /// When the answer was ready to be sent, or the exchange ended without one.
    pub completed_at: Timestamp,
    /// Upper-case method, as sent. Empty when the head could not be parsed.
    pub method: String,
    /// Path, percent-decoded, as the server routes it.
    pub path: String,
    /// Query string as sent, without the question mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Request headers in lower case and in order; the token's value is redacted.
    pub headers: Vec<(String, String)>,
    /// What the request's `X-Auth-Token` was worth.
    pub token: TokenState,
    /// Request body.
    pub body: Body,
    /// How it ended.
    pub outcome: ExchangeOutcome,
    /// What went over the socket in place of an answer, head included, when a fault broke it below
    /// HTTP: the number of bytes, and the first 4096 of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Body>,
    /// The faults that struck, in the order in which they acted; empty when none did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
    /// What it changed in the server's state.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
}

impl Exchange {
    /// The status of the answer, when there was one.
    pub fn status(&self) -> Option<u16> {
        match self.outcome {
            ExchangeOutcome::Responded { status, .. } => Some(status),
            ExchangeOutcome::Dropped { .. } | ExchangeOutcome::Malformed { .. } => None,
        }
    }

    /// Whether `curl -sf` would call this exchange a success: a complete answer below 400.
    pub fn is_success(&self) -> bool {
        self.status().is_some_and(|status| status < 400)
    }

    /// The first value of a request header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// What a request's token was worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenState {
    /// None was sent.
    Absent,
    /// The configured token was sent.
    Valid,
    /// Another one than the configured token was sent.
    Wrong,
    /// One was sent, and the server has none configured.
    NotRequired,
}

/// A body, kept up to the journal's bound.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Body {
    /// Bytes that were sent, kept or not.
    pub size: u64,
    /// The kept bytes as text, when they are UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The kept bytes in Base64, when they are not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
    /// Whether some of the bytes were not kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

/// How an exchange ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ExchangeOutcome {
    /// The server answered.
    Responded {
        /// HTTP status.
        status: u16,
        /// Answer headers, as the server made them (`date` and framing are added on the wire).
        headers: Vec<(String, String)>,
        /// Answer body.
        body: Body,
    },
    /// The exchange ended without a complete answer.
    Dropped {
        /// Why.
        reason: DropReason,
    },
    /// What arrived was not HTTP; the transport answered 400 or closed.
    Malformed {
        /// The parser's words.
        error: String,
    },
}

/// Why there was no complete answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    /// A fault broke the answer or the connection.
    Fault,
    /// The client went away before it had the answer.
    ClientGone,
    /// The server is shutting down.
    Shutdown,
}

/// A change of the server's state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// When it happened. Earlier than the exchange for a change that a run's schedule made.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub change: Change,
}

/// The kinds of changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A run was created.
    RunCreated {
        /// Its id.
        run: String,
        /// Its sweep, if any.
        sweep: Option<String>,
        /// Its first status.
        status: String,
    },
    /// A run's status changed: `launching` means that it was started.
    RunStatus {
        /// The run's id.
        run: String,
        /// Status before.
        from: String,
        /// Status after.
        to: String,
        /// Whether the run's schedule or process did it, and not a request.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        by_itself: bool,
    },
    /// A run's other fields changed.
    RunEdited {
        /// The run's id.
        run: String,
    },
    /// A run's metrics were appended to.
    MetricsAppended {
        /// The run's id.
        run: String,
        /// How many rows.
        rows: u64,
    },
    /// A run was attached to a sweep.
    RunAttached {
        /// The run's id.
        run: String,
        /// The sweep that it left, if any.
        from: Option<String>,
        /// The sweep that it joined.
        to: String,
    },
    /// A sweep was created.
    SweepCreated {
        /// Its id.
        sweep: String,
        /// Whether it came from `POST /sweeps/wild`.
        wild: bool,
    },
    /// A sweep's fields changed.
    SweepEdited {
        /// The sweep's id.
        sweep: String,
    },
    /// An alert was raised.
    AlertCreated {
        /// Its id.
        alert: String,
        /// Its run.
        run: String,
    },
    /// An alert was answered or resolved.
    AlertResolved {
        /// Its id.
        alert: String,
    },
    /// The cluster's state was detected or set.
    ClusterChanged {
        /// The type that it has now.
        cluster_type: String,
    },
    /// A prompt skill was created, changed or deleted.
    SkillChanged {
        /// Its id.
        skill: String,
    },
    /// A wild session was started or changed.
    SessionChanged {
        /// Its id.
        session: String,
        /// The status that it has now.
        status: String,
    },
    /// Wild mode was switched.
    WildModeSet {
        /// Its state now.
        enabled: bool,
    },
}
