//! Reading one file of evidence, and why evidence cannot be judged.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::play_record::RECORD_FILE;
use crate::door;
use crate::format::{Format, FormatError};

/// Largest record that is read, in bytes.
const LARGEST_RECORD: u64 = 64 * 1024 * 1024;

/// Why evidence could not be judged.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// Its path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is nothing to judge.
    #[error("{} holds no evidence: neither it nor a folder in it has an {RECORD_FILE}", path.display())]
    Nothing {
        /// The directory.
        path: PathBuf,
    },
    /// A file was written by a program that writes it in another format.
    #[error("{}: {source}", path.display())]
    Format {
        /// The file's path.
        path: PathBuf,
        /// Which format it has, and which are read.
        source: FormatError,
    },
    /// A file is not what the record says, or not what it should be at all.
    #[error("the evidence is damaged: {}: {problem}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The run was never finished.
    #[error(
        "{reason}: there is no verdict on {}; run the cases again, or name the folders of single plays",
        path.display()
    )]
    Unfinished {
        /// The run's folder.
        path: PathBuf,
        /// How far it got.
        reason: String,
    },
    /// The evidence was never finished.
    #[error("the evidence in {} is incomplete ({reason}); run the case again", path.display())]
    Incomplete {
        /// The directory.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    let failed = |source| LoadError::Read {
        path: path.to_owned(),
        source,
    };
    let bytes = door::read_regular(path, LARGEST_RECORD).map_err(failed)?;
    bytes.ok_or_else(|| {
        let problem = format!("more than {LARGEST_RECORD} bytes are more than is ever written");
        damaged(path, &problem)
    })
}

pub(super) fn damaged(path: &Path, problem: &dyn std::fmt::Display) -> LoadError {
    LoadError::Damaged {
        path: path.to_owned(),
        problem: problem.to_string(),
    }
}

/// What a file says, whose format is looked at first: one of another is not damaged.
pub(super) fn versioned<T: DeserializeOwned>(
    format: &Format,
    path: &Path,
    bytes: &[u8],
) -> Result<T, LoadError> {
    match format.of(bytes) {
        Ok(_) => serde_json::from_slice(bytes).map_err(|error| damaged(path, &error)),
        Err(source @ FormatError::Other(_)) => Err(LoadError::Format {
            path: path.to_owned(),
            source,
        }),
        Err(error) => Err(damaged(path, &error)),
    }
}
