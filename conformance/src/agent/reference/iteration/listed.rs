//! Runs as the server lists them.

use serde_json::Value;

use super::super::session::Session;
use super::order::PIN;

/// A run as the server lists it.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) status: String,
    pub(super) command: String,
    pub(super) sweep: Option<String>,
    /// The session that it belongs to.
    pub(super) session: Option<String>,
}

impl Run {
    /// All runs of the server, the oldest first.
    pub(super) fn list(session: &Session<'_>) -> Vec<Self> {
        let listed = session.get("/runs?limit=1000");
        let listed = listed
            .as_ref()
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let text = |run: &Value, key: &str| run[key].as_str().map(str::to_owned);
        let mut runs: Vec<Run> = listed
            .filter_map(|run| {
                Some(Run {
                    id: text(run, "id")?,
                    name: text(run, "name").unwrap_or_default(),
                    status: text(run, "status")?,
                    command: text(run, "command").unwrap_or_default(),
                    sweep: text(run, "sweep_id"),
                    session: text(run, "chat_session_id"),
                })
            })
            .collect();
        runs.reverse();
        runs
    }

    pub(super) fn is_alive(&self) -> bool {
        matches!(self.status.as_str(), "launching" | "running")
    }

    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.status.as_str(), "ready" | "queued")
    }

    pub(super) fn devices(&self) -> Vec<&str> {
        let value = self
            .command
            .split_whitespace()
            .find_map(|word| word.strip_prefix(PIN));
        value
            .map(|value| value.split(',').collect())
            .unwrap_or_default()
    }
}
