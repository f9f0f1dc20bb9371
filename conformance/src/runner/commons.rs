//! What an agent can write beside its own folders: the shared memory of the machine, where it is not
//! given one of its own.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::scratch::{Leftover, Leftovers};

/// Where shared memory is found.
const SHARED_MEMORY: &str = "/dev/shm";

/// Most entries that are looked at.
const MOST: usize = 100_000;

/// What was there before an agent came.
#[derive(Debug)]
pub(super) struct Commons(BTreeSet<PathBuf>);

impl Commons {
    pub(super) fn now() -> Self {
        Self(entries().collect())
    }

    /// Puts on the list what has appeared since, and is of this user. Nothing is removed: other programs
    /// of the same user keep files there, and nothing tells whose one is.
    pub(super) fn name_strays(&self, leftovers: &Leftovers) {
        let me = nix::unistd::geteuid().as_raw();
        let is_mine = |path: &PathBuf| path.symlink_metadata().is_ok_and(|data| data.uid() == me);
        for path in entries()
            .filter(|path| !self.0.contains(path))
            .filter(is_mine)
        {
            leftovers.put(Leftover::Stray { path });
        }
    }
}

fn entries() -> impl Iterator<Item = PathBuf> {
    let entries = std::fs::read_dir(Path::new(SHARED_MEMORY));
    let entries = entries.into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).take(MOST)
}
