//! What the store holds, by weight: whether something has room, and what all of it weighs.

use super::alerts::Alert;
use super::grid::{self, MAX_GRID};
use super::room::Room;
use super::sweep::Sweep;
use super::sweeps::NewSweep;
use super::wild::Session;
use super::{Refusal, Store};
use crate::json::Object;

impl Store {
    /// How much is held, and may be.
    pub fn room(&self) -> &Room {
        &self.room
    }

    /// The same, to take note of skills.
    pub fn room_mut(&mut self) -> &mut Room {
        &mut self.room
    }

    /// Refuses what would be too much.
    pub(super) fn require_room(&self, more: u64) -> Result<(), Refusal> {
        self.room.fits(more).map_err(Refusal::Full)
    }

    /// Takes note of what a run weighs now.
    pub(super) fn reweigh(&mut self, run: usize) {
        let (before, now) = self.runs.weigh(run);
        self.room.replace(before, now);
    }

    /// What all that is stored weighs.
    pub(super) fn weight(&self) -> u64 {
        let runs = self.runs.iter();
        let runs: u64 = runs.map(|run| run.weight() + run.metrics.weight()).sum();
        let sweeps: u64 = self.sweeps.iter().map(Sweep::weight).sum();
        let alerts: u64 = self.alerts.iter().map(Alert::weight).sum();
        let sessions: u64 = self.sessions.iter().map(Session::weight).sum();
        runs + sweeps + alerts + sessions + self.cluster.weight()
    }

    /// The combinations of a grid, if its runs have room.
    pub(super) fn combinations(&self, new: &NewSweep) -> Result<Vec<Object>, Refusal> {
        let limit = new.max_runs.saturating_i64().unwrap_or(i64::MAX);
        let count = grid::count(&new.parameters, limit);
        if count > MAX_GRID {
            return Err(Refusal::Invalid(format!(
                "The grid makes {count} runs; at most {MAX_GRID} are allowed"
            )));
        }
        let chat = new.chat_session_id.as_ref().map_or(0, String::len);
        let place = new.workdir.as_ref().map_or(0, String::len);
        let texts = new.name.len() + new.base_command.len() + place + chat;
        self.require_room(grid::weight_of_grid(count, &new.parameters, texts))?;
        Ok(grid::expand(&new.parameters, count))
    }
}
