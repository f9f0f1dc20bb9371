//! What simulated runs do by themselves: an agenda of their next steps, earliest first.

use std::cmp::Reverse;

use super::keys::Key;
use super::schedule::{Schedule, Step};
use super::status::RunStatus;
use super::{Errand, Store};
use crate::clock::Timestamp;
use crate::json::Json;

impl Store {
    /// Lets everything happen that simulated runs do until `now`, in order of time.
    pub fn advance(&mut self, now: Timestamp) {
        while let Some(Reverse((at, run, ticket))) = self.due.peek().copied()
            && at <= now
        {
            self.due.pop();
            if self.next_step.get(&run) == Some(&ticket) {
                self.next_step.remove(&run);
                self.go_on(run, at);
            }
        }
    }

    fn go_on(&mut self, index: usize, at: Timestamp) {
        let run = &self.runs[index];
        let Some((_, step)) = run
            .schedule
            .as_ref()
            .and_then(|life| life.next(&run.status))
        else {
            return;
        };
        match step {
            Step::Start => self.command_started(index, at, true),
            Step::Report => self.report_simulated_metrics(index, at),
            // It goes on when the process has ended.
            Step::End if self.in_process.contains(&index) => return,
            Step::End => {
                let code = self.runs[index]
                    .schedule
                    .as_ref()
                    .map_or(0, Schedule::exit_code);
                self.command_ended(index, code, at);
                self.leave_files(index, at);
            }
        }
        self.plan_next_step(index);
    }

    /// Puts a run's next step on the agenda, and takes its former one off.
    pub(super) fn plan_next_step(&mut self, index: usize) {
        let run = &self.runs[index];
        match run
            .schedule
            .as_ref()
            .and_then(|life| life.next(&run.status))
        {
            Some((at, _)) => {
                self.due_issued += 1;
                self.next_step.insert(index, self.due_issued);
                self.due.push(Reverse((at, index, self.due_issued)));
            }
            None => {
                self.next_step.remove(&index);
            }
        }
    }

    /// The runs that are to have ended by `now` and whose processes have not.
    pub fn overdue(&self, now: Timestamp) -> Vec<String> {
        let runs = self.in_process.iter().map(|&index| &self.runs[index]);
        runs.filter(|run| {
            let ends_at = run.schedule.as_ref().map(Schedule::ends_at);
            run.status.is_active() && ends_at.is_some_and(|at| at <= now)
        })
        .map(|run| run.id.clone())
        .collect()
    }

    /// The process of a run whose end is scheduled has ended; tells whether there is such a run.
    pub fn process_ended(&mut self, id: &str, exit_code: i64) -> bool {
        let Ok(index) = self.run_at(id) else {
            return false;
        };
        let life = self.runs[index].schedule.as_mut();
        let Some(life) = life.filter(|life| life.is_of_process()) else {
            return false;
        };
        life.process_ended(exit_code);
        self.in_process.remove(&index);
        self.outbox.touched.runs.insert(index);
        self.plan_next_step(index);
        true
    }

    /// Has the files written that a simulated run leaves when it ends at `at`.
    pub(super) fn leave_files(&mut self, index: usize, at: Timestamp) {
        let run = &self.runs[index];
        let Some(life) = &run.schedule else { return };
        let command = run.command.as_deref().unwrap_or_default();
        let files = life.left(&run.id, command, at);
        if !files.is_empty() {
            self.outbox.errands.push(Errand::Leave {
                workdir: run.workdir.clone(),
                files,
            });
        }
    }

    fn report_simulated_metrics(&mut self, index: usize, at: Timestamp) {
        let run = &mut self.runs[index];
        if let Some(row) = run.schedule.as_mut().and_then(Schedule::report) {
            // What was reported is saved as rows, and how far the schedule is with the run.
            self.outbox.touched.runs.insert(index);
            self.append_rows(index, vec![row], at);
        }
    }

    /// A run's command has started.
    pub(super) fn command_started(&mut self, index: usize, at: Timestamp, by_itself: bool) {
        self.panes += 1;
        let pane = format!("%{}", self.panes);
        let run = &mut self.runs[index];
        run.tmux_pane = Some(pane);
        run.keys.assign(Key::TmuxPane);
        run.started_at.get_or_insert(at);
        run.keys.assign(Key::StartedAt);
        self.set_status(index, &RunStatus::Running, at, by_itself);
    }

    /// A run's command has ended with an exit code.
    pub(super) fn command_ended(&mut self, index: usize, code: i64, at: Timestamp) {
        let run = &mut self.runs[index];
        run.exit_code = Some(Json::Int(code));
        run.keys.assign(Key::ExitCode);
        let status = if code == 0 {
            RunStatus::Finished
        } else {
            RunStatus::Failed
        };
        if code != 0 && run.error.as_deref().unwrap_or_default().is_empty() {
            run.error = Some(format!("Process exited with code {code}"));
            run.keys.assign(Key::Error);
        }
        run.ended_at = Some(at);
        run.keys.assign(Key::EndedAt);
        self.set_status(index, &status, at, true);
    }
}
