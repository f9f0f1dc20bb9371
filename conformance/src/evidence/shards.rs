//! The shards of a run, put together to the whole.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::copy::copy;
use super::plays::{PlayState, Plays, RunState};
use super::shards_error::ShardsError;
use super::{Evidence, Part, WriteError};

/// All shards of a run, in order.
#[derive(Debug)]
pub struct Shards(Vec<Shard>);

#[derive(Debug)]
struct Shard {
    folder: PathBuf,
    plays: Plays,
    part: Part,
}

impl Shards {
    /// Takes the folders for shards of one run.
    ///
    /// # Errors
    /// Fails when they are not exactly its shards, each once and played to its end.
    pub fn gather(folders: &[PathBuf]) -> Result<Self, ShardsError> {
        let mut shards = Vec::new();
        let mut absent = Vec::new();
        for folder in folders {
            match Shard::read(folder)? {
                Some(shard) => shards.push(shard),
                None => absent.push(folder.clone()),
            }
        }
        shards.sort_by_key(|shard| shard.part.shard);
        if let [first, others @ ..] = shards.as_slice() {
            others.iter().try_for_each(|other| first.fits(other))?;
        }
        for pair in shards.windows(2) {
            pair[0].precedes(&pair[1])?;
        }
        let shards = Self(shards);
        if !absent.is_empty() {
            return Err(ShardsError::Absent {
                folders: absent,
                of: shards.missing(),
            });
        }
        shards.complete()
    }

    /// The same, if no shard is missing and each has its plays.
    fn complete(self) -> Result<Self, ShardsError> {
        match self.missing() {
            Some((folder, missing)) if !missing.is_empty() => {
                return Err(ShardsError::Missing { folder, missing });
            }
            _ => {}
        }
        self.0.iter().try_for_each(Shard::is_whole)?;
        Ok(self)
    }

    /// The folder of the first shard that is there, and the names of those that are not.
    fn missing(&self) -> Option<(PathBuf, Vec<String>)> {
        let first = self.0.first()?;
        let there: BTreeSet<usize> = self.0.iter().map(|shard| shard.part.shard).collect();
        let missing = (1..=first.part.shards).filter(|number| !there.contains(number));
        let names = missing.map(|number| format!("shard {number}/{}", first.part.shards));
        Some((first.folder.clone(), names.collect()))
    }

    /// What all have in common; nothing where there are none.
    pub fn part(&self) -> Option<&Part> {
        self.0.first().map(|shard| &shard.part)
    }

    /// Loads all evidence, and tells what of it is not what was played, a line each.
    pub fn damage(&self) -> String {
        let mut told = String::new();
        for shard in &self.0 {
            for (name, state) in &shard.plays.plays {
                if let Err(problem) = shard.holds(name, *state) {
                    // Writing to a String cannot fail.
                    let _ = writeln!(told, "shard {}: {problem}", shard.part.name());
                }
            }
        }
        told
    }

    /// The run as a whole, as if it had been played in one folder.
    pub fn whole(&self) -> Option<Plays> {
        let mut part = self.part()?.clone();
        (part.shard, part.shards) = (1, 1);
        for share in part.whole.values_mut() {
            share.shard = 1;
        }
        let mut whole = Plays::to_come([], part);
        let all = self.0.iter().flat_map(|shard| shard.plays.plays.clone());
        whole.plays.extend(all);
        whole.state = RunState::Ended;
        Some(whole)
    }

    /// The ids under which a report on the whole tells what was played.
    pub fn ids(&self) -> Vec<String> {
        let all = self.0.iter().flat_map(|shard| {
            let names = shard.plays.plays.keys();
            names.filter_map(|name| shard.part.id_of(name))
        });
        all.collect()
    }

    /// The folders of plays, each with its name.
    pub fn folders(&self) -> impl Iterator<Item = (PathBuf, &str)> {
        self.0.iter().flat_map(|shard| {
            let names = shard.plays.plays.keys();
            names.map(|name| (shard.folder.join(name), name.as_str()))
        })
    }

    /// Copies all evidence below `out`. What the harness had failed to gather is as incomplete there.
    ///
    /// # Errors
    /// Fails when something cannot be read or written.
    pub fn copy(&self, out: &Path) -> Result<(), WriteError> {
        self.folders()
            .try_for_each(|(from, name)| copy(&from, &out.join(name)))
    }
}

impl Shard {
    /// The shard in a folder; nothing where the folder does not tell of one.
    fn read(folder: &Path) -> Result<Option<Self>, ShardsError> {
        let Some(plays) = Plays::read(folder)? else {
            return Ok(None);
        };
        let part = plays.part.clone();
        Ok(part.map(|part| Self {
            part,
            folder: folder.to_owned(),
            plays,
        }))
    }

    /// Whether both are of the same run.
    fn fits(&self, other: &Self) -> Result<(), ShardsError> {
        match self.part.difference(&other.part) {
            None => Ok(()),
            Some(difference) => Err(ShardsError::Different {
                first: self.folder.clone(),
                second: other.folder.clone(),
                difference,
            }),
        }
    }

    /// Whether the next one is another.
    fn precedes(&self, next: &Self) -> Result<(), ShardsError> {
        if self.part.shard != next.part.shard {
            return Ok(());
        }
        Err(ShardsError::Twice {
            shard: self.part.name(),
            first: self.folder.clone(),
            second: next.folder.clone(),
        })
    }

    /// Whether it came to its end, with all plays that are its own.
    fn is_whole(&self) -> Result<(), ShardsError> {
        let how = match self.plays.state {
            RunState::Ended => None,
            RunState::Running => Some("has not ended, or was killed"),
            RunState::Interrupted => Some("was interrupted"),
            RunState::Stopped => {
                let left = self.plays.left();
                return Err(ShardsError::Stopped {
                    shard: self.part.name(),
                    folder: self.folder.clone(),
                    left: left.unplayed + left.cut,
                });
            }
        };
        if let Some(how) = how {
            return Err(ShardsError::Unfinished {
                shard: self.part.name(),
                folder: self.folder.clone(),
                how,
            });
        }
        let part = &self.part;
        let folders = self.plays.plays.keys();
        let played: BTreeSet<&str> = folders
            .filter_map(|folder| part.entry_of(folder))
            .map(|(name, _)| name)
            .collect();
        let own = part
            .whole
            .iter()
            .filter(|(_, share)| share.shard == part.shard);
        let mut lost = own.filter(|(name, _)| !played.contains(name.as_str()));
        match lost.next() {
            None => Ok(()),
            Some((play, _)) => Err(ShardsError::Lost {
                shard: part.name(),
                folder: self.folder.clone(),
                play: play.clone(),
            }),
        }
    }

    /// Whether the evidence in the folder of this name is whole, and of this run. Where the harness failed there need
    /// not be any, and what there is would be judged all the same.
    fn holds(&self, name: &str, state: PlayState) -> Result<(), String> {
        let folder = self.folder.join(name);
        let record = match Evidence::load(&folder) {
            Ok(evidence) => evidence.record,
            Err(_) if state != PlayState::Played => return Ok(()),
            Err(error) => return Err(error.to_string()),
        };
        let shown = folder.display();
        if record.conditions != Some(self.part.conditions.digest()) {
            return Err(format!("the evidence in {shown} is of another run"));
        }
        let share = self.part.play_of(name);
        let is_own = share.is_some_and(|share| {
            share.shard == self.part.shard
                && share.repetition == record.repetition
                && record.case.id.starts_with(&share.case)
        });
        if is_own {
            Ok(())
        } else {
            Err(format!(
                "the evidence in {shown} is of a play that is not the shard's"
            ))
        }
    }
}
