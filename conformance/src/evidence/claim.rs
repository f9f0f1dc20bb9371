//! Whose a folder of evidence is while a run writes it.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;

/// Name of the file that is locked. It stays: who removed it could remove the next one's.
const FILE: &str = ".lock";

/// A folder that no other run can have. The system gives it free when this process ends, however it
/// does.
#[derive(Debug)]
pub struct Claim {
    // Held for the lock on it.
    _file: File,
}

/// Why a folder cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Another run has it.
    #[error(
        "{} is in use by another run{}; wait until it has ended, or choose another folder with --out",
        folder.display(),
        holder.map(|id| format!(" (process {id})")).unwrap_or_default()
    )]
    Taken {
        /// The folder.
        folder: PathBuf,
        /// The process that has it, where it is known.
        holder: Option<u32>,
    },
    /// The system refused.
    #[error("cannot use {} for evidence: {source}; give another folder: --out DIR", folder.display())]
    Io {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Claim {
    /// Makes the folder where need be, and takes it.
    ///
    /// # Errors
    /// Fails when another run has it, or the system refuses.
    pub fn take(folder: &Path) -> Result<Self, ClaimError> {
        let failed = |source| ClaimError::Io {
            folder: folder.to_owned(),
            source,
        };
        if folder.exists() && !folder.is_dir() {
            return Err(failed(io::Error::other("it is a file and no folder")));
        }
        std::fs::create_dir_all(folder).map_err(failed)?;
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .custom_flags((OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits())
            .open(folder.join(FILE))
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let folder = folder.to_owned();
                let holder = holder(&mut file);
                return Err(ClaimError::Taken { folder, holder });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        // Who has it is told for people only.
        let _ = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Self { _file: file })
    }
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_had_by_one_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("out");
        let claim = Claim::take(&folder).unwrap();
        let refusal = Claim::take(&folder).unwrap_err().to_string();
        let me = format!("process {}", std::process::id());
        assert!(
            refusal.contains(&me) && refusal.contains("--out"),
            "{refusal}"
        );
        drop(claim);
        Claim::take(&folder).unwrap();
    }
}
