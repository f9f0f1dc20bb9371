//! What a tracer has collected and a parent has not.
//!
//! The tracer hears of a death first. The dead then wait for their parent as ever, and where that died
//! without collecting them, for whoever adopts orphans: this process. No thread of it would wait for
//! them, as only the tracer knows whose they were.

use std::collections::HashMap;

use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

use crate::process::{self, Process};

/// The dead of a tree, with the time at which each began.
#[derive(Debug, Default)]
pub(super) struct Remains(HashMap<Pid, u64>);

impl Remains {
    /// Remembers what the tracer has just collected, if its parent is still to do the same.
    pub(super) fn note(&mut self, pid: Pid) {
        match process::of(pid).filter(|process| process.is_zombie) {
            Some(process) => self.0.insert(pid, process.began),
            None => self.0.remove(&pid),
        };
    }

    /// Collects those that were left to this process. Nobody else waits for them, so that a number
    /// that is still theirs stays theirs until it is waited for.
    pub(super) fn collect(&mut self) {
        let own = nix::unistd::getpid();
        for (pid, began) in self.0.drain() {
            let is_left_here = |process: &Process| {
                process.is_zombie && process.began == began && process.parent == own
            };
            if process::of(pid).as_ref().is_some_and(is_left_here) {
                // It is there, and dead.
                let _ = waitpid(pid, Some(WaitPidFlag::WNOHANG));
            }
        }
    }
}
