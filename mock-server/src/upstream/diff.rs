//! Where the mock and the real server differ: a journal is replayed against both.

use std::fmt;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use hyper::Method;
use hyper::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use hyper::http::uri::PathAndQuery;
use serde_json::Value;

use super::ids::Names;
use super::{Question, Reply, Upstream, UpstreamError};
use crate::journal::{Exchange, Outcome, TokenState};

/// Differences of one answer that are told.
const MOST_TOLD: usize = 8;

/// Headers of a request that are sent again.
const REPLAYED: [HeaderName; 3] = [ACCEPT, CONTENT_TYPE, ORIGIN];

/// Keys whose values are text for people, which each server words as it likes.
const FOR_PEOPLE: [&str; 6] = [
    "description",
    "summary",
    "template",
    "title",
    "examples",
    "example",
];

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

/// Reads what `--journal` has written, in order of the exchanges' numbers.
pub fn read_journal(path: &Path) -> Result<Vec<Exchange>, JournalReadError> {
    let text = std::fs::read_to_string(path).map_err(|source| JournalReadError::Read {
        path: path.to_owned(),
        source,
    })?;
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

/// Replays `journal` against both. `token` is sent where the journal tells that one was.
///
/// Fails when one of them cannot be reached.
pub async fn compare(
    journal: &[Exchange],
    mock: &Upstream,
    upstream: &Upstream,
    token: Option<&str>,
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
        let found = differences(&ours, &theirs);
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
        Outcome::Malformed { .. } => Some("it was no HTTP"),
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

/// An answer in the words of the journal; `None` when there was none.
type Answer = Option<(u16, String, Body)>;

#[derive(Debug, PartialEq)]
enum Body {
    Json(Value),
    Text(String),
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
    ) -> Result<Answer, UpstreamError> {
        let Some(question) = question(exchange, token, &self.names) else {
            return Ok(None);
        };
        let reply = match self.server.ask(question).await {
            Ok(reply) => reply,
            Err(UpstreamError::NoAnswer { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        if let Outcome::Responded { body, .. } = &exchange.outcome {
            let told = body.text.as_deref().map(serde_json::from_str);
            if let (Some(Ok(told)), Ok(said)) = (told, serde_json::from_slice(&reply.body)) {
                self.names.learn(&told, &said);
            }
        }
        Ok(Some(self.read(&reply)))
    }

    fn read(&self, reply: &Reply) -> (u16, String, Body) {
        let kind = reply.headers.get(CONTENT_TYPE);
        let kind = kind.map(|kind| String::from_utf8_lossy(kind.as_bytes()).into_owned());
        let names = self.names.reversed();
        let body = match serde_json::from_slice(&reply.body) {
            Ok(value) => Body::Json(normalised(value, &names)),
            Err(_) => Body::Text(names.normalise(&String::from_utf8_lossy(&reply.body))),
        };
        (reply.status.as_u16(), kind.unwrap_or_default(), body)
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
        headers.insert(HeaderName::from_static("x-auth-token"), token);
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

/// A value without what differs from one time to the next: ids and moments.
fn normalised(value: Value, names: &Names) -> Value {
    match value {
        Value::Number(number) if is_moment(number.as_f64()) => Value::from("<time>"),
        Value::String(text) => Value::from(names.normalise(&text)),
        Value::Array(items) => items
            .into_iter()
            .map(|item| normalised(item, names))
            .collect(),
        Value::Object(object) => object
            .into_iter()
            .filter(|(key, value)| !FOR_PEOPLE.contains(&key.as_str()) || value.is_object())
            .map(|(key, value)| (names.normalise(&key), normalised(value, names)))
            .collect(),
        other => other,
    }
}

/// Whether a number is a moment of these decades, in seconds since the Unix epoch.
fn is_moment(number: Option<f64>) -> bool {
    number.is_some_and(|number| (1.4e9..2.5e9).contains(&number))
}

/// Place, the mock's word, the upstream's word.
type Found = Vec<(String, String, String)>;

fn differences(mock: &Answer, upstream: &Answer) -> Found {
    let (ours, theirs) = match (mock, upstream) {
        (Some(ours), Some(theirs)) => (ours, theirs),
        (None, None) => return Vec::new(),
        (ours, theirs) => {
            let word = |answer: &Answer| match answer {
                Some((status, ..)) => format!("answers {status}"),
                None => "gives no answer".to_owned(),
            };
            return vec![("answer".to_owned(), word(ours), word(theirs))];
        }
    };
    let mut found = Vec::new();
    if ours.0 != theirs.0 {
        found.push(("status".into(), ours.0.to_string(), theirs.0.to_string()));
    }
    if ours.1 != theirs.1 {
        found.push(("content-type".into(), ours.1.clone(), theirs.1.clone()));
    }
    match (&ours.2, &theirs.2) {
        (Body::Json(ours), Body::Json(theirs)) => descend("$", ours, theirs, &mut found),
        // A page for people looks as its server likes.
        _ if ours.1.starts_with("text/html") => {}
        (ours, theirs) if ours != theirs => {
            found.push(("body".into(), shown(ours), shown(theirs)));
        }
        _ => {}
    }
    found.truncate(MOST_TOLD);
    found
}

fn shown(body: &Body) -> String {
    match body {
        Body::Json(value) => brief(value),
        Body::Text(text) => brief(&Value::from(text.as_str())),
    }
}

fn brief(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

fn descend(place: &str, ours: &Value, theirs: &Value, found: &mut Found) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for (key, value) in ours {
                let place = format!("{place}.{key}");
                match theirs.get(key) {
                    Some(other) => descend(&place, value, other, found),
                    None => found.push((place, brief(value), "has no such key".to_owned())),
                }
            }
            for (key, value) in theirs.iter().filter(|(key, _)| !ours.contains_key(*key)) {
                let place = format!("{place}.{key}");
                found.push((place, "has no such key".to_owned(), brief(value)));
            }
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            if ours.len() != theirs.len() {
                let count = |items: &[Value]| format!("has {} items", items.len());
                found.push((place.to_owned(), count(ours), count(theirs)));
            }
            for (at, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                descend(&format!("{place}[{at}]"), ours, theirs, found);
            }
        }
        (ours, theirs) if ours != theirs => {
            found.push((place.to_owned(), brief(ours), brief(theirs)));
        }
        _ => {}
    }
}
