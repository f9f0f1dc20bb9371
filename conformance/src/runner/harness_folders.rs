//! What the harness gives an agent beside its workspace: temporary folders, programs and logs.
//!
//! It lies apart from the workspace's surroundings, in which every change counts.

use std::io;
use std::path::PathBuf;

use crate::scratch::{Leftovers, Scratch};

/// The folders of one case. They are removed when dropped.
#[derive(Debug)]
pub(super) struct HarnessFolders(Scratch);

impl HarnessFolders {
    /// Makes the folders.
    pub(super) fn make(leftovers: &Leftovers) -> io::Result<Self> {
        let folders = Self(Scratch::make("wild-kit-", leftovers)?);
        for folder in [folders.tmp(), folders.log(), folders.bin(), folders.work()] {
            std::fs::create_dir(folder)?;
        }
        Ok(folders)
    }

    /// `TMPDIR` of the agent.
    pub(super) fn tmp(&self) -> PathBuf {
        self.0.path().join("tmp")
    }

    /// Where shims tell of calls. The agent can write there.
    pub(super) fn log(&self) -> PathBuf {
        self.0.path().join("log")
    }

    /// Programs that come first in the agent's `PATH`.
    pub(super) fn bin(&self) -> PathBuf {
        self.0.path().join("bin")
    }

    /// The folder of programs, if there is any in it.
    pub(super) fn bin_if_any(&self) -> Option<PathBuf> {
        let bin = self.bin();
        let has_any = std::fs::read_dir(&bin).is_ok_and(|mut entries| entries.next().is_some());
        has_any.then_some(bin)
    }

    /// Where the launcher reports.
    pub(super) fn report(&self) -> PathBuf {
        self.0.path().join("launch.ndjson")
    }

    /// A file that the agent may not write.
    pub(super) fn forbidden(&self) -> PathBuf {
        self.0.path().join("forbidden")
    }

    /// What stands in place of `/etc/hosts`.
    pub(super) fn hosts(&self) -> PathBuf {
        self.0.path().join("hosts")
    }

    /// What the agent may write, beside the workspace and its home.
    pub(super) fn writable(&self) -> [PathBuf; 2] {
        [self.tmp(), self.log()]
    }

    /// Where the socket is. The agent can write to that, and not to the folder.
    pub(super) fn work(&self) -> PathBuf {
        self.0.path().join("work")
    }

    /// The socket over which scripts announce their work.
    pub(super) fn work_socket(&self) -> PathBuf {
        self.work().join("socket")
    }

    /// The file in which shims tell of calls.
    pub(super) fn call_log(&self) -> PathBuf {
        self.log().join("calls")
    }

    /// Makes what executed runs have: a folder of programs, one for temporary files, and one for a
    /// socket. The agent finds none of them.
    pub(super) fn make_runs(&self) -> io::Result<(PathBuf, PathBuf, PathBuf)> {
        let runs = self.0.path().join("runs");
        let [bin, tmp, work] = ["bin", "tmp", "work"].map(|name| runs.join(name));
        for folder in [&runs, &bin, &tmp, &work] {
            std::fs::create_dir(folder)?;
        }
        Ok((bin, tmp, work))
    }

    /// The folder that everything lies in.
    #[cfg(test)]
    fn base(&self) -> &std::path::Path {
        self.0.path()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_a_kit() {
        let folders = HarnessFolders::make(&Leftovers::default()).unwrap();
        assert!(folders.tmp().is_dir() && folders.bin_if_any().is_none());
        std::fs::write(folders.bin().join("x"), "").unwrap();
        assert_eq!(folders.bin_if_any(), Some(folders.bin()));
        let base = folders.base().to_owned();
        drop(folders);
        assert!(!base.exists());
    }
}
