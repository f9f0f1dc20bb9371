//! Tracing an agent's process tree with ptrace.
//!
//! Tracing belongs to a thread: the one that starts the agent is its parent, waits for it and for
//! all that descends from it, and does nothing else. Processes are stopped by the kernel when they
//! fork, execute a program, receive a signal or stop, and of all system calls at those only for which
//! a filter asks, so that they run at full speed in between. Should the harness die, the kernel ends all
//! of them.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::sync::oneshot;

use super::inspect::Inspector;
use super::log::Log;
use super::tracees::Tracer;
use super::{Originals, Requests};

/// A started agent under trace.
#[derive(Debug)]
pub(crate) struct Traced {
    /// The agent's process, whose pipes may be taken from it. It is not to be waited for.
    pub(crate) child: Child,
    /// How the agent ended, once it has.
    pub(crate) exit: oneshot::Receiver<ExitStatus>,
    /// Told when no process of the tree is left.
    pub(crate) gone: oneshot::Receiver<()>,
    /// What was observed.
    pub(crate) log: Arc<Mutex<Log>>,
}

/// Starts `command`, which must stop itself with SIGSTOP before it becomes the agent, and traces it
/// from there on.
///
/// # Errors
/// Fails when the program or the thread cannot be started.
pub(crate) async fn start(
    command: Command,
    requests: Requests,
    originals: Originals,
) -> io::Result<Traced> {
    let (sender, receiver) = oneshot::channel();
    let work = move || trace(command, requests, originals, sender);
    std::thread::Builder::new()
        .name("tracer".to_owned())
        .spawn(work)?;
    let lost = |_| io::Error::other("the tracing thread ended before it began");
    receiver.await.map_err(lost)?
}

fn trace(
    mut command: Command,
    requests: Requests,
    originals: Originals,
    started: oneshot::Sender<io::Result<Traced>>,
) {
    let child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            // Nobody listens any more when the run was given up.
            let _ = started.send(Err(error));
            return;
        }
    };
    let root = Pid::from_raw(child.id().cast_signed());
    let (exit_sender, exit) = oneshot::channel();
    let (gone_sender, gone) = oneshot::channel();
    let log = Arc::new(Mutex::new(Log::new()));
    let inspector = Inspector::new(originals);
    let mut tracer = Tracer::new(root, Arc::clone(&log), requests, inspector, exit_sender);
    let handle = Traced {
        child,
        exit,
        gone,
        log,
    };
    if started.send(Ok(handle)).is_err() {
        // The processes must not outlive those who would have ended them.
        let _ = kill(root, Signal::SIGKILL);
    }
    tracer.trace();
    let _ = gone_sender.send(());
}
