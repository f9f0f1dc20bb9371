//! Folders that are there for a while, in which an agent may do what it likes.
//!
//! They are removed without going down: whatever lies in a folder is lifted to the top first, so that
//! neither depth nor the length of a path matters. Folders that were locked are unlocked, and what
//! cannot be removed all the same is named.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use wild_mock_server::beneath::{Folder, Kind, permissions};

/// Names that are read of a folder at a time.
const BATCH: usize = 4096;

/// Most reasons that are told of one folder.
const MOST_REASONS: usize = 3;

/// What is still there after a play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leftover {
    /// A folder of the harness's own that could not be removed.
    Folder {
        /// Its path.
        path: PathBuf,
        /// Why.
        reasons: Vec<String>,
    },
    /// Something that appeared in a folder that others use, too.
    Stray {
        /// Its path.
        path: PathBuf,
    },
}

impl fmt::Display for Leftover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder { path, reasons } => {
                let (path, reasons) = (path.display(), reasons.join("; "));
                write!(f, "cannot remove {path} ({reasons}); remove it by hand")
            }
            Self::Stray { path } => write!(
                f,
                "{} appeared while an agent ran, and stays because it may be somebody else's; \
                 remove it by hand where it is the agent's",
                path.display()
            ),
        }
    }
}

/// A list of what could not be removed. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Leftovers(Arc<Mutex<Vec<Leftover>>>);

impl Leftovers {
    /// Takes what is on the list off it.
    pub fn take(&self) -> Vec<Leftover> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tries again: what was missing, such as a file to open, may be there by now.
    pub(crate) fn retry(&self) {
        for leftover in self.take() {
            match leftover {
                Leftover::Folder { path, .. } => self.remove(path),
                Leftover::Stray { .. } => self.put(leftover),
            }
        }
    }

    /// Removes a folder, or puts it on the list.
    fn remove(&self, path: PathBuf) {
        let reasons = clear_away(&path);
        if !reasons.is_empty() {
            self.put(Leftover::Folder { path, reasons });
        }
    }

    pub(crate) fn put(&self, leftover: Leftover) {
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Plays side by side may see the same.
        if !list.contains(&leftover) {
            list.push(leftover);
        }
    }
}

/// A temporary folder. It is removed when dropped, and put on the list where that fails.
#[derive(Debug)]
pub(crate) struct Scratch {
    path: PathBuf,
    leftovers: Leftovers,
}

impl Scratch {
    pub(crate) fn make(prefix: &str, leftovers: &Leftovers) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(prefix).tempdir()?;
        Ok(Self {
            // The path without links: agents report the real path of their working directory.
            path: folder.keep().canonicalize()?,
            leftovers: leftovers.clone(),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.leftovers.remove(std::mem::take(&mut self.path));
    }
}

/// Removes a folder with all that is in it, however deep.
///
/// # Errors
/// Fails when something stays.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match clear_away(path) {
        reasons if reasons.is_empty() => Ok(()),
        reasons => Err(io::Error::other(reasons.join("; "))),
    }
}

/// Removes a folder with all that is in it; tells why, where something stays.
fn clear_away(path: &Path) -> Vec<String> {
    // Its own rights may have been taken away as well.
    let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700));
    let removed = Folder::open(path).and_then(|top| {
        let mut removal = Removal::begin(&top)?;
        removal.clear(&top);
        Ok(removal.reasons)
    });
    let mut reasons = match removed {
        Ok(reasons) => reasons,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => vec![error.to_string()],
    };
    if let Err(error) = std::fs::remove_dir(path)
        && reasons.is_empty()
    {
        reasons.push(error.to_string());
    }
    reasons
}

/// The removal of one folder.
struct Removal {
    /// Where folders are lifted to, and its name.
    attic: Folder,
    attic_name: OsString,
    /// The names in the attic that are still to be emptied, with the names that they had.
    lifted: VecDeque<(OsString, OsString)>,
    count: u64,
    reasons: Vec<String>,
}

impl Removal {
    fn begin(top: &Folder) -> io::Result<Self> {
        let attic_name = free_name(top)?;
        Ok(Self {
            attic: top.enter(Path::new(&attic_name))?,
            attic_name,
            lifted: VecDeque::new(),
            count: 0,
            reasons: Vec::new(),
        })
    }

    fn clear(&mut self, top: &Folder) {
        let attic_name = self.attic_name.clone();
        self.empty(top, &attic_name);
        while let Some((name, was)) = self.lifted.pop_front() {
            match self.attic.enter(Path::new(&name)) {
                Ok(folder) => self.empty(&folder, OsStr::new("")),
                Err(error) => self.fail(&was, &error),
            }
            self.finish(self.attic.remove(&name), &was);
        }
        self.finish(top.remove(&attic_name), &attic_name);
    }

    /// That a folder is not empty has a reason that was told already.
    fn finish(&mut self, removed: io::Result<()>, name: &OsStr) {
        if let Err(error) = removed
            && self.reasons.is_empty()
        {
            self.fail(name, &error);
        }
    }

    /// Removes the files of a folder and lifts its folders, but `kept`.
    fn empty(&mut self, folder: &Folder, kept: &OsStr) {
        let mut stuck = 0;
        loop {
            let names = match folder.names(BATCH + stuck + 1) {
                Ok(names) => names,
                Err(error) => return self.fail(OsStr::new("."), &error),
            };
            let mut done = 0;
            for name in names.iter().filter(|name| *name != kept) {
                match self.take(folder, name) {
                    Ok(()) => done += 1,
                    Err(error) => {
                        stuck += 1;
                        self.fail(name, &error);
                    }
                }
            }
            if done == 0 {
                return;
            }
        }
    }

    fn take(&mut self, folder: &Folder, name: &OsStr) -> io::Result<()> {
        let stat = folder.stat(name)?;
        if Kind::of(&stat) != Kind::Folder {
            return folder.unlink(name);
        }
        // Moving a folder writes in it, too.
        if permissions(&stat) & 0o700 != 0o700 {
            folder.unlock(name)?;
        }
        self.count += 1;
        let lifted = OsString::from(self.count.to_string());
        folder.shift(name, &self.attic, &lifted)?;
        self.lifted.push_back((lifted, name.to_owned()));
        Ok(())
    }

    fn fail(&mut self, name: &OsStr, error: &io::Error) {
        let reason = format!("{}: {error}", name.display());
        if self.reasons.len() < MOST_REASONS && !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }
}

/// Makes a folder of a name that is not taken.
fn free_name(top: &Folder) -> io::Result<OsString> {
    let mut number = 0_u64;
    loop {
        let name = OsString::from(format!(".removal-{number}"));
        match top.make(&name) {
            Ok(()) => return Ok(name),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locked_folders_links_and_taken_names_are_no_obstacle() {
        let leftovers = Leftovers::default();
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("precious"), "text").unwrap();
        let scratch = Scratch::make("wild-test-", &leftovers).unwrap();
        let at = |name: &str| scratch.path().join(name);
        std::fs::create_dir_all(at("a/b/c")).unwrap();
        std::fs::create_dir(at(".removal-0")).unwrap();
        std::fs::write(at("a/b/c/file"), "").unwrap();
        std::os::unix::fs::symlink(outside.path(), at("a/link")).unwrap();
        for name in ["a/b/c", "a/b", "a", ""] {
            let locked = std::fs::Permissions::from_mode(0o000);
            std::fs::set_permissions(at(name), locked).unwrap();
        }
        let path = scratch.path().to_owned();
        drop(scratch);
        assert!(!path.exists());
        assert_eq!(leftovers.take(), []);
        assert!(outside.path().join("precious").is_file());
    }

    #[test]
    fn a_folder_that_is_gone_needs_no_removal() {
        assert_eq!(clear_away(Path::new("/nowhere/at/all")), [""; 0]);
    }
}
