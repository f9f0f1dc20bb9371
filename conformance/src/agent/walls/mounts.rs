//! The wall `mount`: the folders in which everybody leaves things are the agent's own.
//!
//! `/tmp`, `/run` and `/dev/shm` begin empty, in memory, and end with the play. What the agent needs of
//! the real ones is bound into them; what it must not see elsewhere is covered. Pseudo terminals are new.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use nix::fcntl::{OFlag, open};
use nix::mount::{MsFlags, mount};
use nix::sys::stat::Mode;
use nix::sys::statvfs::{FsFlags, statvfs};

use crate::agent::fence::View;
use crate::audit::{NOT_IN_PLACE, PLACE};

/// Folders that begin empty, with what a file system in memory is told.
const OWN: [(&str, &str); 3] = [
    ("/tmp", "mode=1777,size=25%"),
    ("/run", "mode=755,size=64m"),
    ("/dev/shm", "mode=1777"),
];

/// Something of a folder that begins empty.
struct Kept {
    path: PathBuf,
    file: File,
    is_writable: bool,
    /// Whether there is no link in its path.
    is_real: bool,
}

/// Whether a path lies in a folder that begins empty, and is not that folder itself.
pub(in crate::agent) fn is_covered(path: &Path) -> bool {
    let lies_in = |own: &Path| path != own && path.starts_with(own);
    OWN.iter().any(|(own, _)| lies_in(Path::new(own)))
}

/// Arranges the mounts of this process's own mount namespace. Tells what it could not do.
pub(super) fn arrange(view: &View) -> Result<Vec<String>, String> {
    let mut open = Vec::new();
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    let none = None::<&str>;
    mount(none, "/", none, private, none)
        .map_err(|error| format!("the kernel refused to keep mounts apart: {error}"))?;
    let kept = kept(view);
    // It lies in one of the folders that begin empty.
    let hosts = view.hosts.as_deref().map(at_hand).transpose();
    let hosts = hosts.map_err(|error| format!("the file of hosts: {error}"))?;
    let channel = view.channel.as_deref().map(at_hand).transpose();
    let channel = channel.map_err(|error| format!("the socket of announcements: {error}"))?;
    for (folder, options) in OWN.iter().filter(|(folder, _)| Path::new(folder).is_dir()) {
        let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
        mount(Some("tmpfs"), *folder, Some("tmpfs"), flags, Some(*options))
            .map_err(|error| format!("the kernel refused {folder} of its own: {error}"))?;
    }
    for kept in &kept {
        bring_back(kept).map_err(|error| format!("{}: {error}", kept.path.display()))?;
    }
    for path in view.hidden.iter().filter(|path| path.exists()) {
        cover(path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    if let Some(hosts) = &hosts {
        let bind = MsFlags::MS_BIND;
        mount(
            Some(path_of(hosts).as_str()),
            "/etc/hosts",
            none,
            bind,
            none,
        )
        .map_err(|error| format!("the kernel refused an /etc/hosts of its own: {error}"))?;
    }
    if let Some(channel) = &channel
        && let Err(error) = put_in_place(channel)
    {
        open.push(format!("{NOT_IN_PLACE}: {error}"));
    }
    if let Err(error) = own_terminals() {
        open.push(format!("terminals of the same user can be opened: {error}"));
    }
    Ok(open)
}

/// A `/proc` of the process namespace that this process is in.
pub(super) fn own_processes() -> Result<(), String> {
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    mount(Some("proc"), "/proc", Some("proc"), flags, None::<&str>)
        .map_err(|error| format!("the kernel refused a /proc of its own: {error}"))
}

fn kept(view: &View) -> Vec<Kept> {
    let writable = view.writable.iter().map(|path| (path, true));
    let readable = view.readable.iter().map(|path| (path, false));
    let mut all: Vec<Kept> = writable
        .chain(readable)
        .filter(|(path, _)| is_covered(path))
        // What is not there cannot be kept.
        .filter_map(|(path, is_writable)| {
            Some(Kept {
                path: path.clone(),
                file: at_hand(path).ok()?,
                is_writable,
                is_real: path.canonicalize().is_ok_and(|real| real == *path),
            })
        })
        .collect();
    // What links lead to comes first, a folder before what lies in it, and what is writable wins.
    all.sort_by_key(|kept| (!kept.is_real, kept.path.clone(), !kept.is_writable));
    all.dedup_by(|later, first| later.path == first.path);
    all
}

/// A file that can be bound after its path is covered.
fn at_hand(path: &Path) -> io::Result<File> {
    // The standard library drops this flag with some C libraries.
    let flags = OFlag::O_PATH | OFlag::O_CLOEXEC;
    Ok(File::from(open(path, flags, Mode::empty())?))
}

fn path_of(file: &File) -> String {
    format!("/proc/self/fd/{}", file.as_raw_fd())
}

fn bring_back(kept: &Kept) -> io::Result<()> {
    let none = None::<&str>;
    if !kept.is_real && kept.path.exists() {
        // A link in a folder that is back leads there.
        return Ok(());
    }
    if !kept.path.exists() {
        let above = kept.path.parent().unwrap_or(&kept.path);
        DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(above)?;
        if kept.file.metadata()?.is_dir() {
            std::fs::create_dir(&kept.path)?;
        } else {
            File::create(&kept.path)?;
        }
    }
    let source = path_of(&kept.file);
    let bind = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(Some(source.as_str()), &kept.path, none, bind, none)?;
    if kept.is_writable {
        return Ok(());
    }
    let flags = MsFlags::MS_BIND | MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY | as_it_is(&kept.path)?;
    Ok(mount(none, &kept.path, none, flags, none)?)
}

/// The restrictions of a mount, which a remount has to repeat. When it notes access is kept unless told otherwise.
fn as_it_is(path: &Path) -> io::Result<MsFlags> {
    let flags = statvfs(path)?.flags();
    let pairs = [
        (FsFlags::ST_NOSUID, MsFlags::MS_NOSUID),
        (FsFlags::ST_NODEV, MsFlags::MS_NODEV),
        (FsFlags::ST_NOEXEC, MsFlags::MS_NOEXEC),
        (FsFlags::ST_NOATIME, MsFlags::MS_NOATIME),
        (FsFlags::ST_NODIRATIME, MsFlags::MS_NODIRATIME),
    ];
    let set = pairs.into_iter().filter(|(own, _)| flags.contains(*own));
    Ok(set.map(|(_, flag)| flag).collect())
}

/// Binds the socket of announcements to where experiments look for it.
fn put_in_place(channel: &File) -> io::Result<()> {
    File::create(PLACE)?;
    let (source, none) = (path_of(channel), None::<&str>);
    Ok(mount(
        Some(source.as_str()),
        PLACE,
        none,
        MsFlags::MS_BIND,
        none,
    )?)
}

fn cover(path: &Path) -> io::Result<()> {
    if !path.is_dir() {
        let none = None::<&str>;
        return Ok(mount(
            Some("/dev/null"),
            path,
            none,
            MsFlags::MS_BIND,
            none,
        )?);
    }
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC | MsFlags::MS_RDONLY;
    let options = Some("mode=555,size=4k");
    Ok(mount(Some("tmpfs"), path, Some("tmpfs"), flags, options)?)
}

fn own_terminals() -> io::Result<()> {
    if !Path::new("/dev/pts").is_dir() {
        return Ok(());
    }
    let none = None::<&str>;
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NOEXEC;
    let options = Some("newinstance,ptmxmode=0666,mode=620");
    mount(Some("devpts"), "/dev/pts", Some("devpts"), flags, options)?;
    let multiplexer = Path::new("/dev/ptmx");
    if !multiplexer.is_symlink() && multiplexer.exists() {
        mount(
            Some("/dev/pts/ptmx"),
            multiplexer,
            none,
            MsFlags::MS_BIND,
            none,
        )?;
    }
    Ok(())
}
