//! The state on disk: an append-only log of records, one a line.
//!
//! A change is appended before its request is answered, so that what a client was told survives
//! the end of the process, `kill -9` included. The system's own buffers are trusted: a loss of
//! power may cost what was written last. Appending costs the change. A log that has become several times
//! as large as what is alive is copied to a shorter one while it goes on (`copy.rs`).

mod chain;
mod copy;
mod error;
mod found;
mod skills;

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;

use crate::skills::SkillSet;
use crate::store::{StateRecord, Store, Touched};

use chain::{Chain, ReadError};
use copy::{Copy, clear, place_of};
pub use error::{SaveError, StateError};
use found::{begins_a_log, exported};
pub(crate) use skills::{restore_skills, skill_records};

/// A log is copied when it is this many times as large as what was alive when it was copied last ...
const WASTE: u64 = 4;

/// ... and larger than that by this many bytes.
const SMALL: u64 = 1024 * 1024;

/// What is saved of what has changed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Saved<'c> {
    /// What was touched of the store. Nothing but that may be unsaved in it.
    Touched(&'c Touched),
    /// Skills. Nothing may be unsaved in the store.
    Skills(&'c [StateRecord]),
}

/// An open state file.
#[derive(Debug)]
pub(crate) struct StateLog {
    /// Where it is, links to it followed.
    path: PathBuf,
    chain: Chain,
    /// Bytes beyond which the log is copied to a shorter one.
    bound: u64,
    /// The shorter log, while it is being written.
    copy: Option<Copy>,
    /// Whether somebody holds what was refused, because what was saved could not be read.
    is_owing: bool,
    /// Why there is no copy, as it was told last.
    told: Option<String>,
}

impl StateLog {
    /// Opens a state file, which is created when it is missing, and reads its records. Of an exported state
    /// it makes a log.
    ///
    /// A last line that was not written completely is cut off: its change was never acknowledged. What was
    /// never a log is left as it is.
    pub(crate) fn open(path: &Path) -> Result<(Self, Vec<StateRecord>), StateError> {
        let told = |error| StateError::of(path, error);
        let (file, place) = open_locked(path)?;
        let exported = exported(&file).map_err(told)?;
        let mut log = Self {
            path: place,
            chain: Chain::new(file),
            bound: 0,
            copy: None,
            is_owing: false,
            told: None,
        };
        let records = match exported {
            Some(records) => {
                log.replace(&records).map_err(|error| told(error.into()))?;
                tracing::info!(
                    "{}: an exported state, which is kept as a log from now on",
                    path.display()
                );
                records
            }
            None => log.read(path).map_err(told)?,
        };
        log.bound = bound(log.chain.length());
        if let Err(error) = clear(&place_of(&log.path)) {
            log.tell(&error);
        }
        Ok((log, records))
    }

    /// Reads a log that `path` names, or begins one.
    fn read(&mut self, path: &Path) -> Result<Vec<StateRecord>, ReadError> {
        let records = self.chain.read()?;
        let size = self.chain.file().metadata()?.len();
        if size > self.chain.length() {
            if self.chain.lines() == 0 {
                begins_a_log(self.chain.file())?;
            }
            let torn = size - self.chain.length();
            tracing::warn!(
                "{}: the last {torn} bytes were not written completely",
                path.display()
            );
        }
        self.chain.cut()?;
        if self.chain.lines() == 0 {
            self.chain.append(&[StateRecord::HEAD])?;
        }
        Ok(records)
    }

    /// All that was saved, to go back to. Until it could be read it is owed.
    pub(crate) fn reread(&mut self) -> io::Result<Vec<StateRecord>> {
        self.is_owing = true;
        let path = self.path.display();
        let records = self.chain.reread().map_err(|error| {
            io::Error::other(format!("{path} cannot be read any more: {error}"))
        })?;
        self.is_owing = false;
        Ok(records)
    }

    /// What is to be gone back to before anything else, because it could not be when it should have been.
    pub(crate) fn owed(&mut self) -> io::Result<Option<Vec<StateRecord>>> {
        self.is_owing.then(|| self.reread()).transpose()
    }

    /// Saves a change, and goes on with the copy. After a failure the log is as it was before.
    pub(crate) fn save(
        &mut self,
        store: &Store,
        skills: &SkillSet,
        change: Saved<'_>,
    ) -> io::Result<()> {
        let count = match change {
            Saved::Touched(touched) => {
                let records = store.records(touched);
                self.chain.append(&records)?;
                records.len()
            }
            Saved::Skills(records) => {
                self.chain.append(records)?;
                records.len()
            }
        };
        if self.is_copied(|copy| copy.follow(store, &change, count)) {
            self.replace_by_copy();
        } else if self.copy.is_none() && self.chain.length() > self.bound {
            self.begin_copy(store, skills);
        }
        Ok(())
    }

    /// Copies the log at once when most of it is out of date, after it was read to what there is now.
    pub(crate) fn shorten(&mut self, store: &Store, skills: &SkillSet) {
        let live = store.copied_records() + skill_records(skills).count();
        // Lines are of about the same length, whether they are out of date or not.
        let alive = self.chain.length() / self.chain.lines().max(1) as u64 * live as u64;
        self.bound = bound(alive);
        if self.chain.length() <= self.bound {
            return;
        }
        self.begin_copy(store, skills);
        while self.copy.is_some() {
            if self.is_copied(|copy| copy.go_on(store, usize::MAX)) {
                self.replace_by_copy();
            }
        }
    }

    /// Replaces the log by `records`. A crash leaves either the old log or the new one.
    pub(crate) fn replace(&mut self, records: &[StateRecord]) -> io::Result<()> {
        self.copy = None;
        let mut copy = Copy::create(&self.path, self.chain.file())?;
        if !matches!(records.first(), Some(StateRecord::Version(_))) {
            copy.append(&[StateRecord::HEAD])?;
        }
        copy.append(records)?;
        self.take_over(copy)?;
        self.is_owing = false;
        Ok(())
    }

    fn begin_copy(&mut self, store: &Store, skills: &SkillSet) {
        match Copy::begin(&self.path, self.chain.file(), store, skills) {
            Ok(copy) => self.copy = Some(copy),
            Err(error) => self.do_without_copy(&error),
        }
    }

    /// Works on the copy if there is one; tells whether it is whole.
    fn is_copied(&mut self, work: impl FnOnce(&mut Copy) -> io::Result<bool>) -> bool {
        let worked = self.copy.as_mut().map_or(Ok(false), work);
        worked.unwrap_or_else(|error| {
            self.do_without_copy(&error);
            false
        })
    }

    fn replace_by_copy(&mut self) {
        let Some(copy) = self.copy.take() else { return };
        if let Err(error) = self.take_over(copy) {
            self.do_without_copy(&error);
        }
    }

    fn take_over(&mut self, mut copy: Copy) -> io::Result<()> {
        copy.sync()?;
        self.chain = copy.put_in_place(&self.path)?;
        self.bound = bound(self.chain.length());
        Ok(())
    }

    /// The log goes on as it is, and is copied when it has become twice as long.
    fn do_without_copy(&mut self, error: &io::Error) {
        self.tell(error);
        self.copy = None;
        self.bound = self.chain.length().saturating_mul(2);
    }

    /// Tells why there is no copy, once.
    fn tell(&mut self, error: &io::Error) {
        let why = error.to_string();
        if self.told.as_ref() != Some(&why) {
            let path = self.path.display();
            tracing::warn!("{path}: the state file stays as long as it is: {why}");
            self.told = Some(why);
        }
    }
}

/// How large a log may become whose living part has this size.
fn bound(alive: u64) -> u64 {
    alive.saturating_mul(WASTE).saturating_add(SMALL)
}

/// Opens and locks a state file; tells where it is, links to it followed.
fn open_locked(path: &Path) -> Result<(File, PathBuf), StateError> {
    let io = |source| StateError::Io {
        path: path.to_owned(),
        source,
    };
    loop {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .custom_flags((OFlag::O_NONBLOCK | OFlag::O_NOCTTY).bits())
            .open(path)
            .map_err(io)?;
        if !file.metadata().map_err(io)?.is_file() {
            let other = "it is no regular file";
            return Err(io(io::Error::new(io::ErrorKind::InvalidInput, other)));
        }
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StateError::InUse {
                    path: path.to_owned(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        if let Some(place) = place_if(&file, path).map_err(io)? {
            return Ok((file, place));
        }
        // Another server has put a shorter log in its place meanwhile.
    }
}

/// Where a file is that was opened by a path; nothing where something else is there by now.
fn place_if(file: &File, path: &Path) -> io::Result<Option<PathBuf>> {
    let own = file.metadata()?;
    let there = std::fs::canonicalize(path)
        .and_then(|place| Ok((std::fs::symlink_metadata(&place)?, place)));
    match there {
        Ok((there, place)) => {
            let is_same = (there.dev(), there.ino()) == (own.dev(), own.ino());
            Ok(is_same.then_some(place))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
