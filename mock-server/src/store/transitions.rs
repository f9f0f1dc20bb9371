//! How a run gets from one status to the next.

use std::path::{Component, Path, PathBuf};

use super::keys::{Key, Origin};
use super::lifecycle::RunMode;
use super::run::{PlainRun, Run};
use super::schedule::Schedule;
use super::status::RunStatus;
use super::{Errand, Refusal, Store};
use crate::clock::Timestamp;
use crate::imitation::{Called, Launched};
use crate::json::Json;
use crate::python_text;

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

impl Store {
    /// Launches a run: simulated ones get their schedule, others are handed to the executor.
    pub(super) fn launch(&mut self, index: usize, now: Timestamp) -> Result<(), Refusal> {
        let Some(command) = self.runs[index].command.clone() else {
            // The real server fails with Python's words for the missing key.
            return Err(Refusal::Broken("'command'".to_owned()));
        };
        let run = &self.runs[index];
        let earlier = |name: &str, path: &str| self.finished_with(name, &self.place(run, path));
        let launched = Launched {
            run_id: &run.id,
            command: &command,
        };
        let doings = self.config.profiles.resolve(launched, &earlier);
        let run = &mut self.runs[index];
        let run_dir = format!("{}/.agents/runs/{}", self.config.workdir, run.id);
        run.keys.assign(Key::GpuwrapConfig);
        run.tmux_window = Some(format!("ra-{}", run.id.chars().take(8).collect::<String>()));
        run.run_dir = Some(run_dir.clone());
        run.launched_at = Some(now);
        run.schedule = match self.config.mode {
            RunMode::Executed => None,
            RunMode::Simulated => Some(Schedule::new(doings, now)),
            RunMode::Scheduled => {
                self.in_process.insert(index);
                Some(Schedule::of_process(&doings.profile, now))
            }
        };
        if self.config.mode != RunMode::Simulated {
            self.outbox.errands.push(Errand::Spawn {
                run_id: run.id.clone(),
                command,
                workdir: run.workdir.clone(),
                run_dir,
            });
        }
        self.set_status(index, &RunStatus::Launching, now, false);
        for key in [Key::TmuxWindow, Key::RunDir, Key::LaunchedAt] {
            self.runs[index].keys.assign(key);
        }
        self.plan_next_step(index);
        Ok(())
    }

    /// How the newest finished run called its program whose argument `name` was the place `path`.
    fn finished_with(&self, name: &str, path: &Path) -> Option<Called> {
        let is_finished = |run: &&Run| run.status == RunStatus::Finished;
        let mut finished = self.runs.iter().rev().filter(is_finished);
        finished.find_map(|run| {
            let called = self.config.profiles.called(run.command.as_deref()?)?;
            let is_there = self.place(run, &called.path(name)?) == path;
            is_there.then_some(called)
        })
    }

    /// The place of a path as seen from where a run's command begins. Links are not followed: nothing is
    /// where simulated runs say.
    fn place(&self, run: &Run, path: &str) -> PathBuf {
        let path = Path::new(&self.config.workdir)
            .join(&run.workdir)
            .join(path);
        let mut place = PathBuf::new();
        for part in path.components() {
            if part == Component::ParentDir {
                place.pop();
            } else {
                place.push(part);
            }
        }
        place
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
        self.cut_short(index, now);
        Ok(())
    }

    /// Ends the work of a run that was stopped.
    fn cut_short(&mut self, index: usize, now: Timestamp) {
        let run = &self.runs[index];
        if self.is_of_process(run) {
            let run_id = run.id.clone();
            self.outbox.errands.push(Errand::Kill { run_id });
        } else {
            self.leave_files(index, now);
        }
    }

    /// What a run's sidecar does when it is told to stop: it ends the command, and reports that. A run
    /// that was never launched has no sidecar.
    pub(super) fn stop_by_sidecar(&mut self, id: &str, now: Timestamp) {
        let Ok(index) = self.run_at(id) else { return };
        let run = &self.runs[index];
        let has_sidecar = run.schedule.is_some() || self.is_executed() && run.run_dir.is_some();
        if !(has_sidecar && run.status.is_active()) {
            return;
        }
        let report = StatusReport {
            status: RunStatus::Stopped.to_string(),
            ..StatusReport::default()
        };
        self.cut_short(index, now);
        self.report_status(id, report, now);
    }

    /// Takes the sidecar's report in; an unknown id makes a bare run. From here on the report and
    /// not the schedule decides what the run does.
    pub fn report_status(&mut self, id: &str, report: StatusReport, now: Timestamp) {
        let index = self
            .run_at(id)
            .unwrap_or_else(|_| self.insert_reported(id, now));
        let mut status = RunStatus::from(python_text::word(&report.status));
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
}
