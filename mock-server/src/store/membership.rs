//! Which runs a sweep has, and starting them.

use super::keys::Key;
use super::status::{RunStatus, SweepStatus};
use super::{Refusal, Store};
use crate::clock::Timestamp;
use crate::journal::Change;

impl Store {
    /// Puts a run into a sweep's list and counters.
    pub(super) fn join(&mut self, run: usize, sweep: usize, at: Timestamp) {
        self.joins += 1;
        self.runs[run].joined = self.joins;
        let id = self.runs[run].id.clone();
        let target = &mut self.sweeps[sweep];
        target.run_ids.push(id);
        target.progress.add(&self.runs[run].status);
        target.derive_status(at);
        self.outbox.touched.sweeps.insert(sweep);
    }

    /// Moves a run into a sweep; returns what is to be told.
    pub fn add_to_sweep(
        &mut self,
        run_id: &str,
        sweep_id: &str,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        let run = self.run_at(run_id)?;
        let target = self.sweep_at(sweep_id)?;
        let source = self.sweep_of(run);
        if source == Some(target) {
            return Ok(format!("Run {run_id} is already in sweep {sweep_id}"));
        }
        let status = self.runs[run].status.clone();
        if let Some(source) = source {
            if status.is_active() || status == RunStatus::Queued {
                return Err(Refusal::Conflict(
                    "Cannot move an active/queued run between sweeps. \
                     Stop it first or rerun into a new sweep."
                        .to_owned(),
                ));
            }
            self.leave(run, source, now);
        }
        let from = self.runs[run].sweep_id.replace(sweep_id.to_owned());
        self.runs[run].keys.assign(Key::SweepId);
        self.join(run, target, now);
        self.reweigh(run);
        self.outbox.touched.runs.insert(run);
        let (run, to) = (run_id.to_owned(), sweep_id.to_owned());
        self.effect(now, Change::RunAttached { run, from, to });
        Ok(format!("Run {run_id} added to sweep {sweep_id}"))
    }

    fn leave(&mut self, run: usize, sweep: usize, now: Timestamp) {
        let (id, status) = (&self.runs[run].id, &self.runs[run].status);
        let source = &mut self.sweeps[sweep];
        source.run_ids.retain(|member| member != id);
        source.progress.remove(status);
        source.derive_status(now);
        self.outbox.touched.sweeps.insert(sweep);
    }

    /// Launches up to `parallel` ready or queued runs; tells how many were started and tried.
    pub fn start_sweep(
        &mut self,
        id: &str,
        parallel: i64,
        now: Timestamp,
    ) -> Result<(u64, u64), Refusal> {
        let at = self.sweep_at(id)?;
        if self.sweeps[at].status == SweepStatus::Draft {
            return Err(Refusal::Invalid(
                "Draft sweep has no runnable jobs yet".to_owned(),
            ));
        }
        let wanted = u64::try_from(parallel).unwrap_or(0);
        let (mut started, mut tried) = (0, 0);
        let candidates: Vec<usize> = self.sweeps[at]
            .run_ids
            .iter()
            .filter_map(|id| self.run_index.get(id).copied())
            .filter(|&index| self.runs[index].status.is_startable())
            .collect();
        for index in candidates {
            if started >= wanted {
                break;
            }
            tried += 1;
            if self.start_at(index, now).is_ok() {
                started += 1;
            }
        }
        Ok((started, tried))
    }
}
