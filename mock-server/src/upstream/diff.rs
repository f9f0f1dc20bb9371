//! Where the mock and the real server differ: a journal is replayed against both.

use std::fmt;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use hyper::Method;
use hyper::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use hyper::http::uri::PathAndQuery;

use super::answers::{Answer, differences};
use super::ids::Names;
use super::{Question, Upstream, UpstreamError};
use crate::journal::{Exchange, ExchangeOutcome, TOKEN_HEADER, TokenState};

/// Headers of a request that are sent again.
const REPLAYED: [HeaderName; 3] = [ACCEPT, CONTENT_TYPE, ORIGIN];

/// Why a journal cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum JournalReadError {
    /// The file cannot be read.
    #[error("cannot read the journal {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A line is no exchange.
    #[error(
        "{}:{line}: no exchange of a journal: {source}; a journal is what --journal writes",
        path.display()
    )]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong.
        source: serde_json::Error,
    },
}

/// Reads what `--journal` has written, in order of the exchanges' numbers. A last line that was not
/// written completely is passed over with a warning: its writer was ended in the middle of it.
pub fn read_journal(path: &Path) -> Result<Vec<Exchange>, JournalReadError> {
    let read = |source| JournalReadError::Read {
        path: path.to_owned(),
        source,
    };
    let bytes = std::fs::read(path).map_err(read)?;
    let whole = bytes
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let (whole, torn) = bytes.split_at(whole);
    let broken = |error| read(std::io::Error::new(std::io::ErrorKind::InvalidData, error));
    let mut text = std::str::from_utf8(whole).map_err(broken)?.to_owned();
    match std::str::from_utf8(torn) {
        Ok(last) if serde_json::from_str::<Exchange>(last).is_ok() => text += last,
        _ if torn.is_empty() => {}
        _ => tracing::warn!(
            "{}: the last {} bytes are no whole line and are passed over",
            path.display(),
            torn.len()
        ),
    }
    let exchange = |(at, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|source| JournalReadError::Line {
            path: path.to_owned(),
            line: at + 1,
            source,
        })
    };
    let lines = text.lines().enumerate();
    let mut exchanges: Vec<Exchange> = lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(exchange)
        .collect::<Result<_, _>>()?;
    exchanges.sort_by_key(|exchange| exchange.seq);
    Ok(exchanges)
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The exchange of the journal.
    pub seq: u64,
    /// Method and target, as they stand in the journal.
    pub request: String,
    /// Where in the answer: `status`, `content-type`, or a place in the body.
    pub place: String,
    /// What the mock says.
    pub mock: String,
    /// What the upstream says.
    pub upstream: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            seq,
            request,
            place,
            mock,
            upstream,
        } = self;
        write!(
            f,
            "#{seq} {request}: {place}: mock {mock}, upstream {upstream}"
        )
    }
}

/// What a replay has shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// How many requests were replayed.
    pub replayed: usize,
    /// Requests that could not be replayed, and why.
    pub skipped: Vec<String>,
    /// Where the answers differ.
    pub differences: Vec<Difference>,
}

/// Replays `journal` against both. `token` is sent where the journal tells that one was. Fields in
/// `ignored` may differ: keys at any depth, or places as they are told.
///
/// Fails when one of them cannot be reached.
pub async fn compare(
    journal: &[Exchange],
    mock: &Upstream,
    upstream: &Upstream,
    token: Option<&str>,
    ignored: &[String],
) -> Result<Comparison, UpstreamError> {
    let mut comparison = Comparison::default();
    let mut sides = [Side::new(mock), Side::new(upstream)];
    for exchange in journal {
        if let Some(reason) = cannot_replay(exchange, token) {
            let request = request_line(exchange);
            let skipped = format!("#{} {request}: {reason}", exchange.seq);
            comparison.skipped.push(skipped);
            continue;
        }
        comparison.replayed += 1;
        let [mock, upstream] = &mut sides;
        let ours = mock.replay(exchange, token).await?;
        let theirs = upstream.replay(exchange, token).await?;
        let tell = |(place, mock, upstream)| Difference {
            seq: exchange.seq,
            request: request_line(exchange),
            place,
            mock,
            upstream,
        };
        let found = differences(ours.as_ref(), theirs.as_ref(), ignored);
        comparison.differences.extend(found.into_iter().map(tell));
    }
    Ok(comparison)
}

fn request_line(exchange: &Exchange) -> String {
    let query = exchange.query.as_ref();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{} {}{query}", exchange.method, exchange.path)
}

fn cannot_replay(exchange: &Exchange, token: Option<&str>) -> Option<&'static str> {
    let had_token = matches!(exchange.token, TokenState::Valid | TokenState::NotRequired);
    match &exchange.outcome {
        ExchangeOutcome::Malformed { .. } => Some("it was no HTTP"),
        _ if exchange.body.truncated => Some("its body is not wholly in the journal"),
        _ if exchange.body.base64.is_some() => Some("its body is no text"),
        _ if exchange.path.ends_with("/stream") => Some("a stream has no end to wait for"),
        _ if had_token && token.is_none() => Some("it had a token; give --auth-token"),
        _ => None,
    }
}

/// A server that is asked, with its names for the journal's ids.
struct Side<'a> {
    server: &'a Upstream,
    names: Names,
}

impl<'a> Side<'a> {
    fn new(server: &'a Upstream) -> Self {
        Self {
            server,
            names: Names::default(),
        }
    }

    async fn replay(
        &mut self,
        exchange: &Exchange,
        token: Option<&str>,
    ) -> Result<Option<Answer>, UpstreamError> {
        let Some(question) = question(exchange, token, &self.names) else {
            return Ok(None);
        };
        let reply = match self.server.ask(question).await {
            Ok(reply) => reply,
            Err(UpstreamError::NoAnswer { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        if let ExchangeOutcome::Responded { body, .. } = &exchange.outcome {
            let told = body.text.as_deref().map(serde_json::from_str);
            if let (Some(Ok(told)), Ok(said)) = (told, serde_json::from_slice(&reply.body)) {
                self.names.learn(&told, &said);
            }
        }
        Ok(Some(Answer::read(&reply, &self.names.reversed())))
    }
}

/// The request of an exchange, with its ids as the server that is asked calls them.
pub(super) fn question(
    exchange: &Exchange,
    token: Option<&str>,
    names: &Names,
) -> Option<Question> {
    let mut headers = HeaderMap::new();
    for name in REPLAYED {
        let value = exchange.header(name.as_str());
        if let Some(Ok(value)) = value.map(HeaderValue::from_str) {
            headers.insert(name, value);
        }
    }
    let token = token.filter(|_| exchange.token != TokenState::Absent);
    if let Some(Ok(token)) = token.map(HeaderValue::from_str) {
        headers.insert(HeaderName::from_static(TOKEN_HEADER), token);
    }
    let path = names.translate(&exchange.path);
    let mut target =
        percent_encoding::utf8_percent_encode(&path, crate::routing::ENCODED).to_string();
    if let Some(query) = &exchange.query {
        target.push('?');
        target += &names.translate(query);
    }
    let body = exchange.body.text.as_deref().unwrap_or_default();
    Some(Question {
        method: Method::from_bytes(exchange.method.as_bytes()).ok()?,
        target: target.parse::<PathAndQuery>().ok()?,
        headers,
        body: Bytes::from(names.translate(body)),
    })
}
