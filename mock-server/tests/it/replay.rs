//! What is recorded from a mock and replayed answers the same.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use wild_mock_server::scenario::Scenario;
use wild_mock_server::upstream::{Upstream, case};
use wild_mock_server::{Builder, Clock, Fault, MockServer, SCENARIO_EPOCH};

use crate::client::raw;
use crate::recalled::answered;

/// A request; `{run}` and `{sweep}` in its path stand for what was made last.
#[derive(Debug, Clone)]
struct Ask {
    method: &'static str,
    path: &'static str,
    body: Value,
    token: bool,
}

const ASKS: [(&str, &str, &str); 26] = [
    ("GET", "/docs", ""),
    ("GET", "/openapi.json", ""),
    ("GET", "/prompt-skills", ""),
    ("GET", "/prompt-skills/a*b", ""),
    ("GET", "/wild/v2/system-health", ""),
    ("GET", "/runs?limit=2", ""),
    ("GET", "/runs?limit=x", ""),
    ("GET", "/runs/{run}", ""),
    ("GET", "/runs/{run}/logs", ""),
    ("GET", "/runs/nobody", ""),
    ("POST", "/runs", r#"{"name": "n", "command": "sleep 60"}"#),
    (
        "POST",
        "/runs",
        r#"{"name": "n", "command": "c", "auto_start": true, "sweep_id": "{sweep}"}"#,
    ),
    ("POST", "/runs", r#"{"name": 1}"#),
    ("POST", "/runs/{run}/start", ""),
    ("POST", "/runs/{run}/stop", ""),
    ("POST", "/runs/{run}/archive", ""),
    (
        "POST",
        "/runs/{run}/metrics",
        r#"{"rows": [{"step": 1, "loss": 0.5}]}"#,
    ),
    ("POST", "/runs/{run}/metrics", "[]"),
    (
        "POST",
        "/runs/{run}/status",
        r#"{"status": "failed", "exit_code": 3}"#,
    ),
    ("PUT", "/runs/{run}", r#"{"name": " "}"#),
    ("POST", "/sweeps/wild", r#"{"name": "s", "goal": "g"}"#),
    ("GET", "/sweeps/{sweep}", ""),
    (
        "POST",
        "/prompt-skills",
        r#"{"name": "mine", "template": "t"}"#,
    ),
    ("DELETE", "/prompt-skills/mine", ""),
    ("POST", "/cluster", r#"{"type": "ray", "notes": "n"}"#),
    ("DELETE", "/runs", ""),
];

const FAULTS: [&str; 8] = [
    r#"{"action": "status", "status": 503}"#,
    r#"{"action": "status", "status": 404, "body": "{\"a\": 1}", "headers": {"retry-after": "7"}}"#,
    r#"{"action": "maintenance", "retry_after": 3}"#,
    r#"{"action": "rate_limited", "retry_after": 3}"#,
    r#"{"action": "html_error", "status": 502}"#,
    r#"{"action": "reset"}"#,
    r#"{"action": "empty_reply"}"#,
    r#"{"action": "truncated_body", "bytes": 7}"#,
];

const STRUCK: [&str; 5] = ["/docs", "/runs", "/prompt-skills/**", "/runs/*/start", "**"];

fn asks() -> impl Strategy<Value = Vec<Ask>> {
    let ask = (0..ASKS.len(), prop::bool::weighted(0.9)).prop_map(|(at, token)| {
        let (method, path, body) = ASKS[at];
        let body = if body.is_empty() {
            Value::Null
        } else {
            body.parse().unwrap()
        };
        Ask {
            method,
            path,
            body,
            token,
        }
    });
    prop::collection::vec(ask, 1..40)
}

fn faults() -> impl Strategy<Value = Vec<Fault>> {
    let when = prop_oneof![
        Just(json!({})),
        (1..3_u64).prop_map(|n| json!({ "first": n })),
        (1..4_u64).prop_map(|n| json!({ "nth": n })),
        Just(json!({"probability": 0.3})),
    ];
    let fault = (0..FAULTS.len(), 0..STRUCK.len(), when).prop_map(|(action, path, when)| {
        let mut form: Value = FAULTS[action].parse().unwrap();
        form["path"] = STRUCK[path].into();
        for (key, value) in when.as_object().unwrap() {
            form[key] = value.clone();
        }
        serde_json::from_value(form).unwrap()
    });
    prop::collection::vec(fault, 0..4)
}

/// Asks everything in order; ids of one server are taken from its own answers.
async fn play(server: &MockServer, asks: &[Ask], token: &str) {
    let (mut run, mut sweep) = ("000000000000".to_owned(), "000000000000".to_owned());
    for ask in asks {
        let fill = |text: &str| text.replace("{run}", &run).replace("{sweep}", &sweep);
        let (path, body) = (fill(ask.path), fill(&ask.body.to_string()));
        let mut headers = vec![("content-type", "application/json")];
        if ask.token {
            headers.push(("x-auth-token", token));
        }
        let body = if ask.body.is_null() {
            String::new()
        } else {
            body
        };
        let line = |head, (name, value): &(&str, &str)| format!("{head}{name}: {value}\r\n");
        let head = headers.iter().fold(String::new(), line);
        let request = format!(
            "{} {path} HTTP/1.1\r\nhost: x\r\n{head}connection: close\r\ncontent-length: {}\r\n\r\n{body}",
            ask.method,
            body.len()
        );
        let Ok(answer) = raw(server.addr(), request.as_bytes()).await else {
            continue;
        };
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let made = answer
            .split_once("\r\n\r\n")
            .and_then(|(_, body)| body.parse::<Value>().ok());
        let id = made
            .as_ref()
            .and_then(|made| made["id"].as_str())
            .map(str::to_owned);
        match (ask.method, ask.path, id) {
            ("POST", "/runs", Some(id)) => run = id,
            ("POST", "/sweeps/wild", Some(id)) => sweep = id,
            _ => {}
        }
    }
}

async fn check(asks: &[Ask], faults: Vec<Fault>) -> Result<(), TestCaseError> {
    let builder = || {
        MockServer::builder()
            .seed(3)
            .clock(Clock::manual(SCENARIO_EPOCH))
    };
    let real = faults
        .into_iter()
        .fold(builder().auth_token("t0ken"), Builder::fault);
    let real = real.start().await.unwrap();
    let proxy = MockServer::builder()
        .record(Upstream::from(&real))
        .start()
        .await
        .unwrap();
    play(&proxy, asks, "t0ken").await;
    let recorded = proxy.journal().exchanges();
    let text = case::case_of("field", &Upstream::from(&real), &recorded)
        .await
        .unwrap();

    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("field.toml");
    std::fs::write(&file, &text).unwrap();
    let scenario = Scenario::load(file.to_str().unwrap());
    let scenario = scenario.map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
    let token = scenario
        .auth_token
        .clone()
        .unwrap_or_else(|| "none".to_owned());
    let again = scenario.apply(builder()).start().await.unwrap();
    play(&again, asks, &token).await;
    let replayed = again.journal().exchanges();
    prop_assert_eq!(recorded.len(), replayed.len());
    for (before, after) in recorded.iter().zip(&replayed) {
        let request = format!("#{} {} {}", before.seq, before.method, before.path);
        prop_assert_eq!(&before.path, &after.path, "{}\n{}", request, text);
        prop_assert_eq!(answered(before), answered(after), "{}\n{}", request, text);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_recording_answers_as_what_it_recorded(asks in asks(), faults in faults()) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(check(&asks, faults))?;
    }
}
