//! The whole state as data: to be saved, handed out and restored.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Store;
use super::alerts::Alert;
use super::cluster::Cluster;
use super::metrics::Metrics;
use super::run::Run;
use super::sweep::{Progress, Sweep};
use super::wild::Session;
use crate::clock::Timestamp;
use crate::json::{Json, decode_kept, from_json};
use crate::skills::Skill;
use crate::version::Version;

/// Version of the form in which the state is saved.
pub const SNAPSHOT_VERSION: u32 = 1;

/// Bytes of a state that is taken over, at most.
pub const LARGEST_SNAPSHOT: usize = 1 << 30;

/// One saved thing. Later records of the same thing replace earlier ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateRecord {
    /// The head of a file: its version.
    Version(Version<SNAPSHOT_VERSION>),
    /// A run.
    Run(Box<Run>),
    /// A sweep.
    Sweep(Box<Sweep>),
    /// All that is known of a run's metrics.
    Metrics {
        /// The run.
        run: String,
        /// The metrics.
        metrics: Arc<Metrics>,
    },
    /// Rows that were appended to a run's metrics.
    Rows {
        /// The run.
        run: String,
        /// The rows.
        rows: Vec<Json>,
    },
    /// An alert.
    Alert(Box<Alert>),
    /// What exists once.
    Settings(Box<Settings>),
    /// How many ids and panes were issued.
    Issued {
        /// Ids.
        ids: u64,
        /// Panes.
        panes: u64,
    },
    /// A skill that differs from the set that was served at the start.
    Skill(Box<Skill>),
    /// A skill that was deleted.
    SkillDeleted(String),
}

impl StateRecord {
    /// What a file begins with.
    pub(crate) const HEAD: Self = Self::Version(Version);

    /// A run's metrics, if it has any.
    pub(super) fn metrics(run: &Run) -> Option<Self> {
        (!run.metrics.is_empty()).then(|| Self::Metrics {
            run: run.id.clone(),
            metrics: Arc::clone(&run.metrics),
        })
    }

    /// A skill to be saved: all that is kept of it, or its id alone when nothing is.
    pub(crate) fn skill(id: &str, kept: Option<&Skill>) -> Self {
        match kept {
            Some(skill) => Self::Skill(Box::new(skill.clone())),
            None => Self::SkillDeleted(id.to_owned()),
        }
    }
}

/// What exists once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    cluster: Cluster,
    wild_mode: bool,
    sessions: Vec<Session>,
}

/// A whole state.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StateSnapshot(pub Vec<StateRecord>);

/// Why a text is no state.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SnapshotError(String);

impl StateSnapshot {
    /// Reads what the control API and `record --state-out` give.
    ///
    /// # Errors
    /// Fails for anything else.
    pub fn from_json(text: &[u8]) -> Result<Self, SnapshotError> {
        let value = decode_kept(text).map_err(|error| SnapshotError(error.to_string()))?;
        from_json(value).map_err(|error| SnapshotError(error.to_string()))
    }

    /// Puts a cluster in place of the one that it has.
    pub(crate) fn set_cluster(&mut self, cluster: &Cluster) {
        for record in &mut self.0 {
            if let StateRecord::Settings(settings) = record {
                settings.cluster = cluster.clone();
            }
        }
    }
}

/// Exit code of a run whose process was killed.
const KILLED: i64 = 137;

impl Store {
    pub(super) fn issued(&self) -> StateRecord {
        StateRecord::Issued {
            ids: self.ids.issued(),
            panes: self.panes,
        }
    }

    pub(super) fn settings(&self) -> StateRecord {
        StateRecord::Settings(Box::new(Settings {
            cluster: self.cluster.clone(),
            wild_mode: self.wild_mode,
            sessions: self.sessions.clone(),
        }))
    }

    /// Replaces the whole state by what the records say, in their order.
    pub fn restore(&mut self, records: Vec<StateRecord>, now: Timestamp) {
        let room = self.room;
        *self = Self::new(self.config.clone(), now);
        self.room = room;
        for record in records {
            self.restore_record(record);
        }
        self.rebuild();
    }

    fn restore_record(&mut self, record: StateRecord) {
        match record {
            StateRecord::Run(run) => {
                if let Some(&index) = self.run_index.get(&run.id) {
                    let metrics = std::mem::take(&mut self.runs[index].metrics);
                    self.runs[index] = Run { metrics, ..*run };
                } else {
                    self.run_index.insert(run.id.clone(), self.runs.len());
                    self.runs.push(*run);
                }
            }
            StateRecord::Metrics { run, metrics } => {
                if let Some(&index) = self.run_index.get(&run) {
                    self.runs[index].metrics = metrics;
                }
            }
            StateRecord::Rows { run, rows } => {
                if let Some(&index) = self.run_index.get(&run) {
                    Arc::make_mut(&mut self.runs[index].metrics).append(&rows);
                }
            }
            StateRecord::Sweep(sweep) => {
                if let Some(&at) = self.sweep_index.get(&sweep.id) {
                    self.sweeps[at] = *sweep;
                } else {
                    self.sweep_index.insert(sweep.id.clone(), self.sweeps.len());
                    self.sweeps.push(*sweep);
                }
            }
            StateRecord::Alert(alert) => {
                if let Some(&at) = self.alert_index.get(alert.id()) {
                    self.alerts[at] = *alert;
                } else {
                    self.alert_index
                        .insert(alert.id().to_owned(), self.alerts.len());
                    self.alerts.push(*alert);
                }
            }
            StateRecord::Settings(settings) => {
                self.cluster = settings.cluster;
                self.wild_mode = settings.wild_mode;
                self.sessions = settings.sessions;
            }
            StateRecord::Issued { ids, panes } => {
                self.ids.resume_at(ids);
                self.panes = self.panes.max(panes);
            }
            StateRecord::Version(_) | StateRecord::Skill(_) | StateRecord::SkillDeleted(_) => {}
        }
    }

    /// Derives the indices, counters and agenda from the records.
    fn rebuild(&mut self) {
        for (index, mut run) in self.runs.take().enumerate() {
            // Processes belong to the server that started them, and ended with it.
            let life = run.schedule.as_mut();
            if let Some(life) = life.filter(|life| life.is_in_process()) {
                life.process_ended(KILLED);
            }
            self.index_run(index, run);
            self.plan_next_step(index);
        }
        for alert in std::mem::take(&mut self.alerts) {
            self.index_alert(alert);
        }
        for sweep in &mut self.sweeps {
            sweep.run_ids.clear();
            sweep.progress = Progress::default();
        }
        let mut members: Vec<usize> = (0..self.runs.len())
            .filter(|&run| self.sweep_of(run).is_some())
            .collect();
        members.sort_by_key(|&run| self.runs[run].joined);
        for run in members {
            let Some(sweep) = self.sweep_of(run) else {
                continue;
            };
            let Run {
                id, status, joined, ..
            } = &self.runs[run];
            self.sweeps[sweep].run_ids.push(id.clone());
            self.sweeps[sweep].progress.add(status);
            self.joins = self.joins.max(*joined);
        }
        let (counted, weighed) = (self.room.stored(), self.weight());
        self.room.replace(counted, weighed);
    }
}
