//! An exchange as the server keeps it: shared buffers, nothing copied.

use std::borrow::Cow;
use std::mem::size_of;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;

use super::MAX_BODY;
use super::exchange::{Body, DropReason, Effect, Exchange, ExchangeOutcome, Seq, TokenState};
use crate::clock::Timestamp;
use crate::version::Version;

/// The header that carries the token.
pub(crate) const TOKEN_HEADER: &str = "x-auth-token";

/// What is kept in place of the token.
pub(crate) const REDACTED: &str = "[redacted]";

/// A finished exchange.
#[derive(Debug, Clone)]
pub(crate) struct RawExchange {
    pub(crate) seq: Seq,
    pub(crate) connection: u64,
    pub(crate) received_at: Timestamp,
    pub(crate) completed_at: Timestamp,
    pub(crate) method: Cow<'static, str>,
    pub(crate) path: Arc<str>,
    pub(crate) query: Option<Box<str>>,
    pub(crate) headers: RawHeaders,
    pub(crate) token: TokenState,
    pub(crate) body: RawBody,
    pub(crate) outcome: RawOutcome,
    pub(crate) sent: Option<Box<RawBody>>,
    pub(crate) faults: Vec<String>,
    pub(crate) effects: Vec<Effect>,
}

/// Headers in one piece, a line each; the token is never kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct RawHeaders(Box<[u8]>);

impl RawHeaders {
    /// Keeps headers in their order, with `redacted` in place of the token; there are `count` of them, and
    /// their names and values have `size` bytes.
    pub(crate) fn new<'h>(
        headers: impl Iterator<Item = (&'h str, &'h [u8])>,
        (count, size): (usize, usize),
        redacted: &str,
    ) -> Self {
        let mut lines = Vec::with_capacity(size + 3 * count);
        for (name, value) in headers {
            lines.extend_from_slice(name.as_bytes());
            lines.extend_from_slice(b": ");
            lines.extend_from_slice(match name {
                TOKEN_HEADER => redacted.as_bytes(),
                _ => value,
            });
            // No header holds a line end.
            lines.push(b'\n');
        }
        Self(lines.into_boxed_slice())
    }

    fn read(&self) -> Vec<(String, String)> {
        let text = String::from_utf8_lossy(&self.0);
        text.lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

/// A body, cut to what is kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct RawBody {
    kept: Bytes,
    size: u64,
}

/// How an exchange ended.
#[derive(Debug, Clone)]
pub(crate) enum RawOutcome {
    Responded {
        status: u16,
        headers: RawHeaders,
        body: RawBody,
    },
    Dropped(DropReason),
    Malformed(String),
}

impl Default for RawExchange {
    fn default() -> Self {
        Self {
            seq: 0,
            connection: 0,
            received_at: Timestamp::default(),
            completed_at: Timestamp::default(),
            method: Cow::Borrowed("GET"),
            path: Arc::default(),
            query: None,
            headers: RawHeaders::default(),
            token: TokenState::Absent,
            body: RawBody::default(),
            outcome: RawOutcome::Dropped(DropReason::ClientGone),
            sent: None,
            faults: Vec::new(),
            effects: Vec::new(),
        }
    }
}

impl RawBody {
    /// Keeps the first part of a body of `size` bytes.
    pub(crate) fn new(bytes: &Bytes, size: u64) -> Self {
        let kept = if bytes.len() <= MAX_BODY {
            bytes.clone()
        } else {
            // A part that is shared would keep the whole, however large that is.
            Bytes::copy_from_slice(&bytes[..MAX_BODY])
        };
        Self { kept, size }
    }

    /// A whole body.
    pub(crate) fn whole(bytes: &Bytes) -> Self {
        Self::new(bytes, bytes.len() as u64)
    }

    fn read(&self) -> Body {
        let truncated = (self.kept.len() as u64) < self.size;
        let text = match std::str::from_utf8(&self.kept) {
            _ if self.kept.is_empty() => None,
            Ok(text) => Some(text.to_owned()),
            // A cut in the middle of a character is not the body's fault.
            Err(error) if truncated && error.error_len().is_none() => {
                std::str::from_utf8(&self.kept[..error.valid_up_to()])
                    .ok()
                    .map(str::to_owned)
            }
            Err(_) => None,
        };
        let base64 =
            (text.is_none() && !self.kept.is_empty()).then(|| BASE64_STANDARD.encode(&self.kept));
        Body {
            size: self.size,
            text,
            base64,
            truncated,
        }
    }
}

impl RawExchange {
    /// Memory that it takes, roughly. A body that is shared with others counts in full.
    pub(crate) fn size(&self) -> usize {
        let answer = match &self.outcome {
            RawOutcome::Responded { headers, body, .. } => headers.0.len() + body.kept.len(),
            RawOutcome::Dropped(_) => 0,
            RawOutcome::Malformed(error) => error.len(),
        };
        let query = self.query.as_deref().map_or(0, str::len);
        let effects = self.effects.len() * (size_of::<Effect>() + 24);
        let request = self.path.len() + query + self.headers.0.len() + self.body.kept.len();
        let sent = self.sent.as_ref().map_or(0, |sent| sent.kept.len());
        size_of::<Self>() + request + answer + sent + effects
    }

    /// The status of the answer, when there was one.
    pub(crate) fn status(&self) -> Option<u16> {
        match self.outcome {
            RawOutcome::Responded { status, .. } => Some(status),
            RawOutcome::Dropped(_) | RawOutcome::Malformed(_) => None,
        }
    }

    /// The exchange in the form for readers.
    pub(crate) fn read(&self) -> Exchange {
        let malformed = matches!(self.outcome, RawOutcome::Malformed(_));
        Exchange {
            format: Version,
            seq: self.seq,
            connection: self.connection,
            received_at: self.received_at,
            completed_at: self.completed_at,
            method: if malformed {
                String::new()
            } else {
                self.method.to_string()
            },
            path: self.path.to_string(),
            query: self.query.as_deref().map(str::to_owned),
            headers: self.headers.read(),
            token: self.token,
            body: self.body.read(),
            outcome: match &self.outcome {
                RawOutcome::Responded {
                    status,
                    headers,
                    body,
                } => ExchangeOutcome::Responded {
                    status: *status,
                    headers: headers.read(),
                    body: body.read(),
                },
                RawOutcome::Dropped(reason) => ExchangeOutcome::Dropped { reason: *reason },
                RawOutcome::Malformed(error) => ExchangeOutcome::Malformed {
                    error: error.clone(),
                },
            },
            sent: self.sent.as_deref().map(RawBody::read),
            faults: self.faults.clone(),
            effects: self.effects.clone(),
        }
    }
}
