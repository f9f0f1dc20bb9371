//! Keeping what an agent prints: on disk, up to a limit, with a fixed buffer in memory.

use std::path::Path;

use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

use crate::evidence::Captured;

/// Most bytes of one stream that are kept.
pub(super) const KEPT: u64 = 16 * 1024 * 1024;

/// Copies `stream` to a new file at `path` until it ends. What exceeds [`KEPT`] is read and
/// dropped, so that a talkative agent is never blocked by a full pipe.
pub(super) async fn capture(
    mut stream: impl AsyncRead + Unpin,
    path: &Path,
    progress: &tokio::sync::watch::Sender<Captured>,
) -> std::io::Result<()> {
    let mut file = File::create(path).await?;
    let mut buffer = vec![0; 32 * 1024];
    let mut captured = Captured::default();
    loop {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            return file.flush().await;
        }
        let room = usize::try_from(KEPT - captured.kept).unwrap_or(usize::MAX);
        let kept = read.min(room);
        file.write_all(&buffer[..kept]).await?;
        // Each piece is on disk before it is counted: an abandoned copy leaves a true count.
        file.flush().await?;
        captured.written += read as u64;
        captured.kept += kept as u64;
        progress.send_replace(captured);
    }
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
