//! Paths by which others reach what a process calls by a path or a number.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::libc;
use nix::unistd::Pid;

/// The descriptor that a path such as `/dev/fd/63` leads to, of whoever opens it.
pub(super) fn descriptor(path: &str) -> Option<i64> {
    const FOLDERS: [&str; 3] = ["/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/"];
    if path == "/dev/stdin" {
        return Some(0);
    }
    let number = FOLDERS
        .iter()
        .find_map(|folder| path.strip_prefix(folder))?;
    number.parse().ok()
}

/// The path by which others reach what `pid` calls `path`; it may have folders of its own.
pub(super) fn as_seen_by(pid: Pid, path: &str) -> PathBuf {
    PathBuf::from(match path.strip_prefix('/') {
        Some(path) => format!("/proc/{pid}/root/{path}"),
        None => format!("/proc/{pid}/cwd/{path}"),
    })
}

/// Where the kernel shows what `pid` has as its descriptor `fd`.
pub(super) fn of_descriptor(pid: Pid, fd: i64) -> PathBuf {
    PathBuf::from(format!("/proc/{pid}/fd/{fd}"))
}

/// What a link leads to; nothing where there is none.
pub(super) fn link(path: &Path) -> String {
    std::fs::read_link(path).map_or_else(
        |_| String::new(),
        |target| target.to_string_lossy().into_owned(),
    )
}

/// Opens what a path of another process leads to. It never waits.
pub(super) fn open_again(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(path)
}
