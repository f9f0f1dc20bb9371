//! What is read across runs: health, the cluster's summary, events.

use serde::Serialize;

use super::status::{RUN_STATUS_KINDS, RunStatus};
use super::{Refusal, Store};
use crate::clock::Timestamp;
use crate::journal::Change;
use crate::json::Json;

/// How many runs the real server says it runs at once.
const MAX_CONCURRENT: u64 = 5;

/// The answer of `GET /wild/v2/system-health`. Archived runs count; launching ones only in `total`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Health {
    running: u64,
    /// Ready and queued.
    queued: u64,
    /// Finished.
    completed: u64,
    failed: u64,
    total: u64,
    max_concurrent: u64,
}

/// The runs in the answers of the cluster endpoints. Archived runs do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RunSummary {
    total: u64,
    running: u64,
    launching: u64,
    queued: u64,
    ready: u64,
    failed: u64,
    finished: u64,
}

/// Something that a wild session should look at.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    detail: String,
    run_id: String,
    created_at: f64,
}

impl Store {
    /// System health as the wild loop sees it.
    pub fn health(&self) -> Health {
        let [shown, archived] = &self.counts;
        let count = |status: RunStatus| shown[status.kind()] + archived[status.kind()];
        Health {
            running: count(RunStatus::Running),
            queued: count(RunStatus::Ready) + count(RunStatus::Queued),
            completed: count(RunStatus::Finished),
            failed: count(RunStatus::Failed),
            total: self.runs.len() as u64,
            max_concurrent: MAX_CONCURRENT,
        }
    }

    /// How the runs that are not archived stand.
    pub fn run_summary(&mut self, now: Timestamp) -> RunSummary {
        self.settle(now);
        let shown: &[u64; RUN_STATUS_KINDS] = &self.counts[0];
        let count = |status: RunStatus| shown[status.kind()];
        RunSummary {
            total: shown.iter().sum(),
            running: count(RunStatus::Running),
            launching: count(RunStatus::Launching),
            queued: count(RunStatus::Queued),
            ready: count(RunStatus::Ready),
            failed: count(RunStatus::Failed),
            finished: count(RunStatus::Finished),
        }
    }

    /// Pending alerts, then finished and failed runs, of all sessions.
    pub fn events(&self, now: Timestamp) -> Vec<Event> {
        let created_at = now.as_secs_f64();
        let alerts = self.pending_alerts.iter().map(|&at| {
            let alert = &self.alerts[at];
            Event {
                id: alert.id().to_owned(),
                kind: "alert",
                // The real server looks for a type that its alerts never have.
                title: "Alert: unknown".to_owned(),
                detail: alert.message().to_owned(),
                run_id: alert.run_id().to_owned(),
                created_at,
            }
        });
        let runs = self.reported.iter().map(|&index| {
            let (run, status) = (&self.runs[index], &self.runs[index].status);
            let name = if run.name.is_empty() && run.command.is_none() {
                &run.id
            } else {
                &run.name
            };
            Event {
                id: format!("run-{}-{status}", run.id),
                kind: "run_complete",
                title: format!("Run {status}: {name}"),
                detail: format!("Status: {status}"),
                run_id: run.id.clone(),
                created_at,
            }
        });
        alerts.chain(runs).collect()
    }

    /// Resolves the alerts among some ids; tells how many there were. The real server puts the ids into
    /// a set, which lists and objects cannot be put into; it fails then, before anything is resolved.
    pub fn resolve_events(&mut self, ids: &[Json], now: Timestamp) -> Option<u64> {
        if ids
            .iter()
            .any(|id| matches!(id, Json::Array(_) | Json::Object(_)))
        {
            return None;
        }
        let mut named: Vec<usize> = ids
            .iter()
            .filter_map(Json::as_str)
            .filter_map(|id| self.alert_index.get(id).copied())
            .collect();
        named.sort_unstable();
        named.dedup();
        for &at in &named {
            self.mark_resolved(at, now);
        }
        Some(named.len() as u64)
    }

    /// Switches wild mode.
    pub fn set_wild_mode(&mut self, enabled: bool, now: Timestamp) {
        self.wild_mode = enabled;
        self.outbox.touched.settings = true;
        self.effect(now, Change::WildModeSet { enabled });
    }

    /// Whether wild mode is on.
    pub fn wild_mode(&self) -> bool {
        self.wild_mode
    }

    /// All runs' and sweeps' counts, for tests and diagnostics: `(runs, sweeps, alerts)`.
    pub fn sizes(&self) -> (usize, usize, usize) {
        (self.runs.len(), self.sweeps.len(), self.alerts.len())
    }

    /// Checks that a run exists.
    pub fn require_run(&self, id: &str) -> Result<(), Refusal> {
        self.run_at(id).map(|_| ())
    }
}
