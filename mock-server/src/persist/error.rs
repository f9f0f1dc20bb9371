//! Why a state is not kept in a file.

use std::io;
use std::path::{Path, PathBuf};

use super::chain::ReadError;
use crate::store::{Full, SNAPSHOT_VERSION};
use crate::version::refusal;

/// Why a state file cannot be used. The file is left as it is.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The system refuses to open, read or write it.
    #[error("cannot use the state file {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another server uses it.
    #[error("the state file {} is in use by another server", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// It is in a form that this program does not read.
    #[error(
        "the state file {}: {}, or give another file",
        path.display(),
        refusal(*found, SNAPSHOT_VERSION)
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// The version that it states.
        found: i64,
    },
    /// It was never a state file.
    #[error(
        "{} is no state file: {problem}; it is left as it is: give another file, or move it away",
        path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it lacks.
        problem: String,
    },
    /// It is damaged, or no state file.
    #[error(
        "the state file {} is damaged in line {line}: {problem}; restore it from a copy, or move \
         it away to start with an empty state",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
}

impl StateError {
    /// Why the file of this path cannot be read.
    pub(super) fn of(path: &Path, error: ReadError) -> Self {
        let path = path.to_owned();
        match error {
            ReadError::Io(source) => Self::Io { path, source },
            ReadError::Version(found) => Self::Version { path, found },
            ReadError::Foreign(problem) => Self::Foreign { path, problem },
            ReadError::Damaged { line, problem } => Self::Damaged {
                path,
                line,
                problem,
            },
        }
    }
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// It cannot be written.
    #[error("nothing was changed, because the change cannot be saved to the state file: {0}")]
    Io(#[from] io::Error),
    /// The server holds as much as it may.
    #[error(transparent)]
    Full(#[from] Full),
}
