//! The system calls of tracing that the safe wrappers cannot express. With those of
//! `agent/walls/sys.rs` this is all of the crate's `unsafe` code.
//!
//! Real-time signals have no place in `nix`'s `Signal`: its `waitpid` fails on a tracee that is about
//! to receive one, after the event was consumed, and its `cont` cannot pass one on. And there is no
//! `PTRACE_LISTEN`, without which a stopped job could not be continued. What a call is about has a safe
//! wrapper with some C libraries only, and is read here as the kernel lays it out.

#![allow(
    unsafe_code,
    reason = "ptrace with real-time signals, PTRACE_LISTEN, what a call is about, tgkill and FIONREAD have no safe wrapper"
)]

use std::fs::File;
use std::os::fd::AsRawFd;
use std::ptr::null_mut;

use nix::errno::Errno;
use nix::libc::{self, c_int};
use nix::unistd::Pid;

/// The type of a request, which C libraries do not agree on.
#[cfg(target_env = "musl")]
type Request = c_int;
#[cfg(not(target_env = "musl"))]
type Request = libc::c_uint;

/// Waits for `pid` (-1: for any child or tracee of the calling thread) and gives it with its raw
/// status. Other threads' children and tracees are left alone.
pub(super) fn wait(pid: Pid, stopped_children: bool) -> Result<(Pid, c_int), Errno> {
    wait_in_way(pid, if stopped_children { libc::WUNTRACED } else { 0 })
}

/// What has happened to any child or tracee of the calling thread, which does not wait.
pub(super) fn heard() -> Result<Option<(Pid, c_int)>, Errno> {
    let nobody = Pid::from_raw(0);
    let heard = wait_in_way(Pid::from_raw(-1), libc::WNOHANG)?;
    Ok(Some(heard).filter(|(pid, _)| *pid != nobody))
}

fn wait_in_way(pid: Pid, way: c_int) -> Result<(Pid, c_int), Errno> {
    let mut status: c_int = 0;
    let way = libc::__WALL | libc::__WNOTHREAD | way;
    // SAFETY: `status` is a valid place for one int during the call, and `waitpid` keeps no pointer.
    let changed = unsafe { libc::waitpid(pid.as_raw(), &raw mut status, way) };
    Errno::result(changed).map(|pid| (Pid::from_raw(pid), status))
}

/// How many bytes are in a pipe.
pub(super) fn length_of(pipe: &File) -> Result<c_int, Errno> {
    let mut length: c_int = 0;
    // SAFETY: this request writes one int to the place that it is given, which is valid during the call.
    let outcome = unsafe { libc::ioctl(pipe.as_raw_fd(), libc::FIONREAD as _, &raw mut length) };
    Errno::result(outcome).map(|_| length)
}

/// Lets a stopped tracee go on and receive `signal`, 0 for none.
pub(super) fn resume(pid: Pid, signal: c_int) -> Result<(), Errno> {
    request(libc::PTRACE_CONT, pid, signal)
}

/// Lets a tracee go on to the end of the system call that it is in.
pub(super) fn resume_to_end_of_call(pid: Pid) -> Result<(), Errno> {
    request(libc::PTRACE_SYSCALL, pid, 0)
}

/// What a stop is about: the kernel's `struct ptrace_syscall_info` in words of eight bytes. Behind the kind and two
/// addresses stand the call's number and arguments, or what it returns.
#[derive(Debug, Default)]
pub(super) struct CallInfo([u64; 11]);

impl CallInfo {
    /// The request that gives one, and the two kinds that are of interest (`linux/ptrace.h`).
    const REQUEST: Request = 0x420e;
    const AT_ITS_END: u8 = 2;
    const AT_THE_FILTER: u8 = 3;

    /// Asks what the stop of a tracee is about.
    pub(super) fn of(pid: Pid) -> Result<Self, Errno> {
        let mut info = Self::default();
        let size = size_of_val(&info.0);
        // SAFETY: the kernel writes at most `size` bytes there, which is all of an array of plain numbers. A `pid`
        // that is no tracee gives an error.
        let outcome =
            unsafe { libc::ptrace(Self::REQUEST, pid.as_raw(), size, info.0.as_mut_ptr()) };
        Errno::result(outcome).map(|_| info)
    }

    fn is(&self, kind: u8) -> bool {
        self.0[0].to_ne_bytes()[0] == kind
    }

    /// The number and the arguments of the call at which the filter has stopped a tracee.
    pub(super) fn filtered_call(&self) -> Option<(u64, [u64; 6])> {
        let [_, _, _, number, arguments @ .., _] = self.0;
        self.is(Self::AT_THE_FILTER).then_some((number, arguments))
    }

    /// What a call that is over returns to a tracee.
    pub(super) fn returned(&self) -> Option<i64> {
        self.is(Self::AT_ITS_END).then(|| self.0[3].cast_signed())
    }
}

/// Whether `tid` is a thread of the process `group`. That is asked at every birth, and `/proc` takes twenty times as
/// long to tell.
pub(super) fn is_thread_of(tid: Pid, group: Pid) -> bool {
    // SAFETY: the number 0 is no signal, and asks only whether there is whom it is for.
    let outcome = unsafe { libc::syscall(libc::SYS_tgkill, group.as_raw(), tid.as_raw(), 0) };
    outcome == 0
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

fn request(request: Request, pid: Pid, data: c_int) -> Result<(), Errno> {
    // Passed as a long, as the kernel reads it.
    let data = libc::c_long::from(data);
    // SAFETY: PTRACE_CONT, PTRACE_SYSCALL and PTRACE_LISTEN neither read nor write memory of this process: the
    // address is ignored and `data` is a number. A `pid` that is no tracee gives an error.
    let outcome = unsafe { libc::ptrace(request, pid.as_raw(), null_mut::<libc::c_void>(), data) };
    Errno::result(outcome).map(drop)
}
