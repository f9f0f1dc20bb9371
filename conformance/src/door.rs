//! The door to files that somebody else may have replaced: an agent, or whoever handed in evidence.
//!
//! Through it nothing is read but a regular file, no symbolic link is followed on the way, and opening
//! never waits. What is refused is told as what it is.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path};

use std::os::fd::OwnedFd;

use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, open, openat, readlinkat};
use nix::sys::stat::{FchmodatFlags, FileStat, Mode, SFlag, fchmodat, fstat, fstatat, mkdirat};
use nix::unistd::{UnlinkatFlags, unlinkat};

use crate::bounded;

/// Opening with these can neither wait nor leave the way.
const CAUTION: OFlag = OFlag::O_CLOEXEC
    .union(OFlag::O_NOFOLLOW)
    .union(OFlag::O_NONBLOCK)
    .union(OFlag::O_NOCTTY);

/// Going through a folder needs no right to list it.
#[cfg(target_os = "linux")]
const PASSING: OFlag = OFlag::O_PATH;
#[cfg(not(target_os = "linux"))]
const PASSING: OFlag = OFlag::O_RDONLY;

/// What an entry of a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Regular,
    Folder,
    Link,
    Fifo,
    Socket,
    Device,
}

impl Kind {
    pub(crate) fn of(stat: &FileStat) -> Self {
        match SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT {
            SFlag::S_IFDIR => Self::Folder,
            SFlag::S_IFLNK => Self::Link,
            SFlag::S_IFIFO => Self::Fifo,
            SFlag::S_IFSOCK => Self::Socket,
            SFlag::S_IFBLK | SFlag::S_IFCHR => Self::Device,
            _ => Self::Regular,
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Regular => "a regular file",
            Self::Folder => "a folder",
            Self::Link => "a symbolic link",
            Self::Fifo => "a FIFO",
            Self::Socket => "a socket",
            Self::Device => "a device",
        }
    }
}

/// The permission bits of an entry.
#[allow(
    clippy::useless_conversion,
    reason = "systems differ in how wide a mode is"
)]
pub(crate) fn permissions(stat: &FileStat) -> u32 {
    u32::from(stat.st_mode) & 0o7777
}

/// A folder that is held open: ways that begin there lead to what lies in it, and nowhere else.
#[derive(Debug)]
pub(crate) struct Folder(OwnedFd);

impl Folder {
    /// Opens the folder at `path`, which is no symbolic link; those above it may be.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | CAUTION;
        Ok(Self(open(path, flags, Mode::empty())?))
    }

    /// Goes down to the folder at `way`, however long that is.
    pub(crate) fn enter(&self, way: &Path) -> io::Result<Self> {
        let last = OFlag::O_RDONLY | OFlag::O_DIRECTORY | CAUTION;
        let mut names = names_of(way)?.into_iter().peekable();
        let mut here = None;
        while let Some(name) = names.next() {
            let flags = match names.peek() {
                Some(_) => PASSING | OFlag::O_DIRECTORY | CAUTION,
                None => last,
            };
            let next = openat(here.as_ref().unwrap_or(&self.0), name, flags, Mode::empty())?;
            here = Some(next);
        }
        match here {
            Some(folder) => Ok(Self(folder)),
            None => Ok(Self(openat(&self.0, ".", last, Mode::empty())?)),
        }
    }

    /// Opens the regular file at `way`.
    pub(crate) fn regular(&self, way: &Path) -> io::Result<File> {
        let names = names_of(way)?;
        let Some((name, above)) = names.split_last() else {
            return Err(refused(Kind::Folder));
        };
        let passing = PASSING | OFlag::O_DIRECTORY | CAUTION;
        let mut here = None;
        for folder in above {
            let from = here.as_ref().unwrap_or(&self.0);
            here = Some(openat(from, *folder, passing, Mode::empty())?);
        }
        regular_in(here.as_ref().unwrap_or(&self.0), name)
    }

    /// The bytes of the regular file at `way`; none where there are more than `most`.
    pub(crate) fn read(&self, way: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
        bounded::read(self.regular(way)?, most)
    }

    /// What is known of the entry of this name, without opening it.
    pub(crate) fn stat(&self, name: &OsStr) -> io::Result<FileStat> {
        Ok(fstatat(&self.0, name, AtFlags::AT_SYMLINK_NOFOLLOW)?)
    }

    /// Where the symbolic link of this name points.
    pub(crate) fn target(&self, name: &OsStr) -> io::Result<OsString> {
        Ok(readlinkat(&self.0, name)?)
    }

    /// The names of the entries, in no order, and no more than `most`.
    pub(crate) fn names(&self, most: usize) -> io::Result<Vec<OsString>> {
        // A duplicate would share the place in the list.
        let mut folder = Dir::from_fd(self.enter(Path::new(""))?.0)?;
        let mut names = Vec::new();
        for entry in folder.iter() {
            let name = entry?.file_name().to_owned();
            if name.as_c_str() != c"." && name.as_c_str() != c".." {
                names.push(OsString::from_vec(name.into_bytes()));
            }
            if names.len() >= most {
                break;
            }
        }
        Ok(names)
    }

    /// Writes a file of this name, in place of whatever stood there unless it is a folder. Readers see
    /// the old one or the new one.
    pub(crate) fn replace(&self, name: &OsStr, bytes: &[u8]) -> io::Result<()> {
        let mut draft = name.to_owned();
        draft.push(".wild-new");
        // What lies there was left by somebody else.
        let _ = self.unlink(&draft);
        let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | CAUTION;
        let mode = Mode::S_IRUSR | Mode::S_IWUSR | Mode::S_IRGRP | Mode::S_IROTH;
        let mut file = File::from(openat(&self.0, draft.as_os_str(), flags, mode)?);
        file.write_all(bytes)?;
        self.shift(&draft, self, name)
    }

    /// Makes a folder that nobody else can use.
    pub(crate) fn make(&self, name: &OsStr) -> io::Result<()> {
        Ok(mkdirat(&self.0, name, Mode::S_IRWXU)?)
    }

    /// Gives its owner all rights to the folder of this name.
    pub(crate) fn unlock(&self, name: &OsStr) -> io::Result<()> {
        let flag = FchmodatFlags::NoFollowSymlink;
        Ok(fchmodat(&self.0, name, Mode::S_IRWXU, flag)?)
    }

    /// Moves an entry to another folder.
    pub(crate) fn shift(&self, name: &OsStr, to: &Self, as_name: &OsStr) -> io::Result<()> {
        Ok(nix::fcntl::renameat(&self.0, name, &to.0, as_name)?)
    }

    /// Removes an entry that is no folder.
    pub(crate) fn unlink(&self, name: &OsStr) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, UnlinkatFlags::NoRemoveDir)?)
    }

    /// Removes an empty folder.
    pub(crate) fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, UnlinkatFlags::RemoveDir)?)
    }
}

/// The bytes of the regular file at `path`; none where there are more than `most`. Above it there may
/// be symbolic links.
pub(crate) fn read_regular(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    bounded::read(open_regular(path)?, most)
}

/// The first bytes of the regular file at `path`, and no more than `most`; none where nothing is there.
pub(crate) fn beginning(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match open_regular(path) {
        Ok(file) => file.take(most).read_to_end(&mut bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    Ok(bytes)
}

/// Opens the regular file at `path`. Above it there may be symbolic links.
pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
    let name = path.file_name().ok_or_else(|| refused(Kind::Folder))?;
    let above = match path.parent() {
        Some(above) if above != Path::new("") => above,
        _ => Path::new("."),
    };
    let flags = PASSING | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    regular_in(&open(above, flags, Mode::empty())?, name)
}

fn regular_in(folder: &OwnedFd, name: &OsStr) -> io::Result<File> {
    // Looked at first, because opening a device can have an effect.
    let kind = Kind::of(&fstatat(folder, name, AtFlags::AT_SYMLINK_NOFOLLOW)?);
    if kind != Kind::Regular {
        return Err(refused(kind));
    }
    let file = match openat(folder, name, OFlag::O_RDONLY | CAUTION, Mode::empty()) {
        Ok(file) => file,
        // It was replaced just now.
        Err(Errno::ELOOP) => return Err(refused(Kind::Link)),
        Err(Errno::ENXIO) => return Err(refused(Kind::Socket)),
        Err(error) => return Err(error.into()),
    };
    match Kind::of(&fstat(&file)?) {
        Kind::Regular => Ok(File::from(file)),
        other => Err(refused(other)),
    }
}

/// The names that a way is made of, none of which leads up.
fn names_of(way: &Path) -> io::Result<Vec<&OsStr>> {
    let parts = way.components().filter(|part| *part != Component::CurDir);
    let name = |part| match part {
        Component::Normal(name) => Ok(name),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the path leads out of its folder",
        )),
    };
    parts.map(name).collect()
}

fn refused(kind: Kind) -> io::Error {
    let message = format!("it is {}, and only regular files are read", kind.words());
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn told(path: &Path) -> String {
        open_regular(path).unwrap_err().to_string()
    }

    #[test]
    fn only_regular_files_are_opened_and_the_rest_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::write(at("file"), "text").unwrap();
        nix::unistd::mkfifo(&at("fifo"), Mode::S_IRWXU).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        symlink(at("file"), at("link")).unwrap();
        assert_eq!(read_regular(&at("file"), 4).unwrap().unwrap(), b"text");
        assert_eq!(read_regular(&at("file"), 3).unwrap(), None);
        for (name, word) in [
            ("fifo", "a FIFO"),
            ("socket", "a socket"),
            ("link", "a symbolic link"),
        ] {
            assert!(told(&at(name)).contains(word), "{name}");
        }
        assert!(told(dir.path()).contains("a folder"));
        assert!(told(Path::new("/dev/zero")).contains("a device"));
    }

    #[test]
    fn no_way_leads_out_of_a_folder() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("in/a/b")).unwrap();
        std::fs::write(dir.path().join("secret"), "s").unwrap();
        std::fs::write(dir.path().join("in/a/b/c"), "c").unwrap();
        symlink(dir.path(), dir.path().join("in/out")).unwrap();
        let folder = Folder::open(&dir.path().join("in")).unwrap();
        let read = |way: &str| folder.read(Path::new(way), 9);
        assert_eq!(read("a/./b/c").unwrap().unwrap(), b"c");
        for way in ["../secret", "out/secret", "/etc/passwd", ""] {
            assert!(read(way).is_err(), "{way}");
        }
        assert!(Folder::open(&dir.path().join("in/out")).is_err());
        assert_eq!(folder.names(9).unwrap().len(), 2);
        assert_eq!(folder.names(1).unwrap().len(), 1);
    }
}
