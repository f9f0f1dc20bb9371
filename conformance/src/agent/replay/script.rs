//! What is played again, step by step.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wild_mock_server::{Body, Exchange, ExchangeOutcome, Seq, TokenState};

use super::changes::changes;
use super::step::{Sent, Step};
use crate::evidence::{Evidence, TasksChange};

/// Headers that belong to a connection, or carry what is not recorded.
const NOT_SENT: [&str; 7] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "expect",
    "x-auth-token",
    "authorization",
];

/// Longest wait before a request, in milliseconds. Whoever waited longer was as polite.
const LONGEST_WAIT: f64 = 150.0;

/// The variables of a prompt that another play has other values of.
const PLACES: [&str; 5] = [
    "tasks_path",
    "log_path",
    "workdir",
    "server_url",
    "session_id",
];

/// What an agent did, in order, and what it said in the end.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Script {
    /// Where it was played, by the names of the prompt's variables.
    pub(super) places: BTreeMap<String, String>,
    pub(super) steps: Vec<Step>,
    pub(super) answer: String,
}

impl Script {
    /// A command a line; blank lines and comments are none.
    pub(super) fn of_commands(text: &str) -> Self {
        let lines = text.lines().map(str::trim);
        let commands = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self {
            steps: commands.map(|line| Step::Run(line.to_owned())).collect(),
            ..Self::default()
        }
    }

    /// What was recorded of an agent. When it wrote its tasks file is known; all other files are
    /// written when the last request was answered.
    pub(super) fn of_evidence(evidence: &Evidence) -> Self {
        let record = &evidence.record;
        let mut late = changes(&evidence.before, &evidence.after, &evidence.files);
        let early = match record.tasks_change {
            TasksChange::BeforeRequest { seq } => {
                let steps = late.extract_if(.., |step| step.writes(&record.tasks_file));
                Some((seq, steps.collect::<Vec<_>>()))
            }
            _ => None,
        };
        let mut steps = Vec::new();
        let mut early = early.into_iter().peekable();
        for exchange in &evidence.journal {
            let due = early.next_if(|(seq, _)| *seq <= exchange.seq);
            steps.extend(due.into_iter().flat_map(|(_, steps)| steps));
            steps.extend(sent(exchange, wait(evidence, exchange.seq)));
        }
        steps.extend(early.flat_map(|(_, steps)| steps));
        steps.append(&mut late);
        let places = record.variables.iter();
        let places = places.filter(|(name, _)| PLACES.contains(&name.as_str()));
        Self {
            places: places
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            steps,
            answer: evidence.transcript.clone(),
        }
    }
}

fn wait(evidence: &Evidence, seq: Seq) -> u64 {
    let arrived = |seq: Seq| evidence.arrivals.as_ref()?.get(&seq).copied();
    let before = seq.checked_sub(1).and_then(arrived);
    let waited = before.zip(arrived(seq)).map(|(before, own)| own - before);
    // It is positive and small.
    (waited.unwrap_or_default() * 1000.0).clamp(0.0, LONGEST_WAIT) as u64
}

/// What arrived was not always a request.
fn sent(exchange: &Exchange, wait: u64) -> Vec<Step> {
    if matches!(exchange.outcome, ExchangeOutcome::Malformed { .. }) || exchange.method.is_empty() {
        let what = "a request that was no HTTP is not sent again";
        return vec![Step::Missing(what.to_owned())];
    }
    let mut steps = Vec::new();
    if exchange.body.size > 0 && exchange.body.text.is_none() || exchange.body.truncated {
        steps.push(Step::Missing(format!(
            "the body of {} {} was not kept as a whole",
            exchange.method, exchange.path
        )));
    }
    let headers = exchange.headers.iter();
    let headers = headers.filter(|(name, _)| !NOT_SENT.contains(&name.as_str()));
    steps.push(Step::Request(Box::new(Sent {
        method: exchange.method.clone(),
        path: exchange.path.clone(),
        query: exchange.query.clone(),
        headers: headers.cloned().collect(),
        body: exchange.body.text.clone().unwrap_or_default(),
        token: match exchange.token {
            TokenState::Absent => None,
            TokenState::Wrong => Some(false),
            TokenState::Valid | TokenState::NotRequired => Some(true),
        },
        wait,
        answer: answered(&exchange.outcome),
    })));
    steps
}

fn answered(outcome: &ExchangeOutcome) -> Value {
    let ExchangeOutcome::Responded {
        body: Body {
            text: Some(text), ..
        },
        ..
    } = outcome
    else {
        return Value::Null;
    };
    serde_json::from_str(text).unwrap_or_default()
}
