//! What goes into an agent and what comes out of it.

use std::path::{Path, PathBuf};

use tokio::io::{AsyncWriteExt, DuplexStream};
use tokio::process::ChildStderr;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use super::capture::{Output, capture};
use super::running::Pipes;
use crate::evidence::Captured;

/// The tasks that feed an agent and keep what it prints.
pub(super) struct Streams {
    feeder: Option<JoinHandle<()>>,
    stdout: Capture,
    stderr: Capture,
    /// The account of a conversation, where an adapter holds one.
    session: Option<Capture>,
}

/// Where an account goes: the ends that are read.
pub(super) struct Accounts {
    /// The final text, in place of what a program prints.
    pub(super) answer: DuplexStream,
    /// The account of the conversation.
    pub(super) session: DuplexStream,
}

/// How much of both streams is kept.
pub(super) struct Printed {
    pub(super) stdout: Captured,
    pub(super) stderr: Captured,
}

struct Capture {
    task: Option<JoinHandle<std::io::Result<()>>>,
    /// Tells it that all known processes are gone, once dropped.
    alive: Option<oneshot::Sender<()>>,
    progress: watch::Receiver<Captured>,
}

impl Streams {
    /// Gives the agent its `input`, and writes what it prints to the two files.
    pub(super) fn start(pipes: Pipes, input: Option<String>, [out, err]: [&Path; 2]) -> Self {
        let feeder = pipes.stdin.zip(input).map(|(mut stdin, text)| {
            tokio::spawn(async move {
                // An agent may close its input before it has read everything; that is its affair.
                let _ = stdin.write_all(text.as_bytes()).await;
            })
        });
        Self {
            feeder,
            stdout: Capture::start(pipes.stdout, out.to_owned()),
            stderr: Capture::start(pipes.stderr, err.to_owned()),
            session: None,
        }
    }

    /// Writes what an adapter tells of a conversation to the first and the third file, and what the
    /// program complains of to the second one.
    pub(super) fn of_account(
        told: Accounts,
        stderr: Option<ChildStderr>,
        [out, err, session]: [&Path; 3],
    ) -> Self {
        Self {
            feeder: None,
            stdout: Capture::start(Some(told.answer), out.to_owned()),
            stderr: Capture::start(stderr, err.to_owned()),
            session: Some(Capture::start(Some(told.session), session.to_owned())),
        }
    }

    /// Waits for the ends of both streams, and tells how much is kept.
    pub(super) async fn finish(mut self) -> std::io::Result<Printed> {
        let (stdout, stderr) = tokio::join!(self.stdout.finish(), self.stderr.finish());
        if let Some(feeder) = self.feeder.take() {
            feeder.abort();
        }
        if let Some(session) = &mut self.session {
            session.finish().await?;
        }
        Ok(Printed {
            stdout: stdout?,
            stderr: stderr?,
        })
    }
}

impl Capture {
    fn start(
        stream: Option<impl tokio::io::AsyncRead + Unpin + Send + 'static>,
        path: PathBuf,
    ) -> Self {
        let (sender, progress) = watch::channel(Captured::default());
        let (alive, gone) = oneshot::channel();
        let task = stream.map(|stream| {
            let output = Output::new(stream, gone);
            tokio::spawn(async move { capture(output, &path, &sender).await })
        });
        Self {
            task,
            alive: Some(alive),
            progress,
        }
    }

    /// Waits for the end of the stream, which soon comes: all known processes are gone.
    async fn finish(&mut self) -> std::io::Result<Captured> {
        self.alive = None;
        if let Some(task) = self.task.take() {
            let copied = task.await;
            copied.unwrap_or_else(|lost| Err(std::io::Error::other(lost)))?;
        }
        Ok(*self.progress.borrow())
    }
}
