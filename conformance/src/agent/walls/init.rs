//! Process 1 of an agent's process namespace, and what waits for it outside.
//!
//! Neither executes a program, so that neither gets a number. The one outside ends as the agent ended,
//! which is what the harness waits for; process 1 collects orphans until nobody is left, and when it is
//! killed, the kernel kills everything in its namespace. Where there is no such namespace and no tracer,
//! a process of the same kind is the parent of orphans, so that they are found below it.

use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::AsFd;

use nix::libc::c_int;
use nix::sys::prctl;
use nix::sys::signal::{SigSet, Signal};
use nix::unistd::{ForkResult, Pid, dup2_stderr, dup2_stdin, dup2_stdout};

use super::{capabilities, sys};

/// What process 1 tells outside when the agent has ended: its raw status, and whether it was the last.
const MESSAGE: usize = 5;

/// In process 1: where it tells how the agent ended, and the signals that the agent is to hear.
pub(super) struct Inside {
    outside: PipeWriter,
    signals: SigSet,
}

/// Forks process 1 of the process namespace that was made, or the one in its place. Returns there only; the process outside
/// waits and ends as the agent ends.
pub(super) fn split() -> io::Result<Inside> {
    let (reader, writer) = io::pipe()?;
    // Whoever ends the tree signals the whole group, and these two must last to the end.
    let signals = SigSet::all().thread_swap_mask(nix::sys::signal::SigmaskHow::SIG_SETMASK)?;
    match sys::fork()? {
        ForkResult::Parent { child } => {
            drop(writer);
            let_go_of_streams();
            sys::end_like(how_it_ended(reader, child));
        }
        ForkResult::Child => {
            drop(reader);
            prctl::set_pdeathsig(Signal::SIGKILL)?;
            prctl::set_child_subreaper(true)?;
            Ok(Inside {
                outside: writer,
                signals,
            })
        }
    }
}

impl Inside {
    /// Forks the process that is to become the agent. Returns there only.
    pub(super) fn bear(self) -> io::Result<()> {
        // The agent has the same user, and could look into this process otherwise.
        prctl::set_dumpable(false)?;
        match sys::fork()? {
            ForkResult::Child => {
                prctl::set_dumpable(true)?;
                self.signals.thread_set_mask()?;
                Ok(())
            }
            ForkResult::Parent { child } => self.reign(child),
        }
    }

    fn reign(mut self, agent: Pid) -> ! {
        let_go_of_streams();
        let _ = capabilities::drop_all();
        while let Ok((pid, status)) = sys::wait(Pid::from_raw(-1)) {
            if pid == agent {
                // What is left gets its time to end, although the process outside goes now.
                let _ = prctl::set_pdeathsig(None);
                let mut message = [0; MESSAGE];
                message[..4].copy_from_slice(&status.to_ne_bytes());
                message[4] = u8::from(!sys::has_child());
                // A reader that is gone was killed, and so will this process be.
                let _ = self.outside.write_all(&message);
            }
        }
        std::process::exit(0)
    }
}

/// The agent's raw status; process 1's own when it was ended before.
fn how_it_ended(mut reader: PipeReader, init: Pid) -> c_int {
    let mut message = [0; MESSAGE];
    let is_told = reader.read_exact(&mut message).is_ok();
    let own = if is_told && message[4] == 0 {
        None
    } else {
        sys::wait(init).ok()
    };
    if is_told {
        let [a, b, c, d, _] = message;
        return c_int::from_ne_bytes([a, b, c, d]);
    }
    own.map_or(0, |(_, status)| status)
}

/// Whoever reads the agent's output, or writes its input, must not wait for these processes.
fn let_go_of_streams() {
    let Ok(null) = File::options().read(true).write(true).open("/dev/null") else {
        return;
    };
    let _ = dup2_stdin(null.as_fd());
    let _ = dup2_stdout(null.as_fd());
    let _ = dup2_stderr(null.as_fd());
}
