//! Which plays of a run have their evidence already.
//!
//! Evidence is taken when it is sealed and whole, and of the same case, repetition and conditions. Iterations go on
//! where the one before them ended, so that a play of several is taken as a whole or not at all. What could not run
//! says nothing about the agent, and is played again.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Play, Playlist, chain, playlist};
use crate::engine::{could_run, set_up};
use crate::evidence::Evidence;

/// The plays that need not be played.
#[derive(Debug, Clone, Default)]
pub struct Kept(BTreeMap<String, Vec<Part>>);

/// Something of a play that is judged by itself.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) play: Play,
    /// The name of its folder.
    pub(super) name: String,
}

impl Kept {
    /// Looks through `out` for evidence of the plays of `playlist` under conditions with this digest.
    pub fn find(playlist: &Playlist, conditions: &str, out: &Path) -> Self {
        let found = playlist.plays.iter().filter_map(|play| {
            let name = playlist.name(play);
            let search = Search {
                play,
                name: &name,
                conditions,
                out,
            };
            let parts = search.parts()?;
            Some((name, parts))
        });
        Self(found.collect())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether the play of this name is one of them.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn of(&self, name: &str) -> Option<&[Part]> {
        self.0.get(name).map(Vec::as_slice)
    }
}

struct Search<'a> {
    play: &'a Play,
    name: &'a str,
    conditions: &'a str,
    out: &'a Path,
}

impl Search<'_> {
    /// All parts of the play, if all are there.
    fn parts(&self) -> Option<Vec<Part>> {
        let play = self.play;
        if play.case.is_campaign() {
            return self.campaign();
        }
        let mut parts = Vec::new();
        for done in 0..play.case.iterations {
            let (part, evidence) = self.iteration(done)?;
            parts.push(part);
            if done + 1 == play.case.iterations || chain::is_done(&tasks_left(&evidence)) {
                break;
            }
        }
        Some(parts)
    }

    /// The whole is written last, and tells how many iterations there were.
    fn campaign(&self) -> Option<Vec<Part>> {
        let whole = Part {
            play: self.play.clone(),
            name: self.name.to_owned(),
        };
        let played = self.evidence_of(&whole)?.record.played?;
        let iterations = (0..played).map(|done| self.iteration(done).map(|(part, _)| part));
        iterations.chain([Some(whole)]).collect()
    }

    fn iteration(&self, done: u32) -> Option<(Part, Evidence)> {
        let mut play = chain::iteration(self.play, done, None);
        if done > 0 {
            // It went on with what the one before it had left.
            play.case.plan = None;
        }
        let name = playlist::folder(self.play, self.name, done);
        let part = Part { play, name };
        let evidence = self.evidence_of(&part)?;
        Some((part, evidence))
    }

    fn evidence_of(&self, part: &Part) -> Option<Evidence> {
        // What cannot be loaded is torn, and played again.
        let evidence = Evidence::load(&self.out.join(&part.name)).ok()?;
        let record = &evidence.record;
        let is_ours = evidence.seal.root().is_some()
            && record.conditions.as_deref() == Some(self.conditions)
            && record.repetition == part.play.repetition
            && set_up(&record.case) == set_up(&part.play.case)
            && could_run(&evidence);
        is_ours.then_some(evidence)
    }
}

/// What the tasks file held when the iteration had ended. It is kept whether or not it was changed, unless it could not
/// be read, and then the run that played it found nothing in it either.
fn tasks_left(evidence: &Evidence) -> String {
    let kept = evidence.files.get(&evidence.record.tasks_file);
    kept.cloned().unwrap_or_default()
}
