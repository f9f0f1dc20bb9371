//! A sweep: a named group of runs, whose status follows from theirs.

use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use super::room::THING;
use super::status::{RUN_STATUS_KINDS, RunStatus, SweepStatus};
use crate::clock::Timestamp;
use crate::json::{Json, Object, str_of, weight_of};
use crate::python_text;

/// A sweep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    pub(super) id: String,
    pub(super) is_wild: bool,
    pub(super) name: String,
    pub(super) base_command: String,
    pub(super) workdir: String,
    pub(super) parameters: Object,
    /// Saved with the runs, so that saving a change does not cost the list.
    #[serde(skip)]
    pub(super) run_ids: Vec<String>,
    pub(super) status: SweepStatus,
    pub(super) created_at: Timestamp,
    pub(super) goal: Option<String>,
    pub(super) max_runs: Json,
    pub(super) ui_config: Option<Object>,
    pub(super) chat_session_id: Option<String>,
    pub(super) creation_context: CreationContext,
    /// Counted again from the runs when the state is restored.
    #[serde(skip)]
    pub(super) progress: Progress,
    pub(super) started_at: Option<Timestamp>,
    pub(super) completed_at: Option<Timestamp>,
}

impl Sweep {
    /// About how many bytes it takes, with what is remembered of how it was made.
    pub(super) fn weight(&self) -> u64 {
        let texts = [
            Some(&self.name),
            Some(&self.base_command),
            self.goal.as_ref(),
        ];
        let twice: usize = texts.into_iter().flatten().map(String::len).sum();
        let chat = self.chat_session_id.as_ref().map_or(0, String::len);
        let values = weight_of(&self.parameters) + self.max_runs.weight();
        let shown = self.ui_config.as_ref().map_or(0, weight_of);
        THING
            + (2 * twice + self.workdir.len() + chat) as u64
            + values
            + shown
            + self.creation_context.weight()
    }

    /// How many bytes each of its runs has of it.
    pub(super) fn weight_in_run(&self) -> u64 {
        let chat = self.chat_session_id.as_ref().map_or(0, String::len);
        2 * chat as u64
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether it came from `POST /sweeps/wild`.
    pub fn is_wild(&self) -> bool {
        self.is_wild
    }

    /// The ids of its runs, in the order in which they joined.
    pub fn run_ids(&self) -> &[String] {
        &self.run_ids
    }

    /// Its status.
    pub fn status(&self) -> SweepStatus {
        self.status
    }

    /// How its runs stand.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Derives the status from the runs, and the moments that go with it.
    pub(super) fn derive_status(&mut self, now: Timestamp) {
        self.status = self.progress.sweep_status(self.status);
        match self.status {
            SweepStatus::Running => {
                self.started_at.get_or_insert(now);
                self.completed_at = None;
            }
            status if status.is_terminal() => {
                self.completed_at.get_or_insert(now);
            }
            _ => self.completed_at = None,
        }
    }
}

impl Sweep {
    /// Writes the sweep as the wire shows it; the derive is for the saved state.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("base_command", &self.base_command)?;
        map.serialize_entry("workdir", &self.workdir)?;
        map.serialize_entry("parameters", &self.parameters)?;
        map.serialize_entry("run_ids", &self.run_ids)?;
        map.serialize_entry("status", self.status.as_str())?;
        map.serialize_entry("created_at", &self.created_at.as_secs_f64())?;
        map.serialize_entry("goal", &self.goal)?;
        if self.is_wild {
            map.serialize_entry("is_wild", &true)?;
            map.serialize_entry("chat_session_id", &self.chat_session_id)?;
            map.serialize_entry("ui_config", &self.ui_config)?;
        } else {
            map.serialize_entry("max_runs", &self.max_runs)?;
            map.serialize_entry("ui_config", &self.ui_config)?;
            map.serialize_entry("chat_session_id", &self.chat_session_id)?;
        }
        map.serialize_entry("creation_context", &WireContext(self))?;
        map.serialize_entry("progress", &self.progress)?;
        if self.is_wild && self.max_runs != Json::Null {
            map.serialize_entry("max_runs", &self.max_runs)?;
        }
        if let Some(at) = self.started_at {
            map.serialize_entry("started_at", &at.as_secs_f64())?;
        }
        if let Some(at) = self.completed_at {
            map.serialize_entry("completed_at", &at.as_secs_f64())?;
        }
        map.end()
    }
}

/// A sweep as the wire shows it.
#[derive(Debug, Clone, Copy)]
pub struct WireSweep<'a>(pub &'a Sweep);

impl Serialize for WireSweep<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

/// How a sweep's runs stand: a counter for each kind of status.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    counts: [u64; RUN_STATUS_KINDS],
}

impl Progress {
    /// How many runs have the kind of this status.
    pub fn count(&self, status: &RunStatus) -> u64 {
        self.counts[status.kind()]
    }

    /// All runs.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    pub(super) fn add(&mut self, status: &RunStatus) {
        self.counts[status.kind()] += 1;
    }

    pub(super) fn remove(&mut self, status: &RunStatus) {
        let count = &mut self.counts[status.kind()];
        *count = count.saturating_sub(1);
    }

    fn sweep_status(&self, before: SweepStatus) -> SweepStatus {
        let count = |status: RunStatus| self.count(&status);
        let ended =
            count(RunStatus::Finished) + count(RunStatus::Failed) + count(RunStatus::Stopped);
        if self.total() == 0 {
            if before == SweepStatus::Draft {
                SweepStatus::Draft
            } else {
                SweepStatus::Pending
            }
        } else if count(RunStatus::Running) + count(RunStatus::Launching) > 0 {
            SweepStatus::Running
        } else if count(RunStatus::Queued) + count(RunStatus::Ready) > 0 {
            SweepStatus::Pending
        } else if ended < self.total() {
            SweepStatus::Running
        } else if count(RunStatus::Failed) > 0 {
            SweepStatus::Failed
        } else if count(RunStatus::Finished) > 0 {
            SweepStatus::Completed
        } else {
            SweepStatus::Canceled
        }
    }
}

impl Serialize for Progress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(RUN_STATUS_KINDS))?;
        map.serialize_entry("total", &self.total())?;
        for (name, status) in [
            ("completed", RunStatus::Finished),
            ("failed", RunStatus::Failed),
            ("running", RunStatus::Running),
            ("launching", RunStatus::Launching),
            ("ready", RunStatus::Ready),
            ("queued", RunStatus::Queued),
            ("canceled", RunStatus::Stopped),
        ] {
            map.serialize_entry(name, &self.count(&status))?;
        }
        map.end()
    }
}

/// What is remembered of how a sweep was made.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CreationContext {
    name: Option<String>,
    goal: Option<String>,
    description: Option<String>,
    pub(super) command: Option<String>,
    notes: Option<String>,
    max_runs: Json,
    parallel_runs: Json,
    early_stopping_enabled: Option<bool>,
    early_stopping_patience: Json,
    hyperparameter_count: usize,
    metric_count: Option<usize>,
    insight_count: Option<usize>,
    ui_config_snapshot: Object,
}

impl CreationContext {
    /// About how many bytes it takes beside what stands in the sweep.
    fn weight(&self) -> u64 {
        let texts = [&self.description, &self.notes];
        let texts: usize = texts.into_iter().flatten().map(String::len).sum();
        texts as u64 + weight_of(&self.ui_config_snapshot)
    }

    /// Derives the context from a sweep's fields; what its `ui_config` says has precedence.
    pub(super) fn derive(
        name: &str,
        goal: Option<&str>,
        base_command: &str,
        max_runs: &Json,
        parameters: &Object,
        ui_config: Option<&Object>,
    ) -> Self {
        let ui = ui_config.cloned().unwrap_or_default();
        let text = |key: &str| optional_text(ui.get(key));
        let given = |text: &str| optional_text(Some(&text.into()));
        let number = |key: &str| optional_int(ui.get(key).unwrap_or(&Json::Null));
        let length = |key: &str| ui.get(key).and_then(Json::as_array).map(<[Json]>::len);
        Self {
            name: text("name").or_else(|| given(name)),
            goal: text("goal").or_else(|| goal.and_then(given)),
            description: text("description"),
            command: text("command").or_else(|| given(base_command)),
            notes: text("notes"),
            max_runs: match number("maxRuns") {
                Json::Null => optional_int(max_runs),
                from_ui => from_ui,
            },
            parallel_runs: number("parallelRuns"),
            early_stopping_enabled: ui.get("earlyStoppingEnabled").and_then(optional_bool),
            early_stopping_patience: number("earlyStoppingPatience"),
            hyperparameter_count: length("hyperparameters").unwrap_or(parameters.len()),
            metric_count: length("metrics"),
            insight_count: length("insights"),
            ui_config_snapshot: ui,
        }
    }
}

/// The context on the wire, where `created_at` stands before the snapshot.
struct WireContext<'a>(&'a Sweep);

impl Serialize for WireContext<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let context = &self.0.creation_context;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &context.name)?;
        map.serialize_entry("goal", &context.goal)?;
        map.serialize_entry("description", &context.description)?;
        map.serialize_entry("command", &context.command)?;
        map.serialize_entry("notes", &context.notes)?;
        map.serialize_entry("max_runs", &context.max_runs)?;
        map.serialize_entry("parallel_runs", &context.parallel_runs)?;
        map.serialize_entry("early_stopping_enabled", &context.early_stopping_enabled)?;
        map.serialize_entry("early_stopping_patience", &context.early_stopping_patience)?;
        map.serialize_entry("hyperparameter_count", &context.hyperparameter_count)?;
        map.serialize_entry("metric_count", &context.metric_count)?;
        map.serialize_entry("insight_count", &context.insight_count)?;
        map.serialize_entry("created_at", &self.0.created_at.as_secs_f64())?;
        map.serialize_entry("ui_config_snapshot", &context.ui_config_snapshot)?;
        map.end()
    }
}

/// Text without the blank space around it; nothing when nothing is left.
fn optional_text(value: Option<&Json>) -> Option<String> {
    let text = match value? {
        Json::Null => return None,
        other => str_of(other),
    };
    let text = python_text::strip(&text);
    (!text.is_empty()).then(|| text.to_owned())
}

/// A whole number, given as one, as a boolean, as a float without a fraction, or as text.
fn optional_int(value: &Json) -> Json {
    match value {
        Json::Int(_) | Json::BigInt(_) => value.clone(),
        Json::Bool(flag) => Json::Int(i64::from(*flag)),
        Json::Float(number) if number.fract() == 0.0 => Json::from_whole(*number),
        Json::Str(text) => python_text::int(python_text::strip(text)).unwrap_or(Json::Null),
        _ => Json::Null,
    }
}

fn optional_bool(value: &Json) -> Option<bool> {
    match value {
        Json::Bool(flag) => Some(*flag),
        Json::Int(number) => Some(*number != 0),
        Json::BigInt(_) => Some(true),
        Json::Str(text) => match python_text::word(text).as_str() {
            "true" | "1" | "yes" | "y" | "on" => Some(true),
            "false" | "0" | "no" | "n" | "off" => Some(false),
            _ => None,
        },
        _ => None,
    }
}
