//! A started agent, traced or not.

use std::io;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};

use crate::audit::{Originals, Requests, Watched};

/// A started agent.
#[derive(Debug)]
pub(super) enum Running {
    /// A child of the harness like any other.
    Plain(Box<Child>),
    /// Traced by a thread that also collects it.
    #[cfg(target_os = "linux")]
    Traced(Box<Traced>),
}

/// A traced agent.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub(super) struct Traced {
    inner: crate::audit::tracer::Traced,
    status: Option<ExitStatus>,
    is_gone: bool,
}

/// The ends of an agent's pipes that the harness holds.
pub(super) struct Pipes {
    pub(super) stdin: Option<ChildStdin>,
    pub(super) stdout: Option<ChildStdout>,
    pub(super) stderr: Option<ChildStderr>,
}

impl Running {
    /// Starts `command`, and traces it when told with what.
    pub(super) async fn start(
        command: Command,
        traced: Option<(Requests, Originals)>,
    ) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        if let Some((requests, originals)) = traced {
            return Ok(Self::Traced(Box::new(Traced {
                inner: crate::audit::tracer::start(command, requests, originals).await?,
                status: None,
                is_gone: false,
            })));
        }
        let _ = traced;
        let mut command = tokio::process::Command::from(command);
        Ok(Self::Plain(Box::new(command.kill_on_drop(true).spawn()?)))
    }

    /// The process's id.
    pub(super) fn id(&self) -> Option<u32> {
        match self {
            Self::Plain(child) => child.id(),
            #[cfg(target_os = "linux")]
            Self::Traced(traced) => Some(traced.inner.child.id()),
        }
    }

    /// Whether the harness is to collect the processes of the tree itself.
    pub(super) fn is_collected_elsewhere(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            #[cfg(target_os = "linux")]
            Self::Traced(traced) => !traced.is_gone,
        }
    }

    /// Takes the pipes.
    pub(super) fn pipes(&mut self) -> io::Result<Pipes> {
        match self {
            Self::Plain(child) => Ok(Pipes {
                stdin: child.stdin.take(),
                stdout: child.stdout.take(),
                stderr: child.stderr.take(),
            }),
            #[cfg(target_os = "linux")]
            Self::Traced(traced) => {
                let child = &mut traced.inner.child;
                let (stdin, stdout, stderr) =
                    (child.stdin.take(), child.stdout.take(), child.stderr.take());
                Ok(Pipes {
                    stdin: stdin.map(ChildStdin::from_std).transpose()?,
                    stdout: stdout.map(ChildStdout::from_std).transpose()?,
                    stderr: stderr.map(ChildStderr::from_std).transpose()?,
                })
            }
        }
    }

    /// Waits until the agent itself has ended. May be called again.
    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        match self {
            Self::Plain(child) => child.wait().await,
            #[cfg(target_os = "linux")]
            Self::Traced(traced) => {
                if let Some(status) = traced.status {
                    return Ok(status);
                }
                let lost = |_| io::Error::other("the tracing thread was lost");
                let status = (&mut traced.inner.exit).await.map_err(lost)?;
                traced.status = Some(status);
                Ok(status)
            }
        }
    }

    /// Waits until the processes of the ended tree are collected, though not longer than `limit`.
    pub(super) async fn collected(&mut self, limit: Duration) {
        match self {
            Self::Plain(child) => {
                let _ = tokio::time::timeout(limit, child.wait()).await;
            }
            #[cfg(target_os = "linux")]
            Self::Traced(traced) => {
                if !traced.is_gone {
                    let gone = tokio::time::timeout(limit, &mut traced.inner.gone).await;
                    traced.is_gone = gone.is_ok();
                }
            }
        }
    }

    /// What was observed of its processes; `None` where nobody traced.
    pub(super) fn watched(&self) -> Option<Watched> {
        match self {
            Self::Plain(_) => None,
            #[cfg(target_os = "linux")]
            Self::Traced(traced) => {
                let mut watched = Watched::take(&traced.inner.log);
                if !traced.is_gone {
                    let gap = "some processes could not be ended and were not followed to the end";
                    watched.gaps.push(gap.to_owned());
                }
                Some(watched)
            }
        }
    }
}

#[cfg(target_os = "linux")]
impl Drop for Traced {
    /// An agent whose harness gave up must not live on. Its number is still its own: the tracing
    /// thread says when it was collected.
    fn drop(&mut self) {
        use nix::sys::signal::{Signal, killpg};
        use nix::unistd::Pid;
        if self.status.is_none() && self.inner.exit.try_recv().is_err() {
            let group = Pid::from_raw(self.inner.child.id().cast_signed());
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}
