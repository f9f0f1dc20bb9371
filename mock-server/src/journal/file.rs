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

#[derive(Debug)]
enum Message {
    Exchange(Box<RawExchange>),
    Flush(SyncSender<()>),
}

impl JournalFile {
    /// Creates the file, or empties it when it exists. What is secret is replaced in it.
    pub(crate) fn create(
        path: &Path,
        secrets: Option<Arc<Secrets>>,
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
            .spawn(move || write_all(&receiver, BufWriter::new(file), &shown, secrets.as_deref()))
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

fn write_all(
    receiver: &Receiver<Message>,
    mut file: BufWriter<File>,
    path: &str,
    secrets: Option<&Secrets>,
) {
    while let Ok(first) = receiver.recv() {
        let mut next = Some(first);
        while let Some(message) = next {
            let outcome = match message {
                Message::Exchange(exchange) => write_line(&mut file, &exchange, secrets),
                Message::Flush(done) => file.flush().map(|()| {
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
        if let Err(error) = file.flush() {
            tracing::error!("the journal file {path} ends here: {error}");
            return;
        }
    }
}

fn write_line(
    file: &mut impl Write,
    exchange: &RawExchange,
    secrets: Option<&Secrets>,
) -> io::Result<()> {
    let mut told = exchange.read();
    if let Some(secrets) = secrets {
        secrets.hide(&mut told);
    }
    serde_json::to_writer(&mut *file, &told)?;
    file.write_all(b"\n")
}
