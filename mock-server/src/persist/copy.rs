//! A shorter log that says the same, written beside the log while that goes on.
//!
//! With every change that is saved, a few of the things that are alive are copied, each as it is at that
//! moment; what changes of those that are copied already is appended to the copy as it is to the log. So no
//! request waits for the whole, and the copy says at its end what the log says. Then it is synced and gets
//! the log's name. Until then the log alone counts: whenever the process ends, one of the two is whole
//! under that name.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;

use super::chain::Chain;
use super::{Saved, skill_records};
use crate::skills::SkillSet;
use crate::store::{Copied, StateRecord, Store};

/// How many things are copied for each record that is saved.
const PACE: usize = 8;

/// Things that are written at once.
const BATCH: usize = 256;

/// Bytes after which the disk is waited for, so that there is never much to wait for.
const SYNCED: u64 = 1024 * 1024;

/// A copy that is being written. Dropped before it is put in place, it leaves nothing.
#[derive(Debug)]
pub(super) struct Copy {
    place: Place,
    chain: Chain,
    copied: Copied,
    /// Bytes that are known to be on the disk.
    synced: u64,
}

/// The name of a copy; removed with it unless it got the log's.
#[derive(Debug)]
struct Place(Option<PathBuf>);

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // Half a file would be in the way of nobody but of whoever needs the room.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Where the copy of a log is written.
pub(super) fn place_of(log: &Path) -> PathBuf {
    let mut name: OsString = log.file_name().unwrap_or_default().to_owned();
    name.push(".wild-mock-copy");
    log.with_file_name(name)
}

/// Removes a copy that was not finished, which is of no use to anybody. What somebody uses is left as it
/// is, and so is what is no copy.
pub(super) fn clear(place: &Path) -> io::Result<()> {
    let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    let opened = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(flags.bits())
        .open(place);
    let old = match opened {
        Ok(old) => old,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(taken(place, &error)),
    };
    if !old.metadata()?.is_file() {
        return Err(taken(place, &"it is no regular file"));
    }
    own(&old, place)?;
    std::fs::remove_file(place)
}

/// Locks a file, or tells who is in the way.
fn own(file: &File, place: &Path) -> io::Result<()> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => taken(place, &"another server uses it"),
        TryLockError::Error(error) => taken(place, &error),
    })
}

fn taken(place: &Path, why: &dyn std::fmt::Display) -> io::Error {
    let place = place.display();
    io::Error::other(format!("there can be no copy at {place}: {why}"))
}

impl Copy {
    /// An empty one that whoever may read and write the log may read and write, and nobody else.
    pub(super) fn create(log: &Path, own_log: &File) -> io::Result<Self> {
        let place = place_of(log);
        clear(&place)?;
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&place)
            .map_err(|error| taken(&place, &error))?;
        // Nobody else may take the new file once it has the old one's name.
        own(&file, &place)?;
        let copy = Self {
            place: Place(Some(place)),
            chain: Chain::new(file),
            copied: Copied::default(),
            synced: 0,
        };
        let permissions = own_log.metadata()?.permissions();
        copy.chain.file().set_permissions(permissions)?;
        Ok(copy)
    }

    /// One with what exists once; the rest is to follow.
    pub(super) fn begin(
        log: &Path,
        own_log: &File,
        store: &Store,
        skills: &SkillSet,
    ) -> io::Result<Self> {
        let mut copy = Self::create(log, own_log)?;
        copy.append(&store.head_records())?;
        copy.append(&skill_records(skills).collect::<Vec<_>>())?;
        Ok(copy)
    }

    pub(super) fn append(&mut self, records: &[StateRecord]) -> io::Result<()> {
        self.chain.append(records)?;
        if self.chain.length() - self.synced > SYNCED {
            self.chain.file().sync_data()?;
            self.synced = self.chain.length();
        }
        Ok(())
    }

    /// Takes in what has changed of what is copied, and copies more, the more the more was saved; tells
    /// whether all is copied.
    pub(super) fn follow(
        &mut self,
        store: &Store,
        change: &Saved<'_>,
        count: usize,
    ) -> io::Result<bool> {
        match change {
            Saved::Touched(touched) => {
                self.append(&store.records_within(touched, &self.copied))?;
            }
            // All skills are copied from the beginning.
            Saved::Skills(records) => self.append(records)?,
        }
        self.go_on(store, count.saturating_mul(PACE))
    }

    /// Copies up to `count` things more; tells whether all are copied.
    pub(super) fn go_on(&mut self, store: &Store, count: usize) -> io::Result<bool> {
        let mut left = count;
        while left > 0 {
            let wanted = left.min(BATCH);
            let records = store.copy_on(&mut self.copied, wanted);
            self.append(&records)?;
            left -= wanted;
            if store.is_all(&self.copied) {
                return Ok(true);
            }
        }
        Ok(store.is_all(&self.copied))
    }

    /// Waits until all of it is on the disk.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.chain.file().sync_all()
    }

    /// Gives it the log's name, under which it goes on.
    pub(super) fn put_in_place(mut self, log: &Path) -> io::Result<Chain> {
        if let Some(place) = &self.place.0 {
            std::fs::rename(place, log)?;
        }
        self.place.0 = None;
        // The name is on the disk with the folder. Where that fails, the old log may be there again
        // after a loss of power, and nothing worse.
        if let Err(error) = folder_of(log).and_then(|folder| folder.sync_all()) {
            tracing::warn!("{}: its folder is not synced: {error}", log.display());
        }
        Ok(self.chain)
    }
}

fn folder_of(path: &Path) -> io::Result<File> {
    let folder = path.parent().filter(|path| !path.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))
}
