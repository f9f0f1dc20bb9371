//! The system calls of tracing that the safe wrappers cannot express. With those of
//! `agent/walls/sys.rs` this is all of the crate's `unsafe` code.
//!
//! Real-time signals have no place in `nix`'s `Signal`: its `waitpid` fails on a tracee that is about
//! to receive one, after the event was consumed, and its `cont` cannot pass one on. And there is no
//! `PTRACE_LISTEN`, without which a stopped job could not be continued.

#![allow(
    unsafe_code,
    reason = "ptrace with real-time signals, PTRACE_LISTEN and what is in a union have no safe wrapper"
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

/// Lets a tracee go on to the end of the system call that it is in.
pub(super) fn resume_to_end_of_call(pid: Pid) -> Result<(), Errno> {
    request(libc::PTRACE_SYSCALL, pid, 0)
}

/// The number and the arguments of the call at which the filter has stopped a tracee.
pub(super) fn filtered_call(info: &libc::ptrace_syscall_info) -> Option<(u64, [u64; 6])> {
    if info.op != libc::PTRACE_SYSCALL_INFO_SECCOMP {
        return None;
    }
    // SAFETY: `op` says which member of the union the kernel has filled in, and all are plain numbers.
    Some(unsafe { (info.u.seccomp.nr, info.u.seccomp.args) })
}

/// What a call that is over returns to a tracee.
pub(super) fn returned(info: &libc::ptrace_syscall_info) -> Option<i64> {
    if info.op != libc::PTRACE_SYSCALL_INFO_EXIT {
        return None;
    }
    // SAFETY: as above.
    Some(unsafe { info.u.exit.sval })
}

/// Leaves a tracee in its group-stop, from which SIGCONT will wake it.
pub(super) fn listen(pid: Pid) -> Result<(), Errno> {
    request(libc::PTRACE_LISTEN, pid, 0)
}

/// Whether a process that received it stays stopped until SIGCONT.
pub(super) fn is_stop_signal(signal: c_int) -> bool {
    matches!(
        signal,
        libc::SIGSTOP | libc::SIGTSTP | libc::SIGTTIN | libc::SIGTTOU
    )
}

fn request(request: libc::c_uint, pid: Pid, data: c_int) -> Result<(), Errno> {
    // Passed as a long, as the kernel reads it.
    let data = libc::c_long::from(data);
    // SAFETY: PTRACE_CONT, PTRACE_SYSCALL and PTRACE_LISTEN neither read nor write memory of this process: the
    // address is ignored and `data` is a number. A `pid` that is no tracee gives an error.
    let outcome = unsafe { libc::ptrace(request, pid.as_raw(), null_mut::<libc::c_void>(), data) };
    Errno::result(outcome).map(drop)
}
