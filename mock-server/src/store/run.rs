//! A run: its fields, and how the wire shows it.

use std::sync::Arc;

use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use super::keys::{Key, Keys, Origin};
use super::metrics::Metrics;
use super::room::THING;
use super::schedule::Schedule;
use super::status::RunStatus;
use crate::clock::Timestamp;
use crate::json::{Json, Object, weight_of};

/// A run.
#[allow(
    clippy::struct_field_names,
    reason = "`run_dir` is the contract's word"
)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub(super) id: String,
    pub(super) keys: Keys,
    pub(super) status: RunStatus,
    pub(super) created_at: Timestamp,
    pub(super) is_archived: bool,
    pub(super) name: String,
    pub(super) command: Option<String>,
    pub(super) workdir: String,
    pub(super) sweep_id: Option<String>,
    pub(super) sweep_params: Object,
    pub(super) parent_run_id: Option<String>,
    pub(super) origin_alert_id: Option<String>,
    pub(super) chat_session_id: Option<String>,
    pub(super) gpuwrap_config: Json,
    pub(super) tmux_window: Option<String>,
    pub(super) tmux_pane: Option<String>,
    pub(super) run_dir: Option<String>,
    pub(super) exit_code: Option<Json>,
    pub(super) error: Option<String>,
    pub(super) wandb_dir: Option<String>,
    pub(super) queued_at: Option<Timestamp>,
    pub(super) launched_at: Option<Timestamp>,
    pub(super) started_at: Option<Timestamp>,
    pub(super) stopped_at: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) archived_at: Option<Timestamp>,
    /// What the run will do, once it is launched in simulated mode.
    pub(super) schedule: Option<Schedule>,
    /// When it joined its sweep, counted in joins; the order of the sweep's runs follows from it.
    pub(super) joined: u64,
    /// Saved apart and shared with copies, so that a change does not cost the history.
    #[serde(skip)]
    pub(super) metrics: Arc<Metrics>,
}

impl Run {
    pub(super) fn new(
        id: String,
        origin: Origin,
        status: RunStatus,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id,
            keys: Keys::of(origin),
            status,
            created_at,
            is_archived: false,
            name: String::new(),
            command: None,
            workdir: String::new(),
            sweep_id: None,
            sweep_params: Object::new(),
            parent_run_id: None,
            origin_alert_id: None,
            chat_session_id: None,
            gpuwrap_config: Json::Null,
            tmux_window: None,
            tmux_pane: None,
            run_dir: None,
            exit_code: None,
            error: None,
            wandb_dir: None,
            queued_at: None,
            launched_at: None,
            started_at: None,
            stopped_at: None,
            ended_at: None,
            archived_at: None,
            schedule: None,
            joined: 0,
            metrics: Arc::default(),
        }
    }

    /// About how many bytes it takes without its metrics; lists show its texts once more.
    pub(super) fn weight(&self) -> u64 {
        let texts = [
            Some(&self.id),
            Some(&self.name),
            Some(&self.workdir),
            self.command.as_ref(),
            self.sweep_id.as_ref(),
            self.parent_run_id.as_ref(),
            self.origin_alert_id.as_ref(),
            self.chat_session_id.as_ref(),
            self.tmux_pane.as_ref(),
            self.error.as_ref(),
            self.wandb_dir.as_ref(),
        ];
        let texts: usize = texts.into_iter().flatten().map(String::len).sum();
        let texts = texts + self.status.as_str().len();
        let values = self.gpuwrap_config.weight() + weight_of(&self.sweep_params);
        let code = self.exit_code.as_ref().map_or(0, Json::weight);
        THING + 2 * (texts as u64 + values + code)
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its status.
    pub fn status(&self) -> &RunStatus {
        &self.status
    }

    /// What it executes, if it was created with a command.
    pub fn command(&self) -> Option<&str> {
        self.command.as_deref()
    }

    /// The directory that it executes in.
    pub fn workdir(&self) -> &str {
        &self.workdir
    }

    /// The directory of its logs and artifacts, once it was launched.
    pub fn run_dir(&self) -> Option<&str> {
        self.run_dir.as_deref()
    }

    /// The directory of its experiment tracker, if one was reported.
    pub fn wandb_dir(&self) -> Option<&str> {
        self.wandb_dir.as_deref()
    }

    /// Its metrics.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// When it ended, once that is known.
    pub fn ended_at(&self) -> Option<Timestamp> {
        self.ended_at
    }

    /// What it does by a schedule.
    pub fn schedule(&self) -> Option<&Schedule> {
        self.schedule.as_ref()
    }

    /// What a simulated run has written by `now` or by its end: its command, or its sidecar.
    pub fn simulated_log(&self, sidecar: bool, now: Timestamp) -> String {
        let Some(life) = &self.schedule else {
            return String::new();
        };
        let until = self.ended_at.map_or(now, |end| end.min(now));
        if sidecar {
            life.sidecar_log(&self.id, until)
        } else {
            life.log(&self.id, self.command.as_deref().unwrap_or_default(), until)
        }
    }

    /// Writes the run's keys into a map, as Python's `**run` does.
    fn write_keys<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        for key in self.keys.iter() {
            self.write_key(key, map)?;
        }
        Ok(())
    }

    fn write_key<M: SerializeMap>(&self, key: Key, map: &mut M) -> Result<(), M::Error> {
        let moment = |at: &Option<Timestamp>| at.map(Timestamp::as_secs_f64);
        let name = key.name();
        match key {
            Key::Name => map.serialize_entry(name, &self.name),
            Key::Command => map.serialize_entry(name, &self.command),
            Key::Workdir => map.serialize_entry(name, &self.workdir),
            Key::Status => map.serialize_entry(name, self.status.as_str()),
            Key::CreatedAt => map.serialize_entry(name, &self.created_at.as_secs_f64()),
            Key::IsArchived => map.serialize_entry(name, &self.is_archived),
            Key::SweepId => map.serialize_entry(name, &self.sweep_id),
            Key::SweepParams => map.serialize_entry(name, &self.sweep_params),
            Key::ParentRunId => map.serialize_entry(name, &self.parent_run_id),
            Key::OriginAlertId => map.serialize_entry(name, &self.origin_alert_id),
            Key::ChatSessionId => map.serialize_entry(name, &self.chat_session_id),
            Key::GpuwrapConfig => map.serialize_entry(name, &self.gpuwrap_config),
            Key::TmuxWindow => map.serialize_entry(name, &self.tmux_window),
            Key::TmuxPane => map.serialize_entry(name, &self.tmux_pane),
            Key::RunDir => map.serialize_entry(name, &self.run_dir),
            Key::ExitCode => map.serialize_entry(name, &self.exit_code),
            Key::Error => map.serialize_entry(name, &self.error),
            Key::WandbDir => map.serialize_entry(name, &self.wandb_dir),
            Key::QueuedAt => map.serialize_entry(name, &moment(&self.queued_at)),
            Key::LaunchedAt => map.serialize_entry(name, &moment(&self.launched_at)),
            Key::StartedAt => map.serialize_entry(name, &moment(&self.started_at)),
            Key::StoppedAt => map.serialize_entry(name, &moment(&self.stopped_at)),
            Key::EndedAt => map.serialize_entry(name, &moment(&self.ended_at)),
            Key::ArchivedAt => map.serialize_entry(name, &moment(&self.archived_at)),
        }
    }
}

/// A run as the endpoints that change it show it: without its metrics.
#[derive(Debug, Clone)]
pub struct PlainRun {
    /// A message ahead of the run's own keys.
    pub message: Option<&'static str>,
    /// The run.
    pub run: Run,
}

impl Serialize for PlainRun {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(message) = self.message {
            map.serialize_entry("message", message)?;
        }
        map.serialize_entry("id", &self.run.id)?;
        self.run.write_keys(&mut map)?;
        map.end()
    }
}

/// A run as the endpoints that read it show it: with its metrics, once it has a directory.
#[derive(Debug, Clone, Copy)]
pub struct FullRun<'a>(pub &'a Run);

impl Serialize for FullRun<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.0.id)?;
        self.0.write_keys(&mut map)?;
        if self.0.run_dir.is_some() {
            self.0.metrics.write_summary(&mut map)?;
        }
        map.end()
    }
}
