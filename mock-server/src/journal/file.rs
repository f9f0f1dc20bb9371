//! The journal on disk: one exchange a line, written by a thread of its own.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use super::raw::RawExchange;
use super::secrets::Secrets;
use crate::locks::lock;

/// Exchanges that may wait to be written; beyond that, serving waits for the disk.
const BACKLOG: usize = 4_096;

/// Why a journal file cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot create the journal file {}: {source}", path.display())]
pub struct JournalFileError {
    path: PathBuf,
    source: io::Error,
}

/// A file that takes exchanges as newline-delimited JSON.
#[derive(Debug)]
pub struct JournalFile {
    sender: Option<Mutex<SyncSender<Message>>>,
    writer: Option<JoinHandle<()>>,
}

/// Covers what is not to be kept in the bytes of a line, without changing their number.
pub(crate) type Cover = fn(&mut [u8]);

#[derive(Debug)]
enum Message {
    Exchange(Box<RawExchange>),
    Flush(SyncSender<()>),
}

impl JournalFile {
    /// Creates the file, or empties it when it exists. What is secret is replaced in it, and `cover`
    /// changes each line before it is written.
    pub(crate) fn create(
        path: &Path,
        secrets: Option<Arc<Secrets>>,
        cover: Option<Cover>,
    ) -> Result<Self, JournalFileError> {
        let refuse = |source| JournalFileError {
            path: path.to_owned(),
            source,
        };
        let file = File::create(path).map_err(refuse)?;
        let (sender, receiver) = sync_channel(BACKLOG);
        let shown = path.display().to_string();
        let writer = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || {
                let lines = Lines {
                    file: BufWriter::new(file),
                    secrets,
                    cover,
                };
                write_all(&receiver, lines, &shown);
            })
            .map_err(refuse)?;
        Ok(Self {
            sender: Some(Mutex::new(sender)),
            writer: Some(writer),
        })
    }

    pub(super) fn write(&self, exchange: Box<RawExchange>) {
        self.send(Message::Exchange(exchange));
    }

    /// Waits until everything that was written before is in the file.
    pub(super) fn flush(&self) {
        let (done, wait) = sync_channel(1);
        self.send(Message::Flush(done));
        // An error means that the writer is gone, which it has told itself.
        let _ = wait.recv();
    }

    fn send(&self, message: Message) {
        if let Some(sender) = &self.sender {
            let sender = lock(sender).clone();
            // An error means that the writer is gone, which it has told itself.
            let _ = sender.send(message);
        }
    }
}

impl Drop for JournalFile {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

/// Where lines go, and what they pass on the way.
struct Lines {
    file: BufWriter<File>,
    secrets: Option<Arc<Secrets>>,
    cover: Option<Cover>,
}

fn write_all(receiver: &Receiver<Message>, mut lines: Lines, path: &str) {
    while let Ok(first) = receiver.recv() {
        let mut next = Some(first);
        while let Some(message) = next {
            let outcome = match message {
                Message::Exchange(exchange) => lines.write(&exchange),
                Message::Flush(done) => lines.file.flush().map(|()| {
                    let _ = done.send(());
                }),
            };
            if let Err(error) = outcome {
                tracing::error!("the journal file {path} ends here: {error}");
                return;
            }
            next = receiver.try_recv().ok();
        }
        // The backlog is empty: let readers see what is there.
        if let Err(error) = lines.file.flush() {
            tracing::error!("the journal file {path} ends here: {error}");
            return;
        }
    }
}

impl Lines {
    fn write(&mut self, exchange: &RawExchange) -> io::Result<()> {
        let mut told = exchange.read();
        if let Some(secrets) = &self.secrets {
            secrets.hide(&mut told);
        }
        let mut line = serde_json::to_vec(&told)?;
        line.push(b'\n');
        if let Some(cover) = self.cover {
            cover(&mut line);
        }
        self.file.write_all(&line)
    }
}
