//! Waiting for what the processes of a tree do next.
//!
//! The tracer sleeps while they run. What comes within microseconds is waited for awake, for a short time that is
//! bounded: to fall asleep and be woken takes the processor as long, and holds the process up for longer.

use std::collections::HashSet;
use std::hint;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::libc::c_int;
use nix::unistd::Pid;

use super::sys;

/// How long the tracer stays awake.
const AWAKE: Duration = Duration::from_micros(50);

/// How often it sleeps at most before it tries to stay awake again.
const MOST_SLEPT: u32 = 63;

/// How often a processor pauses before the kernel is asked again, which takes a lock that others want.
const PAUSES: u32 = 32;

/// What is expected.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    is_soon: bool,
    patience: Patience,
    /// Processes and threads that were seen before those told of them who made them.
    held: HashSet<Pid>,
}

impl Waiting {
    /// Expects the next event within microseconds.
    pub(super) fn expect(&mut self) {
        self.is_soon = true;
    }

    /// Expects that somebody tells of `pid`, which is held still until then.
    pub(super) fn hold(&mut self, pid: Pid) {
        self.held.insert(pid);
    }

    /// No longer holds `pid`; tells whether it was held.
    pub(super) fn release(&mut self, pid: Pid) -> bool {
        self.held.remove(&pid)
    }

    /// Those who are held, and are no longer.
    pub(super) fn release_all(&mut self) -> HashSet<Pid> {
        std::mem::take(&mut self.held)
    }

    /// What happens soon, with the raw status; nothing where nothing is expected or comes.
    pub(super) fn soon(&mut self) -> Result<Option<(Pid, c_int)>, Errno> {
        if !std::mem::take(&mut self.is_soon) && self.held.is_empty() {
            return Ok(None);
        }
        let mut heard = sys::heard()?;
        if heard.is_some() || !self.patience.is_left() {
            return Ok(heard);
        }
        let began = Instant::now();
        while heard.is_none() && began.elapsed() < AWAKE {
            (0..PAUSES).for_each(|_| hint::spin_loop());
            heard = sys::heard()?;
        }
        self.patience.learn(heard.is_some());
        Ok(heard)
    }
}

/// Whether to stay awake. Where the processors are busy and it was in vain, others have more use for them: then the
/// tracer sleeps once, the next time three times, and so on.
#[derive(Debug, Default)]
struct Patience {
    /// How often it is yet to sleep, and how often it was to after it was in vain the last time.
    sleeps: u32,
    slept: u32,
}

impl Patience {
    fn is_left(&mut self) -> bool {
        let is_left = self.sleeps == 0;
        self.sleeps = self.sleeps.saturating_sub(1);
        is_left
    }

    fn learn(&mut self, was_worth_it: bool) {
        self.slept = if was_worth_it {
            0
        } else {
            MOST_SLEPT.min(2 * self.slept + 1)
        };
        self.sleeps = self.slept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// This thread has no children, which whoever asks is told.
    #[test]
    fn it_is_asked_only_where_something_is_expected() {
        let mut waiting = Waiting::default();
        assert_eq!(waiting.soon(), Ok(None));
        waiting.expect();
        assert_eq!(waiting.soon(), Err(Errno::ECHILD));
        assert_eq!(waiting.soon(), Ok(None));
        let child = Pid::from_raw(i32::MAX);
        waiting.hold(child);
        assert_eq!(waiting.soon(), Err(Errno::ECHILD));
        assert!(waiting.release(child) && !waiting.release(child));
        assert_eq!(waiting.soon(), Ok(None));
        waiting.hold(child);
        assert_eq!(waiting.release_all(), HashSet::from([child]));
        assert_eq!(waiting.soon(), Ok(None));
    }

    #[test]
    fn who_stayed_awake_in_vain_sleeps_more_often() {
        let mut patience = Patience::default();
        let mut until_left = |was_worth_it| {
            patience.learn(was_worth_it);
            (0..1_000).take_while(|_| !patience.is_left()).count()
        };
        assert_eq!(until_left(true), 0);
        let slept: Vec<usize> = (0..8).map(|_| until_left(false)).collect();
        assert_eq!(slept, [1, 3, 7, 15, 31, 63, 63, 63]);
        assert_eq!((until_left(true), until_left(false)), (0, 1));
    }
}
