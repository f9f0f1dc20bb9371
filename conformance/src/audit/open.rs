//! Openings of files by traced processes.
//!
//! The filter stops a process that is about to open a file for reading, and again when it has: what was
//! opened is then what its descriptor leads to, whatever the path was that the call was given. Only of a
//! file that is not there the path is read, from the caller's memory.

use std::collections::HashMap;

use nix::errno::Errno;
use nix::libc;
use nix::unistd::Pid;

use super::contents::Found;
use super::inspect::Inspector;
use super::memory;

/// Calls by which a process gets at what others have open or in memory, or opens files, and of which nobody
/// is told what they lead to.
const BESIDE: [libc::c_long; 4] = [
    libc::SYS_io_uring_setup,
    libc::SYS_open_by_handle_at,
    libc::SYS_pidfd_getfd,
    libc::SYS_process_vm_readv,
];

/// Whether nobody is told what a call leads to.
pub(super) fn is_beside(call: u64) -> bool {
    libc::c_long::try_from(call).is_ok_and(|call| BESIDE.contains(&call))
}

/// Calls that have begun and not ended, with the address of the path that they were given.
#[derive(Debug, Default)]
pub(super) struct Opening(HashMap<Pid, u64>);

impl Opening {
    /// Looks at what `pid` is about to do; tells whether it opens a file.
    pub(super) fn begins(&mut self, pid: Pid, call: u64, arguments: &[u64; 6]) -> bool {
        let path = match libc::c_long::try_from(call) {
            Ok(libc::SYS_openat | libc::SYS_openat2) => arguments[1],
            #[cfg(target_arch = "x86_64")]
            Ok(libc::SYS_open) => arguments[0],
            _ => return false,
        };
        self.0.insert(pid, path);
        true
    }

    /// What `pid` has opened or looked for in vain, if that has to do with an experiment.
    pub(super) fn ends(
        &mut self,
        pid: Pid,
        answer: Option<i64>,
        inspector: &mut Inspector,
    ) -> Option<Found> {
        let path = self.0.remove(&pid)?;
        match answer? {
            fd @ 0.. => inspector.opened(pid, fd),
            error if error == -i64::from(Errno::ENOENT as i32) => {
                inspector.sought(pid, &memory::path(pid, path)?)
            }
            _ => None,
        }
    }

    /// Forgets a process or thread that is gone.
    pub(super) fn forget(&mut self, pid: Pid) {
        self.0.remove(&pid);
    }
}
