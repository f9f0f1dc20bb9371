//! Keeping what an agent prints: on disk, up to a limit, with a fixed buffer in memory.

use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::sync::{oneshot, watch};
use tokio::task::unconstrained;
use tokio::time::{Instant, timeout_at};

use crate::evidence::Captured;
use crate::secrets::Secrets;

/// Most bytes of one stream that are kept.
pub(super) const KEPT: u64 = 16 * 1024 * 1024;

/// How long output may still arrive once all known processes are gone.
const DRAIN: Duration = Duration::from_secs(2);

/// Most bytes that are read after that: as much as waits in the largest pipe.
const MOST_LATE: usize = 1024 * 1024;

/// What an agent prints, until it ends, or until all known processes are gone and nothing arrives any more: one that
/// could not be ended may hold it open.
pub(super) struct Output<S> {
    stream: S,
    /// Told once they are gone.
    gone: oneshot::Receiver<()>,
    /// Until when output may arrive, once they are.
    deadline: Option<Instant>,
    /// How many bytes may be read after that.
    left: usize,
}

impl<S: AsyncRead + Unpin> Output<S> {
    /// The output of processes of which `gone` tells that they are.
    pub(super) fn new(stream: S, gone: oneshot::Receiver<()>) -> Self {
        Self {
            stream,
            gone,
            deadline: None,
            left: MOST_LATE,
        }
    }

    /// Reads what comes next; nothing at the end.
    async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.deadline.is_none() {
            tokio::select! {
                biased;
                read = self.stream.read(buffer) => return read,
                _ = &mut self.gone => {}
            }
        }
        let deadline = *self.deadline.get_or_insert_with(|| Instant::now() + DRAIN);
        if self.left == 0 {
            return Ok(0);
        }
        // What waits in the pipe is read first, however late this comes to it.
        let read = unconstrained(self.stream.read(buffer));
        let read = timeout_at(deadline, read).await.unwrap_or(Ok(0))?;
        if Instant::now() >= deadline {
            self.left = self.left.saturating_sub(read);
        }
        Ok(read)
    }
}

/// Copies `output` to a new file at `path` until it ends. What exceeds [`KEPT`] is read and
/// dropped, so that a talkative agent is never blocked by a full pipe, and so is what comes after the
/// disk refused a piece.
pub(super) async fn capture(
    mut output: Output<impl AsyncRead + Unpin>,
    path: &Path,
    progress: &watch::Sender<Captured>,
) -> io::Result<()> {
    let mut file = File::create(path).await;
    let secrets = Secrets::of_this_process();
    let mut buffer = vec![0; 32 * 1024];
    // The end of what was read, where it may be the beginning of a secret.
    let mut held = Vec::new();
    let mut captured = Captured::default();
    loop {
        let read = output.read(&mut buffer).await?;
        captured.written += read as u64;
        held.extend_from_slice(&buffer[..read]);
        secrets.cover(&mut held);
        let whole = match read {
            0 => held.len(),
            _ => held.len() - secrets.unfinished(&held),
        };
        let piece: Vec<u8> = held.drain(..whole).collect();
        let room = usize::try_from(KEPT - captured.kept).unwrap_or(usize::MAX);
        let kept = piece.len().min(room);
        if let Ok(open) = &mut file {
            match keep(open, &piece[..kept]).await {
                Ok(()) => captured.kept += kept as u64,
                Err(error) => file = Err(error),
            }
        }
        progress.send_replace(captured);
        if read == 0 {
            return file.map(drop);
        }
    }
}

/// Each piece is on disk before it is counted: an abandoned copy leaves a true count.
async fn keep(file: &mut File, piece: &[u8]) -> io::Result<()> {
    file.write_all(piece).await?;
    file.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn captured(output: Output<impl AsyncRead + Unpin>, path: &Path) -> Captured {
        let (progress, seen) = watch::channel(Captured::default());
        capture(output, path, &progress).await.unwrap();
        *seen.borrow()
    }

    #[tokio::test]
    async fn output_is_kept_up_to_the_limit_and_counted_beyond() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out");
        let size = KEPT + 5;
        let (_alive, gone) = oneshot::channel();
        let output = Output::new(tokio::io::repeat(b'x').take(size), gone);
        let expected = Captured {
            written: size,
            kept: KEPT,
        };
        assert_eq!(captured(output, &path).await, expected);
        assert_eq!(std::fs::metadata(&path).unwrap().len(), KEPT);
    }

    /// Whoever holds the pipe open ends no capture, and what is in it is kept although time has long run out.
    #[tokio::test]
    async fn what_was_printed_is_kept_however_late_it_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out");
        let (mut held_open, stream) = tokio::io::duplex(1024);
        held_open.write_all(b"<plan>").await.unwrap();
        let (alive, gone) = oneshot::channel();
        drop(alive);
        let mut output = Output::new(stream, gone);
        output.deadline = Some(Instant::now() - DRAIN);
        assert_eq!(captured(output, &path).await.kept, 6);
        assert_eq!(std::fs::read(&path).unwrap(), b"<plan>");
        drop(held_open);
    }

    #[tokio::test]
    async fn who_prints_for_ever_is_listened_to_up_to_a_bound() {
        let dir = tempfile::tempdir().unwrap();
        let (alive, gone) = oneshot::channel();
        let mut output = Output::new(tokio::io::repeat(b'x'), gone);
        output.deadline = Some(Instant::now() - DRAIN);
        let written = captured(output, &dir.path().join("out")).await.written;
        assert_eq!(written, MOST_LATE as u64);
        drop(alive);
    }
}
