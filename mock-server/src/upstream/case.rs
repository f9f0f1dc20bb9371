//! A case from a recording: what failed becomes faults, so that a failure in the field can be played
//! again at a desk.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::mirror::{Mirror, Reflection, Tokens};
use super::told::cluster_of;
use super::{Upstream, UpstreamError};
use crate::fault::{Action, Answer, Broken, Fault, PROBES, When, literal};
use crate::journal::{DropReason, Exchange, ExchangeOutcome, REPLACEMENT};
use crate::openapi::nearest_unless_served;
use crate::server::StartError;

/// The case that a recorded one is like, but for what was seen.
const TWIN: &str = "planning-healthy";

/// Lines that say what could not be kept at most.
const MOST_LINES: usize = 20;

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
/// a fault for every request that failed and would not have failed at the mock. What depended on
/// something else is said in comments.
pub async fn case_of(id: &str, source: &Upstream, seen: &[Exchange]) -> Result<String, CaseError> {
    let Kept { faults, lost } = kept_of(seen).await?;
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
    if Tokens::of(seen).demanded {
        let _ = writeln!(text, "auth_token = {}", quoted(REPLACEMENT));
    }
    text += "faults = [\n";
    for fault in &faults {
        let _ = writeln!(text, "  {},", inline(fault));
    }
    text += "]\n";
    if faults.iter().any(|fault| fault.down_from().is_some()) {
        text += "# No request can be observed here, so that the outcome is declared.\n";
        let _ = writeln!(text, "expect.preflight = {}", quoted(preflight(seen)));
    }
    text += &comment(&lost);
    Ok(text)
}

/// How the preflight ends that a server leaves in the middle of.
fn preflight(seen: &[Exchange]) -> &'static str {
    let succeeds = |probe: &&str| seen.iter().any(|e| e.path == *probe && e.is_success());
    if PROBES.iter().all(succeeds) {
        "passed"
    } else {
        "failed"
    }
}

/// What could not be kept, as comments.
fn comment(lost: &[String]) -> String {
    if lost.is_empty() {
        return String::new();
    }
    let mut text =
        "# Not kept: what these answers took from the server's state, and not from the requests \
                    before them.\n# `record --state-out` keeps runs, sweeps and the cluster.\n"
            .to_owned();
    for line in lost.iter().take(MOST_LINES) {
        let line: String = line
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let _ = writeln!(text, "#   {line}");
    }
    if lost.len() > MOST_LINES {
        let _ = writeln!(text, "#   and {} more", lost.len() - MOST_LINES);
    }
    text
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

/// What a case keeps of a recording.
struct Kept {
    faults: Vec<Fault>,
    /// What it cannot keep, a line each.
    lost: Vec<String>,
}

/// The faults with which requests fail as they did. A server that was gone in the end has died.
async fn kept_of(seen: &[Exchange]) -> Result<Kept, CaseError> {
    let refused = |exchange: &Exchange| failure(exchange) == Some(Action::Broken(Broken::Refuse));
    let lived = seen.len() - seen.iter().rev().take_while(|e| refused(e)).count();
    let (seen, after) = seen.split_at(lived);
    let mut kept = kept_of_endpoints(seen).await?;
    if !after.is_empty() {
        let from_request = (lived > 0).then_some(lived as u64 + 1);
        kept.faults.push(Fault::server_down().when(When {
            from_request,
            ..When::default()
        }));
    }
    Ok(kept)
}

/// The faults of a server that could be reached.
async fn kept_of_endpoints(seen: &[Exchange]) -> Result<Kept, CaseError> {
    let mut mirror = Mirror::of(seen).await?;
    let mut lost = Vec::new();
    // By method and path: what befell each call, in order.
    let mut calls: BTreeMap<(&str, &str), Vec<Option<Action>>> = BTreeMap::new();
    for exchange in seen {
        let request = format!("#{} {} {}", exchange.seq, exchange.method, exchange.path);
        let action = match (failure(exchange), mirror.reflect(exchange).await?) {
            (Some(action), Reflection::Other(_) | Reflection::Unasked) => Some(action),
            (None, Reflection::Other(how)) => {
                lost.push(format!("{request}: {how}"));
                None
            }
            // The mock refuses it, too, and says something else.
            (Some(action), Reflection::Alike(differences)) if !differences.is_empty() => {
                Some(action)
            }
            (_, Reflection::Alike(differences)) => {
                lost.extend(
                    differences
                        .first()
                        .map(|first| format!("{request}: {first}")),
                );
                None
            }
            (None, Reflection::Unasked) => None,
        };
        let key = (exchange.method.as_str(), exchange.path.as_str());
        calls.entry(key).or_default().push(action);
    }
    let mut faults = Vec::new();
    for ((method, path), befell) in calls {
        for (action, when) in conditions(&befell) {
            let fault = Fault::on(method, &literal(path), action).when(when);
            match fault.check() {
                Ok(()) if nearest_unless_served(&fault.path).is_some() => lost.push(format!(
                    "{method} {path}: the mock has no such endpoint that could fail"
                )),
                Ok(()) => faults.push(fault),
                Err(problem) => {
                    lost.push(format!("{method} {path}: no fault can do this: {problem}"));
                }
            }
        }
        if befell.iter().any(Option::is_some) && mirror.names.names_any(path) {
            lost.push(format!(
                "{method} {path}: its fault strikes the id that the real server gave only"
            ));
        }
    }
    Ok(Kept { faults, lost })
}

/// What fault makes a request fail as this one did.
fn failure(exchange: &Exchange) -> Option<Action> {
    let recorded = exchange.faults.iter().find_map(|label| broken_of(label));
    let action = match &exchange.outcome {
        ExchangeOutcome::Responded {
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
        ExchangeOutcome::Dropped { .. } if recorded.is_some() => Action::Broken(recorded?),
        // The client gave up waiting.
        ExchangeOutcome::Dropped {
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
