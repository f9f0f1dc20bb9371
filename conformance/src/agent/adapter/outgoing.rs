//! Lines to a program that may read or not.

use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::process::ChildStdin;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Messages that may wait to be read by the program.
const QUEUE: usize = 64;

/// Writes to the program. A program that does not read is waited for by this alone.
pub(super) struct Outgoing {
    sender: Option<mpsc::Sender<Vec<u8>>>,
    writer: JoinHandle<()>,
}

impl Outgoing {
    pub(super) fn start(mut stdin: ChildStdin) -> Self {
        let (sender, mut queue) = mpsc::channel::<Vec<u8>>(QUEUE);
        let writer = tokio::spawn(async move {
            while let Some(line) = queue.recv().await {
                // A program that has closed its input is found out by what it does not answer.
                let _ = stdin.write_all(&line).await;
            }
        });
        Self {
            sender: Some(sender),
            writer,
        }
    }

    /// Sends a message as one line.
    pub(super) async fn send(&mut self, message: &Value) {
        let mut line = message.to_string().into_bytes();
        line.push(b'\n');
        if let Some(sender) = &self.sender {
            let _ = sender.send(line).await;
        }
    }

    /// Closes the program's input behind what was sent.
    pub(super) fn close(&mut self) {
        self.sender = None;
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.writer.abort();
    }
}
