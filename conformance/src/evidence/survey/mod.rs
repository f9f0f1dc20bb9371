//! Looking at what lies below a folder, within bounds: an agent may have made anything there.
//!
//! What is known already is looked at first, so that it is told apart from what is gone whatever else
//! there is. Nothing goes down by recursion, and no way is longer than the depth that is looked into.

mod gap;
mod reach;

use std::collections::{BTreeMap, VecDeque};
use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::stat::FileStat;
use sha2::{Digest as _, Sha256};

use gap::Gap;
pub use reach::Reach;
use wild_mock_server::beneath::{Folder, Kind, permissions};

use super::folder_snapshot::{Blind, Entry, EntryKind, FolderSnapshot, SnapshotError, Special};
use super::play_record::hex;
use crate::cancel::Cancel;

/// How long a look may still take once the user wants to stop.
const AFTER_CANCEL: Duration = Duration::from_secs(2);

/// Most paths that a note names.
const MOST_NAMED: usize = 3;

/// Longest path that a note shows, in characters.
const LONGEST_SHOWN: usize = 120;

/// Where git keeps what the references of a workspace name. It is not looked at: it tells nothing that
/// they do not, and changes when somebody merely looks.
const GIT_OBJECTS: &str = ".git/objects";

/// A look at a folder, and what it does not show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// What is there.
    pub snapshot: FolderSnapshot,
    /// What nobody looked at.
    pub blind: Blind,
    /// Whether it ended because the user wanted to stop.
    pub was_stopped: bool,
}

impl Survey {
    /// Looks at everything below `root` but its entry `excluded`, and at what is `known` first.
    ///
    /// # Errors
    /// Fails when the folder cannot be opened. A folder that is gone, or no folder any more, is empty.
    /// What cannot be looked at is told in the result.
    pub fn of(
        root: &Path,
        excluded: Option<&OsStr>,
        known: &FolderSnapshot,
        reach: Reach,
        cancel: &Cancel,
    ) -> Result<Self, SnapshotError> {
        let folder = match Folder::open(root) {
            Ok(folder) => folder,
            Err(error) if is_gone(&error) => return Ok(Self::default()),
            Err(source) => {
                let path = root.to_owned();
                return Err(SnapshotError { path, source });
            }
        };
        let mut walk = Walk {
            root: folder,
            reach,
            cancel,
            deadline: Instant::now() + reach.time,
            entries: BTreeMap::new(),
            paths: 0,
            bytes: 0,
            gaps: BTreeMap::new(),
        };
        walk.visit(known);
        walk.go_through(excluded);
        Ok(walk.conclude())
    }
}

struct Walk<'a> {
    root: Folder,
    reach: Reach,
    cancel: &'a Cancel,
    deadline: Instant,
    entries: BTreeMap<String, Entry>,
    paths: usize,
    bytes: u64,
    /// How often each happened, and where first.
    gaps: BTreeMap<Gap, (u64, Vec<String>)>,
}

impl Walk<'_> {
    /// Looks at these paths, as far as they lead anywhere: where time is up, at all but contents.
    fn visit(&mut self, known: &FolderSnapshot) {
        for path in known.0.keys().map(Path::new) {
            let above = path.parent().unwrap_or(Path::new(""));
            let (Ok(folder), Some(name)) = (self.root.enter(above), path.file_name()) else {
                continue;
            };
            self.note_entry(&folder, path, name);
        }
    }

    fn go_through(&mut self, excluded: Option<&OsStr>) {
        let mut pending = VecDeque::from([(PathBuf::new(), 0_usize)]);
        while let Some((way, depth)) = pending.pop_front() {
            let Some((folder, names)) = self.list(&way) else {
                continue;
            };
            for name in names {
                if self.is_over() || self.was_full() {
                    return;
                }
                if depth == 0 && excluded == Some(name.as_os_str()) {
                    continue;
                }
                let path = way.join(&name);
                if path == Path::new(GIT_OBJECTS) {
                    continue;
                }
                if self.note_entry(&folder, &path, &name) != Some(Kind::Folder) {
                    continue;
                }
                if depth + 1 < self.reach.depth {
                    pending.push_back((path, depth + 1));
                } else {
                    self.miss(Gap::Depth, &path);
                }
            }
        }
    }

    /// The names in a folder, sorted.
    fn list(&mut self, way: &Path) -> Option<(Folder, Vec<OsString>)> {
        let listed = self.root.enter(way).and_then(|folder| {
            // One more than there is room for, so that it is noticed.
            let names = folder.names(self.reach.entries + 1)?;
            Ok((folder, names))
        });
        match listed {
            Ok((folder, mut names)) => {
                names.sort();
                Some((folder, names))
            }
            Err(error) => {
                if !is_gone(&error) {
                    self.miss(Gap::NotListed, way);
                }
                None
            }
        }
    }

    /// Describes an entry, unless that was done before or there is no room for it.
    fn note_entry(&mut self, folder: &Folder, path: &Path, name: &OsStr) -> Option<Kind> {
        // An entry that vanishes meanwhile is left out.
        let stat = folder.stat(name).ok()?;
        let kind = Kind::of(&stat);
        let key = portable(path);
        if !self.entries.contains_key(&key) {
            if self.is_full() {
                return None;
            }
            let entry = self.describe(folder, path, name, &stat);
            self.paths += key.len();
            self.entries.insert(key, entry);
        }
        Some(kind)
    }

    fn describe(&mut self, folder: &Folder, path: &Path, name: &OsStr, stat: &FileStat) -> Entry {
        let special = |what| EntryKind::Other { what };
        let kind = match Kind::of(stat) {
            Kind::Folder => EntryKind::Folder,
            Kind::Link => EntryKind::Link {
                target: portable(Path::new(&folder.target(name).unwrap_or_default())),
            },
            Kind::Fifo => special(Special::Fifo),
            Kind::Socket => special(Special::Socket),
            Kind::Device => special(Special::Device),
            Kind::Regular => {
                let size = u64::try_from(stat.st_size).unwrap_or_default();
                EntryKind::File {
                    size,
                    sha256: self.hash(folder, path, name, size),
                }
            }
        };
        Entry {
            kind,
            mode: permissions(stat),
        }
    }

    fn hash(&mut self, folder: &Folder, path: &Path, name: &OsStr, size: u64) -> Option<String> {
        let gap = if size > self.reach.largest {
            Gap::Large
        } else if self.bytes.saturating_add(size) > self.reach.bytes {
            Gap::Bytes
        } else if self.is_over() {
            return None;
        } else {
            match self.read(folder, name, size) {
                Ok(hash) => return Some(hash),
                Err(_) if self.is_over() => return None,
                Err(_) => Gap::NotRead,
            }
        };
        self.miss(gap, path);
        None
    }

    /// Reads no more than what the file held when it was looked at.
    fn read(&mut self, folder: &Folder, name: &OsStr, size: u64) -> io::Result<String> {
        let mut hasher = Sha256::new();
        if size == 0 {
            return Ok(hex(&hasher.finalize()));
        }
        let mut file = folder.regular(Path::new(name))?.take(size);
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                return Ok(hex(&hasher.finalize()));
            }
            self.bytes += read as u64;
            hasher.update(&buffer[..read]);
            if self.is_over() {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
    }

    /// Whether there is no time left.
    fn is_over(&mut self) -> bool {
        let now = Instant::now();
        if self.cancel.is_raised() {
            self.deadline = self.deadline.min(now + AFTER_CANCEL);
        }
        if now < self.deadline {
            return false;
        }
        let gap = if self.cancel.is_raised() {
            Gap::Stopped
        } else {
            Gap::Time
        };
        self.gaps.entry(gap).or_default();
        true
    }

    /// Whether there is no room for one more.
    fn is_full(&mut self) -> bool {
        let gap = if self.entries.len() >= self.reach.entries {
            Gap::Entries
        } else if self.paths >= self.reach.paths {
            Gap::Paths
        } else {
            return false;
        };
        self.gaps.entry(gap).or_default();
        true
    }

    fn was_full(&self) -> bool {
        self.gaps.contains_key(&Gap::Entries) || self.gaps.contains_key(&Gap::Paths)
    }

    fn miss(&mut self, gap: Gap, path: &Path) {
        let (count, named) = self.gaps.entry(gap).or_default();
        *count += 1;
        if named.len() < MOST_NAMED {
            named.push(portable(path).chars().take(LONGEST_SHOWN).collect());
        }
    }

    fn conclude(self) -> Survey {
        let mut blind = Blind::default();
        let was_stopped = self.gaps.contains_key(&Gap::Stopped);
        for (gap, (count, named)) in self.gaps {
            let mut note = gap.words(self.reach);
            if !named.is_empty() {
                note = format!("{note}: {}", named.join(", "));
            }
            let more = count.saturating_sub(named.len() as u64);
            if more > 0 {
                note = format!("{note} and {more} more");
            }
            let notes = if gap.hides() {
                &mut blind.unlisted
            } else {
                &mut blind.unread
            };
            notes.push(note);
        }
        Survey {
            snapshot: FolderSnapshot(self.entries),
            blind,
            was_stopped,
        }
    }
}

/// Whether a folder is not there, or not a folder.
fn is_gone(error: &io::Error) -> bool {
    use nix::errno::Errno;
    let gone = [Errno::ENOENT, Errno::ENOTDIR, Errno::ELOOP];
    let code = error.raw_os_error();
    gone.iter().any(|errno| code == Some(*errno as i32))
}

/// Bytes that are not UTF-8 are shown as replacement characters: such a name can be told apart in
/// a report, and needs no second way of writing names in the evidence.
fn portable(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests;
