//! What is done with runs.

use std::sync::Arc;

use serde::Deserialize;

use super::keys::{Key, Origin};
use super::run::{PlainRun, Run};
use super::shelf::Choice;
use super::status::RunStatus;
use super::{Refusal, Store, slice_length, toggle};
use crate::clock::Timestamp;
use crate::journal::Change;
use crate::json::{Json, Object};
use crate::python_text;

/// A run to be created.
#[derive(Debug, Clone, Default)]
pub struct NewRun {
    /// Name for people.
    pub name: String,
    /// Command for a shell.
    pub command: String,
    /// Where it runs; the server's directory when absent or empty.
    pub workdir: Option<String>,
    /// Its sweep; empty means none.
    pub sweep_id: Option<String>,
    /// The run that it repeats.
    pub parent_run_id: Option<String>,
    /// The alert that it answers.
    pub origin_alert_id: Option<String>,
    /// The chat session that asked for it.
    pub chat_session_id: Option<String>,
    /// Whether it starts at once.
    pub auto_start: bool,
    /// Settings of the GPU wrapper.
    pub gpuwrap_config: Option<Json>,
}

/// New values for a run's fields.
#[derive(Debug, Clone, Default)]
pub struct RunPatch {
    /// Name.
    pub name: Option<String>,
    /// Command.
    pub command: Option<String>,
    /// Working directory.
    pub workdir: Option<String>,
}

/// How a rerun differs from its source.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Rerun {
    /// Another command; an empty one means the same.
    pub command: Option<String>,
    /// Whether it starts at once.
    pub auto_start: bool,
    /// The alert that it answers.
    pub origin_alert_id: Option<String>,
    /// Other settings of the GPU wrapper.
    pub gpuwrap_config: Option<Json>,
}

impl Store {
    /// Creates a run, and launches it if it is to start at once.
    pub fn create_run(&mut self, new: NewRun, now: Timestamp) -> Result<PlainRun, Refusal> {
        if let Some(sweep) = new.sweep_id.as_deref().filter(|id| !id.is_empty())
            && !self.sweep_index.contains_key(sweep)
        {
            return Err(Refusal::NotFound(format!("Sweep not found: {sweep}")));
        }
        let auto_start = new.auto_start;
        let run = self.new_run(new, Origin::Created, now);
        let index = self.insert_run(run);
        if auto_start {
            self.launch(index, now)?;
        }
        Ok(self.plain(index, None))
    }

    /// Creates a run in a sweep. `auto_start` only queues it, as the real server does.
    pub fn attach_new_run(
        &mut self,
        sweep_id: &str,
        mut new: NewRun,
        now: Timestamp,
    ) -> Result<PlainRun, Refusal> {
        let sweep = self.sweep_at(sweep_id)?;
        self.require_room(self.sweeps[sweep].weight_in_run())?;
        if new
            .chat_session_id
            .as_deref()
            .unwrap_or_default()
            .is_empty()
        {
            new.chat_session_id
                .clone_from(&self.sweeps[sweep].chat_session_id);
        }
        new.sweep_id = Some(sweep_id.to_owned());
        let run = self.new_run(new, Origin::Attached, now);
        let index = self.insert_run(run);
        Ok(self.plain(index, None))
    }

    fn new_run(&mut self, new: NewRun, origin: Origin, now: Timestamp) -> Run {
        let status = if new.auto_start {
            RunStatus::Queued
        } else {
            RunStatus::Ready
        };
        let mut run = Run::new(self.ids.short(), origin, status, now);
        run.name = new.name;
        run.command = Some(new.command);
        run.workdir = self.workdir_or_default(new.workdir);
        run.sweep_id = new.sweep_id;
        run.parent_run_id = new.parent_run_id;
        run.origin_alert_id = new.origin_alert_id;
        run.chat_session_id = new.chat_session_id;
        run.gpuwrap_config = normal_gpuwrap(new.gpuwrap_config);
        run
    }

    pub(super) fn workdir_or_default(&self, given: Option<String>) -> String {
        given
            .filter(|dir| !dir.is_empty())
            .unwrap_or_else(|| self.config.workdir.clone())
    }

    /// A run as it is now.
    pub fn run(&mut self, id: &str, now: Timestamp) -> Result<&Run, Refusal> {
        self.settle(now);
        self.run_at(id).map(|index| &self.runs[index])
    }

    /// A run without the effects of a read.
    pub fn peek_run(&self, id: &str) -> Result<&Run, Refusal> {
        self.run_at(id).map(|index| &self.runs[index])
    }

    /// The newest runs, encoded; `limit` cuts as a Python slice does.
    pub fn list_runs(&mut self, archived: bool, limit: i64, now: Timestamp) -> bytes::Bytes {
        self.settle(now);
        if archived {
            let count = slice_length(self.runs.len(), limit);
            let places = (0..self.runs.len()).rev().take(count);
            self.runs.list(Choice::All(count), places)
        } else {
            let count = slice_length(self.visible.len(), limit);
            let places = self.visible.iter().rev().take(count).copied();
            self.runs.list(Choice::Visible(count), places)
        }
    }

    /// Changes a run's fields. What comes before a field that is refused is changed all the same,
    /// as on the real server.
    pub fn update_run(
        &mut self,
        id: &str,
        patch: RunPatch,
        now: Timestamp,
    ) -> Result<&Run, Refusal> {
        let index = self.run_at(id)?;
        let outcome = self.apply_patch(index, patch);
        self.reweigh(index);
        self.outbox.touched.runs.insert(index);
        self.effect(now, Change::RunEdited { run: id.to_owned() });
        outcome.map(|()| &self.runs[index])
    }

    fn apply_patch(&mut self, index: usize, patch: RunPatch) -> Result<(), Refusal> {
        let run = &mut self.runs[index];
        if let Some(command) = patch.command {
            let command = non_empty(&command, "Run command cannot be empty")?;
            let before = python_text::strip(run.command.as_deref().unwrap_or_default());
            if run.status.is_active() && command != before {
                return Err(Refusal::Conflict(
                    "Cannot edit command while run is active. Stop the run first.".to_owned(),
                ));
            }
            run.command = Some(command);
            run.keys.assign(Key::Command);
        }
        if let Some(name) = patch.name {
            run.name = non_empty(&name, "Run name cannot be empty")?;
            run.keys.assign(Key::Name);
        }
        if let Some(workdir) = patch.workdir {
            run.workdir = non_empty(&workdir, "Run workdir cannot be empty")?;
            run.keys.assign(Key::Workdir);
        }
        Ok(())
    }

    /// Creates a run like another one.
    pub fn rerun(&mut self, id: &str, how: Rerun, now: Timestamp) -> Result<PlainRun, Refusal> {
        let source = &self.runs[self.run_at(id)?];
        self.require_room(source.weight())?;
        let command = how
            .command
            .filter(|command| !command.is_empty())
            .or_else(|| source.command.clone().filter(|command| !command.is_empty()))
            .ok_or_else(|| Refusal::Invalid("Command is required for rerun".to_owned()))?;
        let name = if source.keys.has(Key::Name) {
            source.name.as_str()
        } else {
            "Run"
        };
        let new = NewRun {
            name: format!("{name} (Rerun)"),
            command,
            workdir: Some(source.workdir.clone()),
            sweep_id: source.sweep_id.clone(),
            parent_run_id: Some(id.to_owned()),
            origin_alert_id: how.origin_alert_id,
            chat_session_id: source.chat_session_id.clone(),
            auto_start: how.auto_start,
            gpuwrap_config: how
                .gpuwrap_config
                .or_else(|| Some(source.gpuwrap_config.clone())),
        };
        self.create_run(new, now)
    }

    /// Archives a run or takes it back.
    pub fn archive_run(
        &mut self,
        id: &str,
        archive: bool,
        now: Timestamp,
    ) -> Result<PlainRun, Refusal> {
        let index = self.run_at(id)?;
        let run = &mut self.runs[index];
        let before = usize::from(std::mem::replace(&mut run.is_archived, archive));
        run.keys.assign(Key::IsArchived);
        run.archived_at = archive.then_some(now);
        if archive {
            run.keys.assign(Key::ArchivedAt);
        } else {
            run.keys.remove(Key::ArchivedAt);
        }
        let kind = run.status.kind();
        self.counts[before][kind] -= 1;
        self.counts[usize::from(archive)][kind] += 1;
        toggle(&mut self.visible, index, !archive);
        self.outbox.touched.runs.insert(index);
        self.effect(now, Change::RunEdited { run: id.to_owned() });
        Ok(self.plain(index, None))
    }

    /// Appends rows to a run's metrics.
    pub fn append_metrics(
        &mut self,
        id: &str,
        rows: &[Json],
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let index = self.run_at(id)?;
        self.append_rows(index, rows.to_vec(), now);
        Ok(())
    }

    pub(super) fn append_rows(&mut self, index: usize, rows: Vec<Json>, now: Timestamp) {
        let run = &mut self.runs[index];
        let more = Arc::make_mut(&mut run.metrics).append(&rows);
        self.room.replace(0, more);
        let change = Change::MetricsAppended {
            run: run.id.clone(),
            rows: rows.len() as u64,
        };
        self.outbox.touched.rows.push((index, rows));
        self.effect(now, change);
    }

    pub(super) fn plain(&self, index: usize, message: Option<&'static str>) -> PlainRun {
        PlainRun {
            message,
            run: self.runs[index].clone(),
        }
    }
}

fn non_empty(text: &str, message: &str) -> Result<String, Refusal> {
    match python_text::strip(text) {
        "" => Err(Refusal::Invalid(message.to_owned())),
        text => Ok(text.to_owned()),
    }
}

/// Settings of the GPU wrapper without what was not set; nothing when nothing was.
fn normal_gpuwrap(config: Option<Json>) -> Json {
    match config {
        Some(Json::Object(settings)) => {
            let set: Object = settings
                .into_iter()
                .filter(|(_, value)| *value != Json::Null)
                .collect();
            if set.is_empty() {
                Json::Null
            } else {
                Json::Object(set)
            }
        }
        _ => Json::Null,
    }
}
