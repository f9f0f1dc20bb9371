//! The system calls of walls that no safe wrapper expresses.

#![allow(
    unsafe_code,
    reason = "fork, ioctls on interfaces, descriptors out of a message, and raw statuses have no safe wrapper"
)]

use std::net::Ipv4Addr;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::libc::{self, c_int};
use nix::sys::signal::SigSet;
use nix::unistd::{ForkResult, Pid};

/// Forks this process, which must have one thread only.
pub(super) fn fork() -> Result<ForkResult, Errno> {
    let threads = std::fs::read_dir("/proc/self/task").map_or(1, Iterator::count);
    if threads != 1 {
        return Err(Errno::EINVAL);
    }
    // SAFETY: with a single thread nobody holds a lock that the child would wait for.
    unsafe { nix::unistd::fork() }
}

/// Waits for any child and gives it with its raw status: `nix` fails on real-time signals.
pub(super) fn wait(pid: Pid) -> Result<(Pid, c_int), Errno> {
    let mut status: c_int = 0;
    loop {
        // SAFETY: `status` is a valid place for one int during the call, and no pointer is kept.
        let ended = unsafe { libc::waitpid(pid.as_raw(), &raw mut status, libc::__WALL) };
        match Errno::result(ended) {
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
            Ok(ended) => return Ok((Pid::from_raw(ended), status)),
        }
    }
}

/// Whether a child is there, dead or alive.
pub(super) fn has_child() -> bool {
    // SAFETY: an all-zero `siginfo_t` is a valid one, and the pointer is not kept.
    let outcome = unsafe {
        let mut info: libc::siginfo_t = std::mem::zeroed();
        let how = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT | libc::__WALL;
        libc::waitid(libc::P_ALL, 0, &raw mut info, how)
    };
    outcome == 0
}

/// Ends this process as one ended whose raw status is given.
pub(super) fn end_like(status: c_int) -> ! {
    if libc::WIFSIGNALED(status) {
        let signal = libc::WTERMSIG(status);
        let _ = nix::sys::prctl::set_dumpable(false);
        let _ = SigSet::empty().thread_set_mask();
        // SAFETY: neither call has a pointer; the disposition is set to the default before.
        unsafe {
            libc::signal(signal, libc::SIG_DFL);
            libc::raise(signal);
        }
        std::process::exit(128 + signal);
    }
    std::process::exit(libc::WEXITSTATUS(status));
}

/// Takes descriptors as one's own that a message brought.
pub(super) fn own(received: &[RawFd]) -> Vec<OwnedFd> {
    let owned = received
        .iter()
        // SAFETY: the kernel has just made them for this process, and nobody else knows them.
        .map(|fd| unsafe { OwnedFd::from_raw_fd(*fd) });
    owned.collect()
}

/// Has every descriptor but the standard streams closed when a program is executed: whoever started the
/// harness may have left some open.
pub(super) fn keep_streams_only() -> Result<(), Errno> {
    // Not every C library has a function of that name.
    let (call, how) = (libc::SYS_close_range, libc::CLOSE_RANGE_CLOEXEC);
    // SAFETY: marking descriptors closes none, and the call has no pointer.
    let outcome = unsafe { libc::syscall(call, 3, libc::c_uint::MAX, how) };
    Errno::result(outcome).map(drop)
}

/// `struct ifreq` as far as these requests read it.
#[repr(C)]
struct Interface {
    name: [u8; libc::IFNAMSIZ],
    value: [u8; 24],
}

impl Interface {
    fn named(name: &str) -> Self {
        let mut own = [0; libc::IFNAMSIZ];
        let length = name.len().min(libc::IFNAMSIZ - 1);
        own[..length].copy_from_slice(&name.as_bytes()[..length]);
        Self {
            name: own,
            value: [0; 24],
        }
    }
}

/// Takes the interface `lo` up; `socket` is any of the network namespace.
pub(super) fn raise_loopback(socket: BorrowedFd<'_>) -> Result<(), Errno> {
    let mut request = Interface::named("lo");
    let flags = libc::IFF_UP | libc::IFF_RUNNING;
    request.value[..2].copy_from_slice(&(flags as u16).to_ne_bytes());
    ask(socket, libc::SIOCSIFFLAGS, &mut request)
}

/// Gives `lo` a further address, the `number`th.
pub(super) fn add_address(
    socket: BorrowedFd<'_>,
    number: usize,
    address: Ipv4Addr,
) -> Result<(), Errno> {
    let mut request = Interface::named(&format!("lo:{number}"));
    request.value[..2].copy_from_slice(&(libc::AF_INET as u16).to_ne_bytes());
    request.value[4..8].copy_from_slice(&address.octets());
    ask(socket, libc::SIOCSIFADDR, &mut request)
}

fn ask(
    socket: BorrowedFd<'_>,
    request: libc::c_ulong,
    interface: &mut Interface,
) -> Result<(), Errno> {
    // SAFETY: `Interface` has the size and layout of `struct ifreq` and outlives the call.
    let outcome = unsafe {
        libc::ioctl(
            socket.as_raw_fd(),
            request as _,
            std::ptr::from_mut(interface),
        )
    };
    Errno::result(outcome).map(drop)
}
