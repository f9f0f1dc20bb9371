//! How the server stands, and what the page tells of an exchange.

use serde_json::{Value, json};

use crate::journal::{Body, Exchange, ExchangeOutcome};
use crate::server::MockServer;

/// How many runs and sweeps are shown at most, the newest.
const SHOWN: i64 = 200;

/// How much of a body is shown, in characters.
const BODY: usize = 4000;

/// How the server stands, as a JSON document: its URL and clock, armed faults, counts of runs, the newest runs and
/// sweeps, the cluster.
pub(super) fn overview(server: &MockServer) -> String {
    let faults: Vec<Value> = server
        .faults()
        .into_iter()
        .map(|(id, fault)| json!({ "id": id, "fault": fault }))
        .collect();
    let around = json!({
        "url": server.url(),
        "down": server.is_down(),
        "seen": server.journal().seen(),
        "dropped": server.journal().dropped(),
        // Whole seconds, so that a clock that runs is not told all the time.
        "now": server.clock().now().as_secs_f64().floor(),
        "clock": server.clock().mode(),
        "faults": faults,
    });
    let Some(stands) = server.stands(SHOWN) else {
        return format!(r#"{{"around":{around}}}"#);
    };
    format!(
        r#"{{"around":{around},"summary":{},"cluster":{},"runs":{},"sweeps":{}}}"#,
        text(&stands.summary),
        text(&stands.cluster),
        text(&stands.runs),
        text(&stands.sweeps),
    )
}

/// What is encoded as JSON already is UTF-8.
fn text(encoded: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(encoded)
}

/// What the page tells of an exchange.
pub(super) fn told(exchange: &Exchange) -> Value {
    let took = exchange.completed_at.as_secs_f64() - exchange.received_at.as_secs_f64();
    let (status, ended, answer) = match &exchange.outcome {
        ExchangeOutcome::Responded { status, body, .. } => (Some(*status), None, Some(shown(body))),
        ExchangeOutcome::Dropped { reason } => (None, Some(json!(reason)), None),
        ExchangeOutcome::Malformed { error } => (None, Some(json!(error)), None),
    };
    json!({
        "seq": exchange.seq,
        "at": exchange.received_at.as_secs_f64(),
        "took": took,
        "method": exchange.method,
        "path": exchange.path,
        "query": exchange.query,
        "status": status,
        "ended": ended,
        "faults": exchange.faults,
        "effects": exchange.effects,
        "request": shown(&exchange.body),
        "answer": answer,
    })
}

fn shown(body: &Body) -> Value {
    let text = body.text.as_deref().map(|text| {
        let end = text
            .char_indices()
            .nth(BODY)
            .map_or(text.len(), |(at, _)| at);
        &text[..end]
    });
    json!({ "size": body.size, "text": text })
}
