//! What is done with runs.

use serde::Deserialize;

use super::lifecycle::Schedule;
use super::run::{FullRun, Key, Origin, PlainRun, Run};
use super::status::RunStatus;
use super::{Errand, Refusal, Store, slice_length, toggle};
use crate::clock::Timestamp;
use crate::journal::Change;
use crate::json::{Json, Object, to_bytes};

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

/// What the sidecar reports of a run.
#[derive(Debug, Clone, Default)]
pub struct StatusReport {
    /// Any word.
    pub status: String,
    /// Exit code of the command.
    pub exit_code: Option<Json>,
    /// Error message; an empty one is ignored, as are the empty texts below.
    pub error: Option<String>,
    /// Its tmux pane.
    pub tmux_pane: Option<String>,
    /// The directory of its experiment tracker.
    pub wandb_dir: Option<String>,
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

    /// Launches a run: simulated ones get their schedule, others are handed to the executor.
    pub(super) fn launch(&mut self, index: usize, now: Timestamp) -> Result<(), Refusal> {
        let run = &mut self.runs[index];
        let Some(command) = run.command.clone() else {
            // The real server fails with Python's words for the missing key.
            return Err(Refusal::Broken("'command'".to_owned()));
        };
        let run_dir = format!("{}/.agents/runs/{}", self.config.workdir, run.id);
        run.keys.assign(Key::GpuwrapConfig);
        run.tmux_window = Some(format!("ra-{}", run.id.chars().take(8).collect::<String>()));
        run.run_dir = Some(run_dir.clone());
        run.launched_at = Some(now);
        if self.config.executed {
            self.outbox.errands.push(Errand::Spawn {
                run_id: run.id.clone(),
                command,
                workdir: run.workdir.clone(),
                run_dir,
            });
        } else {
            run.schedule = Some(Schedule::new(self.config.profiles.resolve(&command), now));
        }
        self.set_status(index, &RunStatus::Launching, now, false);
        for key in [Key::TmuxWindow, Key::RunDir, Key::LaunchedAt] {
            self.runs[index].keys.assign(key);
        }
        self.plan_next_step(index);
        Ok(())
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
        let shown: Vec<FullRun<'_>> = if archived {
            let count = slice_length(self.runs.len(), limit);
            self.runs.iter().rev().take(count).map(FullRun).collect()
        } else {
            let count = slice_length(self.visible.len(), limit);
            self.visible
                .iter()
                .rev()
                .take(count)
                .map(|&at| FullRun(&self.runs[at]))
                .collect()
        };
        to_bytes(&shown)
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
        self.outbox.touched.runs.insert(index);
        self.effect(now, Change::RunEdited { run: id.to_owned() });
        outcome.map(|()| &self.runs[index])
    }

    fn apply_patch(&mut self, index: usize, patch: RunPatch) -> Result<(), Refusal> {
        let run = &mut self.runs[index];
        if let Some(command) = patch.command {
            let command = non_empty(&command, "Run command cannot be empty")?;
            let before = run.command.as_deref().unwrap_or_default().trim();
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

    /// Queues a ready run.
    pub fn queue_run(&mut self, id: &str, now: Timestamp) -> Result<PlainRun, Refusal> {
        let index = self.run_at(id)?;
        let status = &self.runs[index].status;
        if *status != RunStatus::Ready {
            return Err(Refusal::Invalid(format!(
                "Run is not ready (status: {status})"
            )));
        }
        self.mark_queued(index, now);
        Ok(self.plain(index, Some("Run queued")))
    }

    fn mark_queued(&mut self, index: usize, now: Timestamp) {
        self.set_status(index, &RunStatus::Queued, now, false);
        let run = &mut self.runs[index];
        run.queued_at = Some(now);
        run.keys.assign(Key::QueuedAt);
    }

    /// Starts a ready or queued run; returns its tmux window.
    pub fn start_run(&mut self, id: &str, now: Timestamp) -> Result<String, Refusal> {
        let index = self.run_at(id)?;
        let status = &self.runs[index].status;
        if !status.is_startable() {
            return Err(Refusal::Invalid(format!(
                "Run cannot be started (status: {status})"
            )));
        }
        self.start_at(index, now)?;
        Ok(self.runs[index].tmux_window.clone().unwrap_or_default())
    }

    pub(super) fn start_at(&mut self, index: usize, now: Timestamp) -> Result<(), Refusal> {
        if self.runs[index].status == RunStatus::Ready {
            self.mark_queued(index, now);
        }
        self.launch(index, now)
    }

    /// Stops an active run. Its end gets a moment with the next read.
    pub fn stop_run(&mut self, id: &str, now: Timestamp) -> Result<(), Refusal> {
        let index = self.run_at(id)?;
        let run = &mut self.runs[index];
        if !run.status.is_active() {
            let status = &run.status;
            return Err(Refusal::Invalid(format!(
                "Run is not active (status: {status})"
            )));
        }
        run.stopped_at = Some(now);
        run.keys.assign(Key::StoppedAt);
        self.set_status(index, &RunStatus::Stopped, now, false);
        self.plan_next_step(index);
        if self.config.executed {
            self.outbox.errands.push(Errand::Kill {
                run_id: id.to_owned(),
            });
        }
        Ok(())
    }

    /// Creates a run like another one.
    pub fn rerun(&mut self, id: &str, how: Rerun, now: Timestamp) -> Result<PlainRun, Refusal> {
        let source = &self.runs[self.run_at(id)?];
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

    /// Takes the sidecar's report in; an unknown id makes a bare run. From here on the report and
    /// not the schedule decides what the run does.
    pub fn report_status(&mut self, id: &str, report: StatusReport, now: Timestamp) {
        let index = self
            .run_at(id)
            .unwrap_or_else(|_| self.insert_reported(id, now));
        let mut status = RunStatus::from(report.status.trim().to_lowercase());
        let run = &mut self.runs[index];
        run.schedule = run.schedule.take().filter(|_| run.status == status);
        if let Some(code) = report.exit_code {
            run.exit_code = Some(code);
            run.keys.assign(Key::ExitCode);
        }
        let texts = [
            (report.error, &mut run.error, Key::Error),
            (report.tmux_pane, &mut run.tmux_pane, Key::TmuxPane),
            (report.wandb_dir, &mut run.wandb_dir, Key::WandbDir),
        ];
        for (text, field, key) in texts {
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                *field = Some(text);
                run.keys.assign(key);
            }
        }
        if status == RunStatus::Finished
            && let Some(code) = run.exit_code.as_ref().filter(|code| **code != Json::Int(0))
        {
            status = RunStatus::Failed;
            if run.error.is_none() {
                run.error = Some(format!(
                    "Process exited with code {}",
                    crate::json::str_of(code)
                ));
                run.keys.assign(Key::Error);
            }
        }
        run.keys.assign(Key::Status);
        if status == RunStatus::Running && run.started_at.is_none() {
            run.started_at = Some(now);
            run.keys.assign(Key::StartedAt);
        } else if status.is_terminal() {
            run.ended_at = Some(now);
            run.keys.assign(Key::EndedAt);
        }
        self.set_status(index, &status, now, false);
        self.plan_next_step(index);
    }

    fn insert_reported(&mut self, id: &str, now: Timestamp) -> usize {
        // The status that it is counted with until the report sets one.
        let unset = RunStatus::Other("".into());
        let run = Run::new(id.to_owned(), Origin::Reported, unset, now);
        self.insert_run(run)
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
        run.metrics.append(&rows);
        let change = Change::MetricsAppended {
            run: run.id.clone(),
            rows: rows.len() as u64,
        };
        self.outbox.touched.rows.push((index, rows));
        self.effect(now, change);
    }

    /// A run's command was started by the executor.
    pub fn executed_started(&mut self, id: &str, now: Timestamp) {
        if let Ok(index) = self.run_at(id)
            && self.runs[index].status == RunStatus::Launching
        {
            self.command_started(index, now, true);
        }
    }

    /// A run's command has ended; a run that was stopped stays stopped.
    pub fn executed_ended(&mut self, id: &str, exit_code: i64, now: Timestamp) {
        if let Ok(index) = self.run_at(id)
            && self.runs[index].status.is_active()
        {
            self.command_ended(index, exit_code, now);
        }
    }

    /// After a restart: the commands of executed runs that were active are gone.
    pub fn fail_orphans(&mut self, now: Timestamp) {
        let active = |run: &Run| run.status.is_active() && run.schedule.is_none();
        let orphans: Vec<usize> = (0..self.runs.len())
            .filter(|&index| active(&self.runs[index]))
            .collect();
        for index in orphans {
            let run = &mut self.runs[index];
            run.error = Some("The server was restarted while the run was active".to_owned());
            run.keys.assign(Key::Error);
            run.ended_at = Some(now);
            run.keys.assign(Key::EndedAt);
            self.set_status(index, &RunStatus::Failed, now, true);
        }
    }

    fn plain(&self, index: usize, message: Option<&'static str>) -> PlainRun {
        PlainRun {
            message,
            run: self.runs[index].clone(),
        }
    }
}

fn non_empty(text: &str, message: &str) -> Result<String, Refusal> {
    match text.trim() {
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
