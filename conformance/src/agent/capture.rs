//! Keeping what an agent prints: on disk, up to a limit, with a fixed buffer in memory.

use std::path::Path;

use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

use crate::evidence::Captured;
use crate::secrets::Secrets;

/// Most bytes of one stream that are kept.
pub(super) const KEPT: u64 = 16 * 1024 * 1024;

/// Copies `stream` to a new file at `path` until it ends. What exceeds [`KEPT`] is read and
/// dropped, so that a talkative agent is never blocked by a full pipe, and so is what comes after the
/// disk refused a piece.
pub(super) async fn capture(
    mut stream: impl AsyncRead + Unpin,
    path: &Path,
    progress: &tokio::sync::watch::Sender<Captured>,
) -> std::io::Result<()> {
    let mut file = File::create(path).await;
    let secrets = Secrets::of_this_process();
    let mut buffer = vec![0; 32 * 1024];
    // The end of what was read, where it may be the beginning of a secret.
    let mut held = Vec::new();
    let mut captured = Captured::default();
    loop {
        let read = stream.read(&mut buffer).await?;
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
async fn keep(file: &mut File, piece: &[u8]) -> std::io::Result<()> {
    file.write_all(piece).await?;
    file.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::watch;

    #[tokio::test]
    async fn output_is_kept_up_to_the_limit_and_counted_beyond() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out");
        let (progress, seen) = watch::channel(Captured::default());
        let size = KEPT + 5;
        let stream = tokio::io::repeat(b'x').take(size);
        capture(stream, &path, &progress).await.unwrap();
        assert_eq!(
            *seen.borrow(),
            Captured {
                written: size,
                kept: KEPT
            }
        );
        assert_eq!(std::fs::metadata(&path).unwrap().len(), KEPT);
    }
}
