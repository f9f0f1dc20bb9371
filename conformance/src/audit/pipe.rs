//! What is in the pipes of other processes, which stays there.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, MetadataExt};

use nix::fcntl::{SpliceFFlags, tee};
use nix::libc;
use nix::unistd::Pid;

use super::paths::{of_descriptor, open_again};
use super::sys;

/// Most bytes of a pipe's content that are kept.
const MOST_IN_PIPE: usize = 64 * 1024;

/// A pipe's number and how many bytes are in it.
pub(super) type Filled = (u64, libc::c_int);

/// What is in a pipe, which stays there.
pub(super) fn in_pipe(pipe: &File) -> Option<String> {
    let (mut own, writer) = std::io::pipe().ok()?;
    tee(pipe, &writer, MOST_IN_PIPE, SpliceFFlags::SPLICE_F_NONBLOCK).ok()?;
    drop(writer);
    let mut bytes = Vec::new();
    own.read_to_end(&mut bytes).ok()?;
    (!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// What is in the pipe that `pid` has as its descriptor `fd`, and stays there.
pub(super) fn piped(pid: Pid, fd: i64) -> Option<Vec<u8>> {
    let (pipe, _) = pipe(pid, fd)?;
    Some(in_pipe(&pipe)?.into_bytes())
}

/// Which pipe `pid` has as its descriptor `fd`, and how much is in it: most have not changed since, and need not be
/// read again.
pub(super) fn filled(pid: Pid, fd: i64) -> Option<Filled> {
    let (pipe, number) = pipe(pid, fd)?;
    Some((number, sys::length_of(&pipe).ok()?))
}

/// The pipe that `pid` has as its descriptor `fd`, with its number. It is open no longer than it is looked at, since
/// whoever writes is to notice when nobody reads.
fn pipe(pid: Pid, fd: i64) -> Option<(File, u64)> {
    let descriptor = of_descriptor(pid, fd);
    let meta = std::fs::metadata(&descriptor).ok()?;
    let pipe = meta.file_type().is_fifo().then(|| open_again(&descriptor));
    Some((pipe?.ok()?, meta.ino()))
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd as _;

    use super::*;

    #[test]
    fn a_pipe_is_told_by_its_number_and_by_how_much_is_in_it() {
        use std::io::Write as _;
        let own = nix::unistd::getpid();
        let (mut reader, mut writer) = std::io::pipe().unwrap();
        let fd = reader.as_raw_fd().into();
        let empty = filled(own, fd).unwrap();
        writer.write_all(b"import train").unwrap();
        let (number, length) = filled(own, fd).unwrap();
        assert_eq!((number, length), (empty.0, 12));
        assert_eq!(piped(own, fd).unwrap(), b"import train");
        reader.read_exact(&mut [0; 12]).unwrap();
        assert_eq!(filled(own, fd), Some(empty));
        let (other, _writer) = std::io::pipe().unwrap();
        assert_ne!(filled(own, other.as_raw_fd().into()), Some(empty));
        let file = tempfile::tempfile().unwrap();
        assert_eq!(filled(own, file.as_raw_fd().into()), None);
    }
}
