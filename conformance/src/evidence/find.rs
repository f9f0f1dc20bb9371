//! Which folders hold the evidence that is meant.

use std::path::{Path, PathBuf};

use super::Plays;
use super::play_record::RECORD_FILE;
use super::reading::LoadError;

/// The folders of plays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Those to judge, sorted.
    pub plays: Vec<PathBuf>,
    /// Those that earlier runs left in the same place, sorted.
    pub strangers: Vec<PathBuf>,
}

/// The plays in `path`: itself, those of the run there, or, where it does not tell which are its own,
/// all that hold evidence.
///
/// # Errors
/// Fails when there is none, or when the run did not come to its end.
pub fn find(path: &Path) -> Result<Found, LoadError> {
    if is_there(&path.join(RECORD_FILE)) {
        return Ok(Found {
            plays: vec![path.to_owned()],
            strangers: Vec::new(),
        });
    }
    let mut all = with_evidence(path)?;
    all.sort();
    let Some(run) = Plays::read(path)? else {
        if all.is_empty() {
            return Err(LoadError::Nothing {
                path: path.to_owned(),
            });
        }
        return Ok(Found {
            plays: all,
            strangers: Vec::new(),
        });
    };
    let plays = run.folders(path)?;
    all.retain(|folder| !plays.contains(folder));
    Ok(Found {
        plays,
        strangers: all,
    })
}

fn with_evidence(path: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let read = |source| LoadError::Read {
        path: path.to_owned(),
        source,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(read)? {
        let folder = entry.map_err(read)?.path();
        if is_there(&folder.join(RECORD_FILE)) {
            found.push(folder);
        }
    }
    Ok(found)
}

/// Whether something is there, whatever it is.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
