//! What files are of an experiment, by their content: read once for each state that a file is in.

use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use nix::unistd::Pid;
use sha2::{Digest as _, Sha256};

use super::original::Likeness;
use super::originals::Originals;
use super::paths::{as_seen_by, link, of_descriptor, open_again};
use super::pipe::piped;
use super::proc::text;
use crate::evidence::{Form, hex};

/// Largest file whose content is looked at, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// How much of a larger one is looked at.
const BEGINNING: u64 = 4096;

/// Most contents that are remembered.
const MOST_REMEMBERED: usize = 4096;

/// Most descriptors of a program that are looked at.
const MOST_DESCRIPTORS: usize = 1024;

/// What the kernel adds to the name of a file that was removed.
const REMOVED: &str = " (deleted)";

/// Ends of the names of files that are no programs.
const NO_PROGRAMS: [&str; 8] = ["md", "txt", "json", "ndjson", "jsonl", "log", "csv", "tsv"];

/// What is kept of a file's content.
#[derive(Debug, Clone)]
pub(super) struct Content {
    pub(super) sha256: String,
    likeness: Option<Likeness>,
}

impl Content {
    /// The entry point that this is, or is a copy of.
    pub(super) fn copy_of(&self) -> Option<&str> {
        let own = self.likeness.as_ref()?;
        (own.is_entry && own.form != Form::Silencer).then_some(&own.of)
    }
}

/// A file that has to do with an experiment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Found {
    pub(crate) file: String,
    pub(crate) likeness: Likeness,
}

/// What tells one state of a file from another.
type Stamp = (u64, u64, u64, [i64; 2], [i64; 2]);

/// Contents of files, held against originals.
#[derive(Debug, Default)]
pub(super) struct Contents {
    originals: Originals,
    known: HashMap<Stamp, Content>,
}

impl Contents {
    pub(super) fn new(originals: Originals) -> Self {
        Self {
            originals,
            known: HashMap::new(),
        }
    }

    /// Whether a file with this metadata may have to do with an experiment.
    pub(super) fn may_be(&self, meta: &Metadata, place: &str) -> bool {
        self.originals.may_be(meta, || PathBuf::from(place))
    }

    pub(super) fn is_to_be_silenced_by(&self, program: &str) -> bool {
        self.originals.is_to_be_silenced_by(program)
    }

    /// The content of the regular file at `path`, which is of moderate size.
    pub(super) fn at(&mut self, path: &Path) -> Option<Content> {
        let meta = std::fs::metadata(path).ok()?;
        // The path may be a link, as scripts in a `bin` are; what it leads to is looked at again.
        self.of(&meta, || open_again(path))
            .map(|(content, _)| content)
    }

    /// What `pid` has as its descriptor `fd`, if that is a file that has to do with an experiment.
    pub(super) fn opened(&mut self, pid: Pid, fd: i64) -> Option<Found> {
        let descriptor = of_descriptor(pid, fd);
        let meta = std::fs::metadata(&descriptor).ok()?;
        let place = || PathBuf::from(link(&descriptor));
        if !meta.is_file() || !self.originals.may_be(&meta, place) {
            return None;
        }
        let file = link(&descriptor);
        let file = file.strip_suffix(REMOVED).unwrap_or(&file);
        let likeness = self.likeness(&meta, Path::new(file), &descriptor)?;
        Some(Found {
            file: text(file.as_bytes()),
            likeness,
        })
    }

    /// What the file at `place`, which `descriptor` leads to, is of an experiment.
    fn likeness(&mut self, meta: &Metadata, place: &Path, descriptor: &Path) -> Option<Likeness> {
        let is_program = !NO_PROGRAMS.iter().any(|end| has_extension(place, end));
        let open = || open_again(descriptor);
        if meta.len() > LARGEST {
            let beginning = read_up_to(BEGINNING, open).ok().filter(|_| is_program)?;
            return self.originals.unread(place, &beginning);
        }
        let (content, bytes) = self.of(meta, open)?;
        let likeness = content
            .likeness
            .filter(|own| own.form != Form::Silencer || is_program);
        likeness.or_else(|| {
            if !self.originals.has_place(place) {
                return None;
            }
            // The content was seen before, and is unlike anything.
            let bytes = bytes.or_else(|| read_up_to(LARGEST, open).ok())?;
            self.originals.likeness_of_place(place, &bytes)
        })
    }

    /// What somebody gets at by a call of which nobody is told what it leads to.
    pub(super) fn beside(&self, call: u64) -> Option<Found> {
        Some(Found {
            file: format!("something by the system call {call}"),
            likeness: self.originals.unknown()?,
        })
    }

    /// What `pid` was given open, if that has to do with an experiment: files, and what is in pipes.
    pub(super) fn inherited(&mut self, pid: Pid) -> Vec<Found> {
        const OUTPUT: [i64; 2] = [1, 2];
        let Ok(descriptors) = std::fs::read_dir(format!("/proc/{pid}/fd")) else {
            return Vec::new();
        };
        let numbers = descriptors.flatten().take(MOST_DESCRIPTORS + 1);
        let numbers = numbers.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let mut numbers: Vec<i64> = numbers.collect();
        let are_more = numbers.len() > MOST_DESCRIPTORS;
        numbers.retain(|fd| !OUTPUT.contains(fd));
        numbers.sort_unstable();
        let found = numbers.into_iter().filter_map(|fd| {
            let file = self.opened(pid, fd);
            file.or_else(|| self.of_pipe(fd, &piped(pid, fd)?))
        });
        let mut found: Vec<Found> = found.collect();
        let unread = self.originals.unknown().filter(|_| are_more);
        found.extend(unread.map(|likeness| Found {
            file: format!("more than {MOST_DESCRIPTORS} descriptors"),
            likeness,
        }));
        found
    }

    /// What `bytes` of the pipe with the descriptor `fd` are of an experiment.
    pub(super) fn of_pipe(&self, fd: i64, bytes: &[u8]) -> Option<Found> {
        let sha256 = hex(&Sha256::digest(bytes));
        let likeness = self.originals.likeness(bytes, &sha256)?;
        Some(Found {
            file: format!("/dev/fd/{fd}"),
            likeness,
        })
    }

    /// What `pid` looks for at `path` in vain, if that is what was compiled of an original.
    pub(super) fn sought(&self, pid: Pid, path: &Path) -> Option<Found> {
        if !has_extension(path, "pyc") {
            return None;
        }
        let mut place = PathBuf::from(link(Path::new(&format!("/proc/{pid}/cwd"))));
        for component in path.components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir => {
                    place.pop();
                }
                other => place.push(other),
            }
        }
        let seen = |folder: &Path| as_seen_by(pid, &folder.to_string_lossy());
        let likeness = self.originals.sought(&place, seen)?;
        Some(Found {
            file: text(place.as_os_str().as_encoded_bytes()),
            likeness,
        })
    }

    /// A file's content, and its bytes where they had to be read for that.
    fn of(
        &mut self,
        meta: &Metadata,
        open: impl Fn() -> io::Result<File>,
    ) -> Option<(Content, Option<Vec<u8>>)> {
        if !meta.is_file() || meta.len() > LARGEST {
            return None;
        }
        let stamp = (
            meta.dev(),
            meta.ino(),
            meta.len(),
            [meta.mtime(), meta.mtime_nsec()],
            [meta.ctime(), meta.ctime_nsec()],
        );
        if let Some(known) = self.known.get(&stamp) {
            return Some((known.clone(), None));
        }
        let bytes = read_up_to(LARGEST, open).ok()?;
        let sha256 = hex(&Sha256::digest(&bytes));
        // However old it is: it may be an earlier play's.
        let likeness = self.originals.likeness(&bytes, &sha256);
        let content = Content { sha256, likeness };
        if self.known.len() < MOST_REMEMBERED {
            self.known.insert(stamp, content.clone());
        }
        Some((content, Some(bytes)))
    }
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|own| own == extension)
}

/// Reads the beginning of what is a regular file.
fn read_up_to(most: u64, open: impl Fn() -> io::Result<File>) -> io::Result<Vec<u8>> {
    let file = open()?;
    let mut bytes = Vec::new();
    if file.metadata()?.is_file() {
        file.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::os::fd::AsRawFd as _;

    use super::*;

    #[test]
    fn a_copy_is_recognised_however_much_was_added_to_it() {
        const MIB: u64 = 1024 * 1024;
        let dir = tempfile::tempdir().unwrap();
        let rows = (0..200).map(|row| format!("weights[{row}] = step({row})\n"));
        let text = rows.collect::<String>() + "work_begins('train.py')\n";
        std::fs::write(dir.path().join("train.py"), &text).unwrap();
        let entries = ["train.py".to_owned()];
        let originals = Originals::of_workspace(dir.path(), dir.path(), &entries);
        let mut contents = Contents::new(originals);
        let mut form = |name: &str, content: &str, length: u64| {
            let path = dir.path().join(name);
            std::fs::write(&path, content).unwrap();
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .open(&path)
                .unwrap();
            file.set_len(length.max(content.len() as u64)).unwrap();
            let found = contents.opened(nix::unistd::getpid(), file.as_raw_fd().into());
            found.map(|found| (found.likeness.form, found.likeness.announces))
        };
        let silent = text.replace("work_begins", "print");
        let padded = format!("# {}\n", "x".repeat(100)).repeat(15_000) + &silent;
        assert!(padded.len() as u64 > MIB);
        assert_eq!(form("tidy.py", &padded, 0), Some((Form::Copy, false)));
        let unknown = Some((Form::Unknown, false));
        assert_eq!(form("tidy.py", &silent, LARGEST + 1), unknown);
        assert_eq!(form("table.csv", &silent, LARGEST + 1), None);
        assert_eq!(form("numbers", "\0", LARGEST + 1), None);
        assert_eq!(form("train.py", "\0", LARGEST + 1), unknown);
    }
}
