//! Which system calls a tracer is told of: connecting, opening a file to read it, getting at what others
//! have open or in memory, and filtering one's own.
//!
//! This is no wall: nothing is refused, and it is there without walls, too. Where no tracer is, such
//! calls would fail, hence it is for traced processes only.

use nix::libc;
use seccompiler::{SeccompAction, apply_filter, sock_filter};

const LOAD: u16 = 0x20;
const AND: u16 = 0x54;
const JUMP: u16 = 0x05;
const JUMP_IF_EQUAL: u16 = 0x15;
const RETURN: u16 = 0x06;

/// Where a filter sees the call's number, its architecture, and the lower half of an argument.
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;
const fn argument(at: u32) -> u32 {
    16 + 8 * at
}

/// What the kernel calls the architecture that this program is for, where it has a name here.
const OWN: Option<u32> = if cfg!(target_arch = "x86_64") {
    Some(0xc000_003e)
} else if cfg!(all(target_arch = "aarch64", target_endian = "little")) {
    Some(0xc000_00b7)
} else {
    None
};

/// The call `open`, where the architecture has one.
#[cfg(target_arch = "x86_64")]
const OPEN: Option<libc::c_long> = Some(libc::SYS_open);
#[cfg(not(target_arch = "x86_64"))]
const OPEN: Option<libc::c_long> = None;

/// Flags by which it is told whether a file is opened to be read: how it is accessed, and that it is
/// a folder.
const FLAGS: libc::c_int = libc::O_ACCMODE | libc::O_DIRECTORY;

/// Has this process and all that descends from it tell its tracer.
///
/// # Errors
/// Fails when the kernel refuses, or the architecture is not known here.
pub(in crate::agent) fn tell_tracer() -> Result<(), String> {
    let own = OWN.ok_or("calls are told on x86-64 and 64-bit ARM only")?;
    apply_filter(&program(own)).map_err(|error| error.to_string())
}

/// Lets calls pass at once but those that are told.
fn program(own: u32) -> Vec<sock_filter> {
    let step = |code, jt, jf, k| sock_filter { code, jt, jf, k };
    let call = |number: libc::c_long| u32::try_from(number).unwrap_or(u32::MAX);
    let if_equal = |k, jt, jf| step(JUMP_IF_EQUAL, jt, jf, k);
    let flag = libc::c_int::cast_unsigned;
    vec![
        step(LOAD, 0, 0, ARCHITECTURE),
        if_equal(own, 0, 19),
        step(LOAD, 0, 0, NUMBER),
        if_equal(call(libc::SYS_connect), 18, 0),
        if_equal(call(libc::SYS_openat2), 17, 0),
        if_equal(call(libc::SYS_seccomp), 16, 0),
        if_equal(call(libc::SYS_io_uring_setup), 15, 0),
        if_equal(call(libc::SYS_open_by_handle_at), 14, 0),
        if_equal(call(libc::SYS_pidfd_getfd), 13, 0),
        if_equal(call(libc::SYS_process_vm_readv), 12, 0),
        if_equal(call(libc::SYS_openat), 4, 0),
        if_equal(OPEN.map_or(u32::MAX, call), 5, 0),
        if_equal(call(libc::SYS_prctl), 0, 8),
        step(LOAD, 0, 0, argument(0)),
        if_equal(flag(libc::PR_SET_SECCOMP), 7, 6),
        step(LOAD, 0, 0, argument(2)),
        step(JUMP, 0, 0, 1),
        step(LOAD, 0, 0, argument(1)),
        step(AND, 0, 0, flag(FLAGS)),
        if_equal(flag(libc::O_RDONLY), 2, 0),
        if_equal(flag(libc::O_RDWR), 1, 0),
        step(RETURN, 0, 0, SeccompAction::Allow.into()),
        step(RETURN, 0, 0, SeccompAction::Trace(0).into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the filter says of a call, as the kernel would carry it out.
    fn said(architecture: u32, number: libc::c_long, arguments: [u32; 3]) -> u32 {
        let program = program(OWN.unwrap());
        let (mut at, mut word) = (0, 0);
        loop {
            let step = &program[at];
            at += 1;
            match step.code {
                LOAD => {
                    word = match step.k {
                        NUMBER => u32::try_from(number).unwrap(),
                        ARCHITECTURE => architecture,
                        k => arguments[((k - 16) / 8) as usize],
                    }
                }
                AND => word &= step.k,
                JUMP => at += step.k as usize,
                JUMP_IF_EQUAL => at += usize::from(if word == step.k { step.jt } else { step.jf }),
                _ => return step.k,
            }
        }
    }

    #[test]
    fn connecting_and_reading_are_told_and_nothing_else() {
        let own = OWN.unwrap();
        let told: u32 = SeccompAction::Trace(0).into();
        let passed: u32 = SeccompAction::Allow.into();
        let flag = libc::c_int::cast_unsigned;
        let at = |flags| said(own, libc::SYS_openat, [0, 0, flag(flags)]);
        for flags in [
            libc::O_RDONLY,
            libc::O_RDONLY | libc::O_CLOEXEC,
            libc::O_RDWR | libc::O_CREAT,
        ] {
            assert_eq!(at(flags), told, "{flags:o}");
        }
        for flags in [
            libc::O_WRONLY | libc::O_CREAT | libc::O_TRUNC,
            libc::O_RDONLY | libc::O_DIRECTORY,
        ] {
            assert_eq!(at(flags), passed, "{flags:o}");
        }
        if let Some(open) = OPEN {
            assert_eq!(said(own, open, [0, flag(libc::O_RDONLY), 1]), told);
            assert_eq!(said(own, open, [0, flag(libc::O_WRONLY), 0]), passed);
        }
        assert_eq!(said(own, libc::SYS_openat2, [1, 1, 1]), told);
        assert_eq!(said(own, libc::SYS_connect, [1, 1, 1]), told);
        assert_eq!(said(own, libc::SYS_seccomp, [1, 0, 1]), told);
        for beside in [
            libc::SYS_io_uring_setup,
            libc::SYS_open_by_handle_at,
            libc::SYS_pidfd_getfd,
            libc::SYS_process_vm_readv,
        ] {
            assert_eq!(said(own, beside, [0, 0, 0]), told);
        }
        let filtering = flag(libc::PR_SET_SECCOMP);
        assert_eq!(said(own, libc::SYS_prctl, [filtering, 2, 1]), told);
        assert_eq!(said(own, libc::SYS_prctl, [filtering + 1, 2, 1]), passed);
        assert_eq!(said(own, libc::SYS_read, [0, 0, 0]), passed);
        assert_eq!(said(3, libc::SYS_openat, [0, 0, 0]), passed);
    }
}
