//! Which plays of a run are over, for `run.json`.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::engine::CaseOutcome;
use crate::evidence::{Part, PlayState, Plays, RunState};
use crate::runner::{Event, Playlist};

/// The plays of a run, while it goes on.
#[derive(Debug)]
pub(super) struct Register(Mutex<Plays>);

impl Register {
    /// Everything is to come.
    pub(super) fn new(playlist: &Playlist, part: Part) -> Self {
        Self(Mutex::new(Plays::to_come(playlist.folders(), part)))
    }

    pub(super) fn hear(&self, event: &Event<'_>) {
        let (name, state) = match event {
            Event::CaseStarted { name } => (*name, PlayState::Begun),
            Event::Halted { name } => (*name, PlayState::NotPlayed),
            Event::CaseJudged { name, report, .. } => (*name, state(&report.outcome)),
            Event::Started { .. }
            | Event::NotNeeded { .. }
            | Event::NotCommitted { .. }
            | Event::LeftBehind { .. }
            | Event::Ended => return,
        };
        let mut plays = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        plays.plays.insert(name.to_owned(), state);
    }

    /// Writes how far the run is.
    pub(super) fn write(&self, state: RunState, folder: &Path) -> Result<(), String> {
        let mut plays = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        plays.state = state;
        let written = plays.write(folder);
        let where_to = folder.display();
        written.map_err(|error| format!("cannot write {where_to}/run.json: {error}"))
    }
}

fn state(outcome: &CaseOutcome) -> PlayState {
    match outcome {
        CaseOutcome::NotPlayed(_) | CaseOutcome::Spared(_) => PlayState::NotPlayed,
        CaseOutcome::CutShort(_) => PlayState::CutShort,
        CaseOutcome::HarnessError(_) => PlayState::Failed,
        CaseOutcome::Conformant
        | CaseOutcome::NonConformant
        | CaseOutcome::ControlPending(_)
        | CaseOutcome::CouldNotRun(_) => PlayState::Played,
    }
}
