//! A process that wakes the harness when an agent has stopped it.
//!
//! Where the agent has a process namespace it cannot signal the harness, and no sentry is posted. Where
//! it could, a stopped harness would neither end the play nor say why. A harness at a terminal is left
//! to whoever sits there: the shell tells that it was stopped, and may have been what stopped it.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};

use nix::errno::Errno;
use nix::libc::c_int;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::order::Order;
use crate::process::{self, Process};

/// How often is looked, in milliseconds.
const LOOK: u16 = 200;

/// What is told each time before the harness is woken.
const WOKEN: &[u8] = b".";

/// Most times that are counted.
const MOST: u64 = 10_000;

/// A posted sentry. It goes when this is dropped, or the harness ends.
#[derive(Debug)]
pub(crate) struct Sentry(Child);

impl Sentry {
    /// Posts one for this process.
    ///
    /// # Errors
    /// Fails when `launcher` cannot be started.
    pub(crate) fn post(launcher: &Path) -> io::Result<Self> {
        let child = Order::Watch(std::process::id())
            .command(launcher)?
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        Ok(Self(child))
    }

    /// Sends it away; tells how often it woke the harness.
    pub(crate) fn relieve(mut self) -> usize {
        // It may have been stopped as well, hence no waiting for it. What it told stays in the pipe.
        let _ = self.0.kill();
        let mut told = Vec::new();
        if let Some(stdout) = self.0.stdout.take() {
            let _ = stdout.take(MOST).read_to_end(&mut told);
        }
        told.len()
    }
}

impl Drop for Sentry {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The sentry's work.
pub(super) fn watch(harness: u32, out: &mut impl Write) -> io::Result<()> {
    let stdin = io::stdin();
    let mut end = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN)];
    while !is_over(poll(&mut end, PollTimeout::from(LOOK)))? {
        let harness = Pid::from_raw(harness.cast_signed());
        if process::of(harness).is_some_and(is_forsaken) {
            out.write_all(WOKEN)?;
            out.flush()?;
            kill(harness, Signal::SIGCONT)?;
        }
    }
    Ok(())
}

/// Who is stopped and goes on is disturbed in waiting, and nothing else.
fn is_over(polled: Result<c_int, Errno>) -> Result<bool, Errno> {
    match polled {
        Err(Errno::EINTR) => Ok(false),
        polled => Ok(polled? != 0),
    }
}

/// Whether a process is stopped, and nobody at a terminal would know.
fn is_forsaken(process: Process) -> bool {
    process.is_stopped && !process.has_terminal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_stopped_without_a_terminal_are_woken() {
        let is_forsaken = |stat: &str| {
            let stat = format!("{stat} -1 0 0 0 0 0 0 0 0 0 20 0 1 0 8812 0 0");
            process::parse(Pid::from_raw(7), stat.as_bytes()).is_some_and(is_forsaken)
        };
        assert!(is_forsaken("7 (a) T) T 1 7 7 0"));
        assert!(!is_forsaken("7 (a) T) S 1 7 7 0"));
        assert!(!is_forsaken("7 (a) T 1 7 7 34816"));
        assert!(!is_forsaken(""));
    }
}
