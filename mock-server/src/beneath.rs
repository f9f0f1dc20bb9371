//! Files beneath a folder in which somebody else may have replaced them: a client, an agent, or whoever
//! handed in evidence.
//!
//! No symbolic link is followed on the way, so that nothing outside of the folder is read or written in
//! place of what lies in it. No file is opened but a regular one, and opening never waits. What is refused is
//! told as what it is.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path};

use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, open, openat, readlinkat};
use nix::sys::stat::{FchmodatFlags, FileStat, Mode, SFlag, fchmodat, fstat, fstatat, mkdirat};
use nix::unistd::{UnlinkatFlags, unlinkat};

/// Opening with these can neither wait nor leave the way.
const CAUTION: OFlag = OFlag::O_CLOEXEC
    .union(OFlag::O_NOFOLLOW)
    .union(OFlag::O_NONBLOCK)
    .union(OFlag::O_NOCTTY);

/// What a folder is opened for whose entries are looked at.
const LOOKING: OFlag = OFlag::O_RDONLY.union(OFlag::O_DIRECTORY);

/// Going through a folder needs no right to list it.
#[cfg(target_os = "linux")]
const PASSING: OFlag = OFlag::O_PATH.union(OFlag::O_DIRECTORY);
#[cfg(not(target_os = "linux"))]
const PASSING: OFlag = LOOKING;

/// What an entry of a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    Regular,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A FIFO.
    Fifo,
    /// A socket.
    Socket,
    /// A device of blocks or characters.
    Device,
}

impl Kind {
    /// The kind of what `stat` tells of.
    pub fn of(stat: &FileStat) -> Self {
        match SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT {
            SFlag::S_IFDIR => Self::Folder,
            SFlag::S_IFLNK => Self::Link,
            SFlag::S_IFIFO => Self::Fifo,
            SFlag::S_IFSOCK => Self::Socket,
            SFlag::S_IFBLK | SFlag::S_IFCHR => Self::Device,
            _ => Self::Regular,
        }
    }

    /// How it is told.
    pub fn words(self) -> &'static str {
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
pub fn permissions(stat: &FileStat) -> u32 {
    u32::from(stat.st_mode) & 0o7777
}

/// A folder that is held open: ways that begin there lead to what lies in it, and nowhere else.
#[derive(Debug)]
pub struct Folder(OwnedFd);

impl Folder {
    /// Opens the folder at `path`, which is no symbolic link; those above it may be.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(open(path, LOOKING | CAUTION, Mode::empty())?))
    }

    /// Opens the folder at `path`, which may be reached over links.
    pub fn reached(path: &Path) -> io::Result<Self> {
        let flags = LOOKING | OFlag::O_CLOEXEC;
        Ok(Self(open(path, flags, Mode::empty())?))
    }

    /// Goes down to the folder at `way`, however long that is.
    pub fn enter(&self, way: &Path) -> io::Result<Self> {
        let names = names_of(way)?;
        let (name, above) = match names.split_last() {
            Some((name, above)) => (*name, above),
            None => (OsStr::new("."), &[][..]),
        };
        let above = self.pass(above, false)?;
        let from = above.as_ref().unwrap_or(&self.0);
        Ok(Self(openat(from, name, LOOKING | CAUTION, Mode::empty())?))
    }

    /// Makes the folder at `way` with those above it.
    pub fn make_all(&self, way: &Path) -> io::Result<()> {
        self.pass(&names_of(way)?, true).map(drop)
    }

    /// Opens the regular file at `way` for reading.
    pub fn regular(&self, way: &Path) -> io::Result<File> {
        self.file(way, OFlag::O_RDONLY)
    }

    /// An empty file at `way`, in folders that are made where they are missing.
    pub fn create(&self, way: &Path) -> io::Result<File> {
        self.file(way, OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_TRUNC)
    }

    /// The end of the file at `way`, which is made where it is missing.
    pub fn append(&self, way: &Path) -> io::Result<File> {
        self.file(way, OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_APPEND)
    }

    /// What is known of the entry of this name, without opening it.
    pub fn stat(&self, name: &OsStr) -> io::Result<FileStat> {
        Ok(fstatat(&self.0, name, AtFlags::AT_SYMLINK_NOFOLLOW)?)
    }

    /// Where the symbolic link of this name points.
    pub fn target(&self, name: &OsStr) -> io::Result<OsString> {
        Ok(readlinkat(&self.0, name)?)
    }

    /// The names of the entries, in no order, and no more than `most`.
    pub fn names(&self, most: usize) -> io::Result<Vec<OsString>> {
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
    pub fn replace(&self, name: &OsStr, bytes: &[u8]) -> io::Result<()> {
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
    pub fn make(&self, name: &OsStr) -> io::Result<()> {
        Ok(mkdirat(&self.0, name, Mode::S_IRWXU)?)
    }

    /// Gives its owner all rights to the folder of this name.
    pub fn unlock(&self, name: &OsStr) -> io::Result<()> {
        let flag = FchmodatFlags::NoFollowSymlink;
        Ok(fchmodat(&self.0, name, Mode::S_IRWXU, flag)?)
    }

    /// Moves an entry to another folder.
    pub fn shift(&self, name: &OsStr, to: &Self, as_name: &OsStr) -> io::Result<()> {
        Ok(nix::fcntl::renameat(&self.0, name, &to.0, as_name)?)
    }

    /// Removes an entry that is no folder.
    pub fn unlink(&self, name: &OsStr) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, UnlinkatFlags::NoRemoveDir)?)
    }

    /// Removes an empty folder.
    pub fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, UnlinkatFlags::RemoveDir)?)
    }

    fn file(&self, way: &Path, how: OFlag) -> io::Result<File> {
        let names = names_of(way)?;
        let Some((name, above)) = names.split_last() else {
            return Err(refused(Kind::Folder));
        };
        let above = self.pass(above, how.contains(OFlag::O_CREAT))?;
        file_in(above.as_ref().unwrap_or(&self.0), name, how)
    }

    /// Goes down a way, and makes what is missing of it if told so. Nothing where it has no length.
    fn pass(&self, names: &[&OsStr], makes: bool) -> io::Result<Option<OwnedFd>> {
        let mut here = None;
        for name in names {
            let from = here.as_ref().unwrap_or(&self.0);
            if makes {
                match mkdirat(from, *name, Mode::from_bits_truncate(0o755)) {
                    Ok(()) | Err(Errno::EEXIST) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            here = Some(openat(from, *name, PASSING | CAUTION, Mode::empty())?);
        }
        Ok(here)
    }
}

/// Opens the regular file at `path`. Above it there may be symbolic links.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let name = path.file_name().ok_or_else(|| refused(Kind::Folder))?;
    let above = match path.parent() {
        Some(above) if above != Path::new("") => above,
        _ => Path::new("."),
    };
    let above = open(above, PASSING | OFlag::O_CLOEXEC, Mode::empty())?;
    file_in(&above, name, OFlag::O_RDONLY)
}

fn file_in(folder: &OwnedFd, name: &OsStr, how: OFlag) -> io::Result<File> {
    // Looked at first, because opening a device can have an effect.
    match fstatat(folder, name, AtFlags::AT_SYMLINK_NOFOLLOW) {
        Ok(stat) if Kind::of(&stat) == Kind::Regular => {}
        Ok(stat) => return Err(refused(Kind::of(&stat))),
        Err(Errno::ENOENT) if how.contains(OFlag::O_CREAT) => {}
        Err(error) => return Err(error.into()),
    }
    let mode = Mode::from_bits_truncate(0o644);
    let file = match openat(folder, name, how | CAUTION, mode) {
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
    let message = format!("it is {}, and only regular files are opened", kind.words());
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

#[cfg(test)]
mod tests;
