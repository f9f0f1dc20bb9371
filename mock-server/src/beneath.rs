//! Files beneath a folder that clients can write to: no symbolic link on the way is followed, so that
//! nothing outside of the folder is read or written in their place.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Component, Path};

use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{OFlag, open, openat};
use nix::sys::stat::{Mode, mkdirat};

/// Opening with these can neither wait nor leave the way.
const CAUTION: OFlag = OFlag::O_CLOEXEC
    .union(OFlag::O_NOFOLLOW)
    .union(OFlag::O_NONBLOCK)
    .union(OFlag::O_NOCTTY);

/// Names that are listed of a folder at most.
pub(crate) const MOST_NAMES: usize = 10_000;

/// A folder that is held open.
#[derive(Debug)]
pub(crate) struct Root(OwnedFd);

impl Root {
    /// Opens the folder at `path`, which may be reached over links.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        Ok(Self(open(path, flags, Mode::empty())?))
    }

    /// Makes the folder at `way` with those above it.
    pub(crate) fn make(&self, way: &Path) -> io::Result<()> {
        self.enter(&names_of(way)?, true).map(drop)
    }

    /// An empty file at `way`, in folders that are made where they are missing.
    pub(crate) fn create(&self, way: &Path) -> io::Result<File> {
        self.file(way, OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_TRUNC)
    }

    /// The end of the file at `way`, which is made where it is missing.
    pub(crate) fn append(&self, way: &Path) -> io::Result<File> {
        self.file(way, OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_APPEND)
    }

    /// The regular file at `way`, to be read.
    pub(crate) fn read(&self, way: &Path) -> io::Result<File> {
        self.file(way, OFlag::O_RDONLY)
    }

    /// The names of what lies in the folder at `way`, sorted; of more than [`MOST_NAMES`] some.
    pub(crate) fn names(&self, way: &Path) -> io::Result<Vec<String>> {
        let folder = self.enter(&names_of(way)?, false)?;
        let mut listed = Dir::from_fd(folder)?;
        let mut names = Vec::new();
        for entry in listed.iter() {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name == "." || name == ".." {
                continue;
            }
            if names.len() == MOST_NAMES {
                break;
            }
            names.push(name);
        }
        names.sort();
        Ok(names)
    }

    fn file(&self, way: &Path, how: OFlag) -> io::Result<File> {
        let names = names_of(way)?;
        let Some((name, above)) = names.split_last() else {
            return Err(refused("it names no file"));
        };
        let folder = self.enter(above, how.contains(OFlag::O_CREAT))?;
        let mode = Mode::from_bits_truncate(0o644);
        let file = File::from(openat(&folder, *name, how | CAUTION, mode)?);
        if !file.metadata()?.is_file() {
            return Err(refused("it is no regular file"));
        }
        Ok(file)
    }

    fn enter(&self, names: &[&OsStr], makes: bool) -> io::Result<OwnedFd> {
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | CAUTION;
        let mut here = openat(self.0.as_fd(), ".", flags, Mode::empty())?;
        for name in names {
            if makes {
                match mkdirat(&here, *name, Mode::from_bits_truncate(0o755)) {
                    Ok(()) | Err(Errno::EEXIST) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            here = openat(&here, *name, flags, Mode::empty())?;
        }
        Ok(here)
    }
}

/// The names on a way that leads down only.
fn names_of(way: &Path) -> io::Result<Vec<&OsStr>> {
    way.components()
        .filter(|component| *component != Component::CurDir)
        .map(|component| match component {
            Component::Normal(name) => Ok(name),
            _ => Err(refused("it leads out of the folder")),
        })
        .collect()
}

fn refused(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why.to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn what_lies_beneath_is_written_and_read() {
        let dir = tempfile::tempdir().unwrap();
        let root = Root::open(dir.path()).unwrap();
        let way = Path::new("a/./b/file");
        root.create(way).unwrap().write_all(b"one").unwrap();
        root.append(way).unwrap().write_all(b" two").unwrap();
        let mut text = String::new();
        root.read(way).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "one two");
        root.make(Path::new("a/b/c")).unwrap();
        assert_eq!(root.names(Path::new("a/b")).unwrap(), ["c", "file"]);
    }

    #[test]
    fn a_listing_has_a_bound() {
        let dir = tempfile::tempdir().unwrap();
        for number in 0..=MOST_NAMES {
            File::create(dir.path().join(number.to_string())).unwrap();
        }
        let root = Root::open(dir.path()).unwrap();
        assert_eq!(root.names(Path::new("")).unwrap().len(), MOST_NAMES);
    }

    #[test]
    fn links_and_ways_out_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let (inside, outside) = (dir.path().join("inside"), dir.path().join("outside"));
        std::fs::create_dir(&inside).unwrap();
        std::fs::create_dir(&outside).unwrap();
        std::os::unix::fs::symlink(&outside, inside.join("folder")).unwrap();
        std::os::unix::fs::symlink(outside.join("secret"), inside.join("file")).unwrap();
        let root = Root::open(&inside).unwrap();
        for way in ["folder/x", "file", "../outside/x", "/tmp/x"] {
            assert!(root.create(Path::new(way)).is_err(), "{way}");
            assert!(root.append(Path::new(way)).is_err(), "{way}");
        }
        assert!(root.make(Path::new("folder/new")).is_err());
        assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 0);
    }
}
