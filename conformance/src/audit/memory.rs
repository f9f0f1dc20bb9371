//! What stands in the memory of a process that is held still.

use std::ffi::OsStr;
use std::io::IoSliceMut;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use nix::libc;
use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::Pid;

/// No page is smaller.
const PAGE: usize = 4096;

/// Up to `length` bytes at `address`.
pub(super) fn read(pid: Pid, address: u64, length: usize) -> Option<Vec<u8>> {
    let base = usize::try_from(address).ok()?;
    // What follows on the next page need not be there.
    let first = length.min(PAGE - base % PAGE);
    let part = |base, len| RemoteIoVec { base, len };
    let parts = [
        part(base, first),
        part(base.checked_add(first)?, length - first),
    ];
    let mut bytes = vec![0; length];
    let read = process_vm_readv(pid, &mut [IoSliceMut::new(&mut bytes)], &parts).ok()?;
    bytes.truncate(read);
    Some(bytes)
}

/// The path at `address`.
pub(super) fn path(pid: Pid, address: u64) -> Option<PathBuf> {
    let longest = usize::try_from(libc::PATH_MAX).ok()?;
    let mut bytes = read(pid, address, longest.min(PAGE))?;
    let end = bytes.iter().position(|byte| *byte == 0)?;
    bytes.truncate(end);
    Some(PathBuf::from(OsStr::from_bytes(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_to_its_end() {
        let text = b"/some/where\0else";
        let address = text.as_ptr() as u64;
        let own = nix::unistd::getpid();
        assert_eq!(path(own, address), Some(PathBuf::from("/some/where")));
        assert_eq!(read(own, address, 5).unwrap(), b"/some");
        assert_eq!(read(own, 0, 5), None);
    }
}
