//! `run.json`: which of the plays in a folder are those of the last run there, and what came of each.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Part;
use super::reading::{LoadError, versioned};
use crate::door;
use crate::format::RUN;

/// Largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The plays of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plays {
    format: u32,
    /// How far the run is.
    pub state: RunState,
    /// What came of each play, by the name of its folder.
    pub plays: BTreeMap<String, PlayState>,
    /// Which part of a run they are; absent in folders of versions that did not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// It goes on, or was killed.
    Running,
    /// It came to its end.
    Ended,
    /// The user stopped it.
    Interrupted,
    /// It ended early: enough had failed, or been spent, or nothing could run.
    Stopped,
}

/// What came of a play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlayState {
    /// Its turn has not come.
    NotPlayed,
    /// It was begun, and is not over.
    Begun,
    /// It was cut short when the user stopped the run.
    CutShort,
    /// The harness failed.
    Failed,
    /// It was played, and its evidence is whole.
    Played,
}

impl PlayState {
    /// Whether it came to an end.
    fn is_over(self) -> bool {
        matches!(self, Self::Failed | Self::Played)
    }
}

/// What is left to do of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Left {
    /// How many plays there are.
    pub(super) all: usize,
    /// How many were not begun.
    pub(super) unplayed: usize,
    /// How many were begun, and did not come to their end.
    pub(super) cut: usize,
}

impl Plays {
    /// Name of the file.
    pub const FILE: &str = "run.json";

    /// Plays that are to come, which are this part of a run.
    pub fn to_come(names: impl IntoIterator<Item = String>, part: Part) -> Self {
        let plays = names.into_iter().map(|name| (name, PlayState::NotPlayed));
        Self {
            format: RUN.newest,
            state: RunState::Running,
            plays: plays.collect(),
            part: Some(part),
        }
    }

    /// Writes the file in `folder`. Readers see the old one or the new one.
    ///
    /// # Errors
    /// Fails when it cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        let draft = folder.join(format!("{}.new", Self::FILE));
        std::fs::write(&draft, text)?;
        std::fs::rename(&draft, folder.join(Self::FILE))
    }

    /// Reads the file in `folder`; nothing where there is none, as in folders of earlier versions.
    ///
    /// # Errors
    /// Fails when it cannot be read or is not valid.
    pub fn read(folder: &Path) -> Result<Option<Self>, LoadError> {
        let path = folder.join(Self::FILE);
        let damaged = |problem: String| LoadError::Damaged {
            path: folder.join(Self::FILE),
            problem,
        };
        let bytes = match door::read_regular(&path, LARGEST) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(damaged(format!("it has more than {LARGEST} bytes"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(LoadError::Read { path, source }),
        };
        let plays: Self = versioned(&RUN, &path, &bytes)?;
        if let Some(problem) = plays.part.as_ref().and_then(Part::problem) {
            return Err(damaged(problem));
        }
        let is_name = |name: &&String| {
            let path = Path::new(name);
            path.file_name() == Some(path.as_os_str())
        };
        match plays.plays.keys().find(|name| !is_name(name)) {
            Some(name) => Err(damaged(format!("{name} is no name of a folder"))),
            None => Ok(Some(plays)),
        }
    }

    /// How many plays there are, and what is left to do of them. Iterations have folders of their own.
    pub(super) fn left(&self) -> Left {
        let mut plays: BTreeMap<&str, Vec<PlayState>> = BTreeMap::new();
        for (folder, state) in &self.plays {
            let entry = self.part.as_ref().and_then(|part| part.entry_of(folder));
            let name = entry.map_or(folder.as_str(), |(name, _)| name);
            plays.entry(name).or_default().push(*state);
        }
        let count = |fits: fn(&[PlayState]) -> bool| plays.values().filter(|own| fits(own)).count();
        let unplayed = count(|own| own.iter().all(|state| *state == PlayState::NotPlayed));
        let short = count(|own| !own.iter().all(|state| state.is_over()));
        Left {
            all: plays.len(),
            unplayed,
            cut: short - unplayed,
        }
    }

    /// The folders with evidence.
    ///
    /// # Errors
    /// Fails when the run did not come to its end: a verdict on part of it would look like one on the
    /// whole.
    pub(super) fn folders(&self, folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
        let left = self.left();
        let reason = match self.state {
            RunState::Ended => {
                return Ok(self.plays.keys().map(|name| folder.join(name)).collect());
            }
            RunState::Stopped => format!(
                "the run was stopped before its end: {} of {} plays were not played",
                left.unplayed + left.cut,
                left.all,
            ),
            RunState::Running => "the run has not ended, or was killed".to_owned(),
            RunState::Interrupted => format!(
                "the run was interrupted: {} of {} plays were not played, and {} cut short",
                left.unplayed, left.all, left.cut,
            ),
        };
        Err(LoadError::Unfinished {
            path: folder.to_owned(),
            reason,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Conditions, Share};
    use super::*;

    #[test]
    fn plays_of_several_iterations_are_counted_once() {
        let share = |case: &str| Share {
            case: case.to_owned(),
            repetition: 1,
            digest: String::new(),
            shard: 1,
            iterations: None,
        };
        let part = Part {
            shard: 1,
            shards: 1,
            conditions: Conditions {
                version: String::new(),
                agent: String::new(),
                driving: String::new(),
                prompts: String::new(),
                seed: 1,
                time_limit: None,
            },
            rules: String::new(),
            whole: ["a", "chain", "long", "b"]
                .map(|name| (name.to_owned(), share(name)))
                .into(),
        };
        let mut plays = Plays::to_come([], part);
        plays.plays = [
            ("a", PlayState::NotPlayed),
            ("b", PlayState::Played),
            ("chain-iteration-1", PlayState::Played),
            ("chain-iteration-2", PlayState::CutShort),
            ("long-iteration-1", PlayState::Played),
            ("long-iteration-2", PlayState::Played),
        ]
        .map(|(name, state)| (name.to_owned(), state))
        .into();
        plays.state = RunState::Interrupted;
        let told = plays.folders(Path::new("/out")).unwrap_err().to_string();
        let expected = "1 of 4 plays were not played, and 1 cut short";
        assert!(told.contains(expected), "{told}");
        let left = plays.left();
        assert_eq!((left.all, left.unplayed, left.cut), (4, 1, 1));
    }
}
