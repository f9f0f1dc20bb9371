//! A case from a recording: what failed becomes faults, so that a failure in the field can be played
//! again at a desk.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::diff::question;
use super::ids::Names;
use super::{Upstream, UpstreamError};
use crate::builder::StartError;
use crate::fault::{Action, Answer, Broken, Fault, When};
use crate::journal::{DropReason, Exchange, Outcome, TokenState};
use crate::server::MockServer;
use crate::store::ClusterProfile;

/// The case that a recorded one is like, but for what was seen.
const TWIN: &str = "planning-healthy";

/// What a recorded case demands in place of the real token, which is never kept.
const TOKEN: &str = "recorded-token";

/// Why no case could be made.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The mock to compare with does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The mock to compare with does not answer.
    #[error("the mock to compare with does not answer: {0}")]
    Ask(#[from] UpstreamError),
}

/// Writes the case file of a recording: the cluster that was seen, whether a token was needed, and
/// a fault for every request that failed and would not have failed at the mock.
pub async fn case_of(id: &str, source: &Upstream, seen: &[Exchange]) -> Result<String, CaseError> {
    let faults = faults_of(seen).await?;
    let failed = seen.iter().filter(|exchange| !exchange.is_success());
    let title = format!(
        "Recorded from {source}: {} of {} requests failed",
        failed.count(),
        seen.len()
    );
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "id = {}", quoted(id));
    let _ = writeln!(text, "title = {}", quoted(&title));
    let _ = writeln!(text, "twin = {}", quoted(TWIN));
    if let Some(cluster) = cluster_of(seen) {
        let _ = writeln!(text, "cluster = {}", quoted(&cluster.to_string()));
    }
    if wants_token(seen) {
        let _ = writeln!(text, "auth_token = {}", quoted(TOKEN));
    }
    text += "faults = [\n";
    for fault in &faults {
        let _ = writeln!(text, "  {},", inline(fault));
    }
    text += "]\n";
    if faults.iter().any(Fault::is_server_down) {
        text += "# No request can be observed here, so that the outcome is declared.\n";
        text += "expect.preflight = \"failed\"\n";
    }
    Ok(text)
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// A fault as an inline table.
fn inline(fault: &Fault) -> String {
    let pairs: Vec<String> = Map::from(fault.clone())
        .into_iter()
        .filter_map(|(key, value)| Some((key, toml::Value::try_from(value).ok()?)))
        .map(|(key, value)| format!("{key} = {}", one_line(&value)))
        .collect();
    format!("{{ {} }}", pairs.join(", "))
}

/// A value on one line; of a text with several lines, JSON's escapes are TOML's too.
fn one_line(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => Value::from(text.as_str()).to_string(),
        toml::Value::Table(table) => {
            let pair = |(key, value)| format!("{} = {}", Value::from(key), one_line(value));
            let pairs: Vec<String> = table
                .iter()
                .map(|(k, v)| (k.as_str(), v))
                .map(pair)
                .collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        other => other.to_string(),
    }
}

/// The cluster that was told last.
fn cluster_of(seen: &[Exchange]) -> Option<ClusterProfile> {
    let told = seen.iter().rev().find_map(|exchange| {
        let is_cluster = matches!(exchange.path.as_str(), "/cluster" | "/cluster/detect");
        answer_of(exchange).filter(|_| is_cluster && exchange.is_success())
    })?;
    let cluster = &told["cluster"];
    let kind = cluster["type"].as_str()?;
    match cluster["gpu_count"].as_u64() {
        Some(gpus) => format!("{kind}:{gpus}").parse().ok(),
        None => kind.parse().ok(),
    }
}

/// The JSON of an answer.
pub(super) fn answer_of(exchange: &Exchange) -> Option<Value> {
    match &exchange.outcome {
        Outcome::Responded { body, .. } => serde_json::from_str(body.text.as_deref()?).ok(),
        Outcome::Dropped { .. } | Outcome::Malformed { .. } => None,
    }
}

fn wants_token(seen: &[Exchange]) -> bool {
    seen.iter()
        .any(|exchange| exchange.status() == Some(401) || exchange.token != TokenState::Absent)
}

/// The faults with which requests fail as they did. A server that was gone in the end has died.
async fn faults_of(seen: &[Exchange]) -> Result<Vec<Fault>, CaseError> {
    let refused = |exchange: &Exchange| failure(exchange) == Some(Action::Broken(Broken::Refuse));
    let lived = seen.len() - seen.iter().rev().take_while(|e| refused(e)).count();
    let (seen, after) = seen.split_at(lived);
    let mut faults = faults_of_endpoints(seen).await?;
    if !after.is_empty() {
        let from_request = (lived > 0).then_some(lived as u64 + 1);
        faults.push(Fault::server_down().when(When {
            from_request,
            ..When::default()
        }));
    }
    Ok(faults)
}

/// The faults of a server that could be reached.
async fn faults_of_endpoints(seen: &[Exchange]) -> Result<Vec<Fault>, CaseError> {
    let mut builder = MockServer::builder();
    if wants_token(seen) {
        builder = builder.auth_token(TOKEN);
    }
    let server = builder.start().await?;
    let mock: Upstream = (&server).into();
    // By method and path: what befell each call, in order.
    let mut calls: BTreeMap<(&str, &str), Vec<Option<Action>>> = BTreeMap::new();
    for exchange in seen {
        let action = match failure(exchange) {
            Some(action) if !fails_alike(exchange, &mock).await? => Some(action),
            _ => None,
        };
        let key = (exchange.method.as_str(), exchange.path.as_str());
        calls.entry(key).or_default().push(action);
    }
    let faults = calls.into_iter().flat_map(|((method, path), befell)| {
        let whens = conditions(&befell).into_iter();
        whens.map(move |(action, when)| Fault::on(method, path, action).when(when))
    });
    Ok(faults.filter(|fault| fault.check().is_ok()).collect())
}

/// What fault makes a request fail as this one did.
fn failure(exchange: &Exchange) -> Option<Action> {
    let recorded = exchange.faults.iter().find_map(|label| broken_of(label));
    let action = match &exchange.outcome {
        Outcome::Responded {
            status,
            headers,
            body,
        } if *status >= 400 => {
            let told = ["content-type", "retry-after"];
            let kept = headers.iter().filter(|(name, _)| told.contains(&&**name));
            Action::Answer(Answer::Status {
                status: *status,
                body: Some(body.text.clone().unwrap_or_default()),
                headers: kept.cloned().collect(),
            })
        }
        Outcome::Dropped { .. } if recorded.is_some() => Action::Broken(recorded?),
        // The client gave up waiting.
        Outcome::Dropped {
            reason: DropReason::ClientGone,
        } => Action::Broken(Broken::StallForever),
        _ => return None,
    };
    Some(action)
}

/// What the journal names a connection's end that was passed on; see [`Broken`].
fn broken_of(label: &str) -> Option<Broken> {
    let form = label.strip_prefix(super::LABEL)?;
    serde_json::from_str(form).ok()
}

/// Whether the mock, asked the same, gives an answer of the same status by itself.
async fn fails_alike(exchange: &Exchange, mock: &Upstream) -> Result<bool, UpstreamError> {
    let Some(status) = exchange.status().filter(|status| *status < 500) else {
        return Ok(false);
    };
    let Some(question) = question(exchange, Some(TOKEN), &Names::default()) else {
        return Ok(false);
    };
    Ok(mock.ask(question).await?.status.as_u16() == status)
}

/// The failures of the calls of one endpoint, and when each of them strikes.
fn conditions(befell: &[Option<Action>]) -> Vec<(Action, When)> {
    let mut kinds: Vec<&Action> = Vec::new();
    for action in befell.iter().flatten() {
        if !kinds.contains(&action) {
            kinds.push(action);
        }
    }
    kinds
        .into_iter()
        .flat_map(|kind| {
            let struck: Vec<u64> = (1..)
                .zip(befell)
                .filter(|(_, action)| action.as_ref() == Some(kind))
                .map(|(number, _)| number)
                .collect();
            whens(&struck, befell.len() as u64)
                .into_iter()
                .map(|when| (kind.clone(), when))
        })
        .collect()
}

fn whens(struck: &[u64], calls: u64) -> Vec<When> {
    let count = struck.len() as u64;
    if count == calls {
        return vec![When::default()];
    }
    if struck.last() == Some(&count) {
        let first = Some(count);
        return vec![When {
            first,
            ..When::default()
        }];
    }
    let nth = |&nth: &u64| When {
        nth: Some(nth),
        ..When::default()
    };
    struck.iter().map(nth).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_fail_sometimes_fail_at_the_same_calls_again() {
        let all = whens(&[1, 2, 3], 3);
        assert!(all[0].is_always());
        assert_eq!(whens(&[1, 2], 3)[0].first, Some(2));
        let nth: Vec<_> = whens(&[2, 3], 3).iter().map(|when| when.nth).collect();
        assert_eq!(nth, [Some(2), Some(3)]);
    }
}
