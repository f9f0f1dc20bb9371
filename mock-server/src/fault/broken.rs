//! Answers that are broken below HTTP.

use serde::{Deserialize, Serialize};

/// How a connection or an answer breaks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Broken {
    /// No connection is accepted. With a path, a method or a condition, which can only be known
    /// once a connection is accepted, the connection is reset instead; with `from_request` alone
    /// the port closes when the request before has been answered.
    Refuse,
    /// The connection is reset (RST) before anything is sent; the handler does not run.
    Reset,
    /// The connection is closed before anything is sent; the handler does not run.
    EmptyReply,
    /// Nothing is sent for a while, then the connection is closed; the handler does not run.
    Stall {
        /// How long, in seconds of the server's clock.
        seconds: f64,
    },
    /// Nothing is ever sent; the handler does not run. It ends when the client goes away, the
    /// server stops, or the server's stall limit has passed.
    StallForever,
    /// The head arrives whole, and the body at this rate. The answer is complete in the end.
    Drip {
        /// 1024 unless given.
        #[serde(default = "slow")]
        bytes_per_second: u32,
    },
    /// The head promises more than arrives.
    TruncatedBody {
        /// How much of the body arrives; half of it unless given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bytes: Option<u32>,
    },
    /// A chunked body ends in the middle of a chunk.
    CutChunk,
    /// A chunked body has a chunk whose size is no number.
    BadChunk,
    /// Bytes that are no HTTP arrive in place of a status line; the handler does not run.
    Garbage,
    /// The head never ends: header follows header, until the client goes away or so many bytes are
    /// sent.
    EndlessHeaders {
        /// A mebibyte unless given.
        #[serde(default = "mebibyte")]
        bytes: u32,
    },
    /// One header of this size, in an answer that is complete otherwise.
    OversizedHeaders {
        /// Half a mebibyte unless given.
        #[serde(default = "half_a_mebibyte")]
        bytes: u32,
    },
    /// The head promises another length than the body has.
    WrongLength {
        /// What is added to the length; -10 unless given.
        #[serde(default = "ten_less")]
        off_by: i32,
    },
    /// The connection is closed after so many bytes of the answer, head included.
    CloseAfter {
        /// How many.
        bytes: u32,
    },
}

/// Most bytes that a fault makes up.
const MOST_BYTES: u32 = 64 * 1024 * 1024;

fn slow() -> u32 {
    1024
}

fn mebibyte() -> u32 {
    1024 * 1024
}

fn half_a_mebibyte() -> u32 {
    512 * 1024
}

fn ten_less() -> i32 {
    -10
}

impl Broken {
    /// Whether something of the real answer is sent, so that the handler has to run.
    pub(crate) fn wants_answer(&self) -> bool {
        match self {
            Self::Refuse
            | Self::Reset
            | Self::EmptyReply
            | Self::Stall { .. }
            | Self::StallForever
            | Self::Garbage => false,
            Self::Drip { .. }
            | Self::TruncatedBody { .. }
            | Self::CutChunk
            | Self::BadChunk
            | Self::EndlessHeaders { .. }
            | Self::OversizedHeaders { .. }
            | Self::WrongLength { .. }
            | Self::CloseAfter { .. } => true,
        }
    }

    /// Says what is wrong with it.
    pub(super) fn check(&self) -> Result<(), String> {
        match *self {
            Self::Stall { seconds } if !(seconds.is_finite() && seconds >= 0.0) => {
                Err(format!("'seconds' is {seconds}; give a number from 0 on"))
            }
            Self::Drip {
                bytes_per_second: 0,
            } => Err("'bytes_per_second' is 0; action 'stall_forever' sends nothing".to_owned()),
            Self::WrongLength { off_by: 0 } => {
                Err("'off_by' is 0, which is the right length".to_owned())
            }
            Self::EndlessHeaders { bytes } | Self::OversizedHeaders { bytes }
                if bytes > MOST_BYTES =>
            {
                Err(format!("'bytes' is {bytes}; at most {MOST_BYTES} are sent"))
            }
            _ => Ok(()),
        }
    }

    /// How the journal names it.
    pub(super) fn label(&self) -> String {
        match self {
            Self::Refuse => "refuse".to_owned(),
            Self::Reset => "reset".to_owned(),
            Self::EmptyReply => "empty reply".to_owned(),
            Self::Stall { seconds } => format!("stall {seconds}s"),
            Self::StallForever => "stall forever".to_owned(),
            Self::Drip { bytes_per_second } => format!("drip {bytes_per_second} bytes/s"),
            Self::TruncatedBody { bytes: None } => "truncated body".to_owned(),
            Self::TruncatedBody { bytes: Some(n) } => format!("truncated body after {n} bytes"),
            Self::CutChunk => "cut chunk".to_owned(),
            Self::BadChunk => "bad chunk".to_owned(),
            Self::Garbage => "garbage".to_owned(),
            Self::EndlessHeaders { .. } => "endless headers".to_owned(),
            Self::OversizedHeaders { bytes } => format!("oversized headers of {bytes} bytes"),
            Self::WrongLength { off_by } => format!("wrong length, off by {off_by}"),
            Self::CloseAfter { bytes } => format!("close after {bytes} bytes"),
        }
    }
}
