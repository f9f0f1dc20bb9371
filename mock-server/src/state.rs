//! What changes under one lock, and its way to the state file.

use crate::clock::Timestamp;
use crate::persist::{SaveError, Saved, StateLog};
use crate::skills::SkillSet;
use crate::store::{StateRecord, Store};

/// What changes under one lock, so that it is saved in the order in which it changed.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) skills: SkillSet,
    pub(crate) log: Option<StateLog>,
}

/// What becomes of what cannot be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unsaved {
    /// It is taken back: somebody asked for it, and can be told.
    TakenBack,
    /// It stays, and is saved with what changes next: it follows from what is saved, such as that a
    /// run has gone on by now, or has happened already, such as that a command has ended.
    Kept,
}

impl State {
    /// Makes up for what could not be read or saved when it should have been, as far as what comes next
    /// needs it: what is not saved could not be gone back to.
    pub(crate) fn catch_up(&mut self, next: Unsaved, now: Timestamp) -> Result<(), SaveError> {
        let Self { store, skills, log } = self;
        let Some(log) = log else { return Ok(()) };
        if let Some(records) = log.owed()? {
            store.restore(records, now);
        }
        if next == Unsaved::Kept {
            return Ok(());
        }
        let waiting = store.take_touched();
        if waiting.is_empty() {
            return Ok(());
        }
        log.save(store, skills, Saved::Touched(&waiting))
            .map_err(|error| {
                store.touch(waiting);
                error.into()
            })
    }

    /// Saves changed skills; when that fails, they are as they were before.
    pub(crate) fn save_skills(
        &mut self,
        before: Option<SkillSet>,
        changed: impl FnOnce(&SkillSet) -> Vec<StateRecord>,
    ) -> Result<(), SaveError> {
        let Self { store, skills, log } = self;
        let (Some(before), Some(log)) = (before, log) else {
            return Ok(());
        };
        let records = changed(skills);
        log.save(store, skills, Saved::Skills(&records))
            .map_err(|error| {
                *skills = before;
                error.into()
            })
    }
}
