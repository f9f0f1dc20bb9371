//! What simulated runs do by themselves: an agenda of their next steps, earliest first.

use std::cmp::Reverse;

use super::Store;
use super::lifecycle::{Schedule, Step};
use super::run::Key;
use super::status::RunStatus;
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
            Step::End => {
                let code = self.runs[index]
                    .schedule
                    .as_ref()
                    .map_or(0, Schedule::exit_code);
                self.command_ended(index, code, at);
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
