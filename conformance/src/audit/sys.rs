//! The system calls of tracing that the safe wrappers cannot express. This is the crate's only
//! module with `unsafe` code.
//!
//! Real-time signals have no place in `nix`'s `Signal`: its `waitpid` fails on a tracee that is about
//! to receive one, after the event was consumed, and its `cont` cannot pass one on. And there is no
//! `PTRACE_LISTEN`, without which a stopped job could not be continued.

#![allow(
    unsafe_code,
    reason = "ptrace with real-time signals and PTRACE_LISTEN has no safe wrapper"
)]

use std::ptr::null_mut;

use nix::errno::Errno;
use nix::libc::{self, c_int};
use nix::unistd::Pid;

/// Waits for `pid` (-1: for any child or tracee of the calling thread) and gives it with its raw
/// status. Other threads' children and tracees are left alone.
pub(super) fn wait(pid: Pid, stopped_children: bool) -> Result<(Pid, c_int), Errno> {
    let untraced = if stopped_children { libc::WUNTRACED } else { 0 };
    let mut status: c_int = 0;
    // SAFETY: `status` is a valid place for one int during the call, and `waitpid` keeps no pointer.
    let changed = unsafe {
        libc::waitpid(
            pid.as_raw(),
            &raw mut status,
            libc::__WALL | libc::__WNOTHREAD | untraced,
        )
    };
    Errno::result(changed).map(|pid| (Pid::from_raw(pid), status))
}

/// Lets a stopped tracee go on and receive `signal`, 0 for none.
pub(super) fn resume(pid: Pid, signal: c_int) -> Result<(), Errno> {
    request(libc::PTRACE_CONT, pid, signal)
}

/// Leaves a tracee in its group-stop, from which SIGCONT will wake it.
pub(super) fn listen(pid: Pid) -> Result<(), Errno> {
    request(libc::PTRACE_LISTEN, pid, 0)
}

fn request(request: libc::c_uint, pid: Pid, data: c_int) -> Result<(), Errno> {
    // Passed as a long, as the kernel reads it.
    let data = libc::c_long::from(data);
    // SAFETY: neither PTRACE_CONT nor PTRACE_LISTEN reads or writes memory of this process: the
    // address is ignored and `data` is a number. A `pid` that is no tracee gives an error.
    let outcome = unsafe { libc::ptrace(request, pid.as_raw(), null_mut::<libc::c_void>(), data) };
    Errno::result(outcome).map(drop)
}
