//! What a tracer has collected and a parent has not.
//!
//! The tracer hears of a death first. The dead then wait for their parent as ever, and where that died
//! without collecting them, for whoever adopts orphans: this process. No thread of it would wait for
//! them, as only the tracer knows whose they were.

use std::collections::HashMap;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::time::{ClockId, clock_gettime};
use nix::unistd::{Pid, SysconfVar, sysconf};

use crate::process::{self, Process};

/// How many dead are remembered before those are forgotten whom their parents have collected.
const FEW: usize = 1024;

/// The dead of a tree, with the time at which each was dead, in ticks since the machine began.
#[derive(Debug)]
pub(super) struct Remains {
    dead: HashMap<Pid, u64>,
    ticks_a_second: u64,
    /// How many dead are remembered before it is looked who of them is still there.
    room: usize,
}

impl Default for Remains {
    fn default() -> Self {
        let ticks = sysconf(SysconfVar::CLK_TCK).ok().flatten();
        Self {
            dead: HashMap::new(),
            ticks_a_second: ticks.and_then(|ticks| ticks.try_into().ok()).unwrap_or(100),
            room: FEW,
        }
    }
}

impl Remains {
    /// Remembers what the tracer has just collected: its parent is still to do the same. That is not asked
    /// for now, as the parent is about to wake up, and to be looked after.
    pub(super) fn note(&mut self, pid: Pid) {
        self.dead.insert(pid, self.now());
        if self.dead.len() >= self.room {
            self.dead.retain(|pid, _| is_there(*pid));
            self.room = FEW.max(2 * self.dead.len());
        }
    }

    /// Collects those that were left to this process. Nobody else waits for them, so that a number
    /// that is still theirs stays theirs until it is waited for.
    pub(super) fn collect(&mut self) {
        let own = nix::unistd::getpid();
        for (pid, died) in self.dead.drain() {
            // Whoever began later has got the number anew. In the same tick nobody has: numbers go round once all
            // others were given.
            let is_left_here = |process: &Process| {
                process.is_zombie && process.began <= died && process.parent == own
            };
            if is_there(pid) && process::of(pid).as_ref().is_some_and(is_left_here) {
                // It is there, and dead.
                let _ = waitpid(pid, Some(WaitPidFlag::WNOHANG));
            }
        }
    }

    /// The time as `/proc` gives that at which a process began.
    fn now(&self) -> u64 {
        let now = clock_gettime(ClockId::CLOCK_BOOTTIME).map_or(Duration::ZERO, Duration::from);
        let ticks = now.as_nanos() * u128::from(self.ticks_a_second) / 1_000_000_000;
        u64::try_from(ticks).unwrap_or(u64::MAX)
    }
}

/// Whether there is a process of this number, alive or dead; `/proc` takes ten times as long to tell.
fn is_there(pid: Pid) -> bool {
    kill(pid, None) != Err(Errno::ESRCH)
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    /// Starts a process that has ended and was not collected.
    fn dead() -> Pid {
        let started = Command::new("true").stdin(Stdio::null()).spawn();
        let pid = Pid::from_raw(started.unwrap().id().cast_signed());
        while !process::of(pid).unwrap().is_zombie {
            std::thread::yield_now();
        }
        pid
    }

    #[test]
    fn who_was_left_is_collected_and_who_has_the_number_anew_is_not() {
        let mut remains = Remains::default();
        let (left, other) = (dead(), dead());
        remains.note(left);
        let before = process::of(other).unwrap().began - 1;
        remains.dead.insert(other, before);
        remains.collect();
        assert!(!is_there(left));
        assert!(is_there(other));
        waitpid(other, None).unwrap();
    }

    #[test]
    fn those_who_are_gone_are_forgotten() {
        let mut remains = Remains::default();
        let left = dead();
        remains.note(left);
        // No process has a number of that size.
        for number in 0..5_000 {
            remains.note(Pid::from_raw(i32::MAX - number));
        }
        assert!(remains.dead.len() < FEW);
        assert!(remains.dead.contains_key(&left));
        remains.collect();
        assert!(!is_there(left));
    }
}
