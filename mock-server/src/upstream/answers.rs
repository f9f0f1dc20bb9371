//! Answers without what differs from one time to the next, and where two of them differ.

use hyper::header::CONTENT_TYPE;
use serde_json::Value;

use super::Reply;
use super::ids::Names;
use crate::journal::{Exchange, ExchangeOutcome};

/// Differences of one answer that are told.
const MOST_TOLD: usize = 8;

/// Keys whose values are text for people, which each server words as it likes.
const FOR_PEOPLE: [&str; 6] = [
    "description",
    "summary",
    "template",
    "title",
    "examples",
    "example",
];

/// An answer in the words of the journal.
#[derive(Debug, PartialEq)]
pub(super) struct Answer {
    status: u16,
    kind: String,
    body: Body,
}

#[derive(Debug, PartialEq)]
enum Body {
    Json(Value),
    Text(String),
    /// Not kept, or no text.
    Unknown,
}

impl Answer {
    /// An answer of a server whose ids are called as `names` says.
    pub(super) fn read(reply: &Reply, names: &Names) -> Self {
        let kind = reply.headers.get(CONTENT_TYPE);
        let kind = kind.map(|kind| String::from_utf8_lossy(kind.as_bytes()).into_owned());
        Self {
            status: reply.status.as_u16(),
            kind: kind.unwrap_or_default(),
            body: body(&String::from_utf8_lossy(&reply.body), names),
        }
    }

    /// The answer that a journal tells of, with the ids that `names` knows.
    pub(super) fn recorded(exchange: &Exchange, names: &Names) -> Option<Self> {
        let ExchangeOutcome::Responded {
            status,
            headers,
            body: told,
        } = &exchange.outcome
        else {
            return None;
        };
        let kind = headers
            .iter()
            .find(|(name, _)| name == CONTENT_TYPE.as_str());
        let is_known = !told.truncated && told.base64.is_none();
        let text = told.text.as_deref().unwrap_or_default();
        Some(Self {
            status: *status,
            kind: kind.map(|(_, kind)| kind.clone()).unwrap_or_default(),
            body: if is_known {
                body(text, names)
            } else {
                Body::Unknown
            },
        })
    }
}

fn body(text: &str, names: &Names) -> Body {
    match serde_json::from_str(text) {
        Ok(value) => Body::Json(normalised(value, names)),
        Err(_) => Body::Text(names.normalise(text)),
    }
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
pub(super) type Found = Vec<(String, String, String)>;

/// Where two answers differ, but for what is ignored.
pub(super) fn differences(
    mock: Option<&Answer>,
    upstream: Option<&Answer>,
    ignored: &[String],
) -> Found {
    let (ours, theirs) = match (mock, upstream) {
        (Some(ours), Some(theirs)) => (ours, theirs),
        (None, None) => return Vec::new(),
        (ours, theirs) => {
            let word = |answer: Option<&Answer>| match answer {
                Some(answer) => format!("answers {}", answer.status),
                None => "gives no answer".to_owned(),
            };
            return vec![("answer".to_owned(), word(ours), word(theirs))];
        }
    };
    let mut found = Vec::new();
    if ours.status != theirs.status {
        found.push((
            "status".into(),
            ours.status.to_string(),
            theirs.status.to_string(),
        ));
    }
    if ours.kind != theirs.kind {
        found.push((
            "content-type".into(),
            ours.kind.clone(),
            theirs.kind.clone(),
        ));
    }
    match (&ours.body, &theirs.body) {
        (Body::Json(ours), Body::Json(theirs)) => descend("$", ours, theirs, &mut found),
        // Nothing is known of the one or the other.
        (Body::Unknown, _) | (_, Body::Unknown) => {}
        // A page for people looks as its server likes.
        _ if ours.kind.starts_with("text/html") => {}
        (ours, theirs) if ours != theirs => {
            found.push(("body".into(), shown(ours), shown(theirs)));
        }
        _ => {}
    }
    found.retain(|(place, ..)| !ignored.iter().any(|field| is_at(place, field)));
    found.truncate(MOST_TOLD);
    found
}

/// Whether a place is a field, or inside it: a key at any depth, or a place from the top, as it is told.
fn is_at(place: &str, field: &str) -> bool {
    if let Some(rest) = place.strip_prefix(field)
        && (rest.is_empty() || rest.starts_with(['.', '[']))
    {
        return true;
    }
    place.split(['.', '[']).any(|part| part == field)
}

fn shown(body: &Body) -> String {
    match body {
        Body::Json(value) => brief(value),
        Body::Text(text) => brief(&Value::from(text.as_str())),
        Body::Unknown => String::new(),
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
