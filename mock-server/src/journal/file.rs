//! The journal on disk: one exchange a line. A thread writes the journals of all servers of this process.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use super::raw::RawExchange;
use super::secrets::Secrets;
use crate::locks::lock;

/// Exchanges of all servers that may wait to be written; beyond that, serving waits for the disk.
const BACKLOG: usize = 4_096;

/// Why a journal file cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot create the journal file {}: {source}", path.display())]
pub struct JournalFileError {
    path: PathBuf,
    source: io::Error,
}

/// The way to the thread that writes, once it was needed. It lasts as long as the process, so that a server more costs
/// no thread.
static WRITER: Mutex<Option<SyncSender<Message>>> = Mutex::new(None);

/// A file that takes exchanges as newline-delimited JSON.
#[derive(Debug)]
pub struct JournalFile {
    sender: SyncSender<Message>,
    lines: Shared,
}

/// Covers what is not to be kept in the bytes of a line, without changing their number.
pub(crate) type Cover = fn(&mut [u8]);

/// Where the lines of one server go.
type Shared = Arc<Mutex<Lines>>;

#[derive(Debug)]
enum Message {
    Exchange(Shared, Box<RawExchange>),
    Flush(Shared, SyncSender<()>),
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
        let lines = Lines {
            file: Some(BufWriter::new(file)),
            path: path.display().to_string(),
            secrets,
            cover,
        };
        Ok(Self {
            sender: writer().map_err(refuse)?,
            lines: Arc::new(Mutex::new(lines)),
        })
    }

    pub(super) fn write(&self, exchange: Box<RawExchange>) {
        self.send(Message::Exchange(Arc::clone(&self.lines), exchange));
    }

    /// Waits until everything that was written before is in the file.
    pub(super) fn flush(&self) {
        let (done, wait) = sync_channel(1);
        self.send(Message::Flush(Arc::clone(&self.lines), done));
        // An error means that there is no writer, which happens when the process ends.
        let _ = wait.recv();
    }

    fn send(&self, message: Message) {
        // The same holds here.
        let _ = self.sender.send(message);
    }
}

impl Drop for JournalFile {
    fn drop(&mut self) {
        self.flush();
    }
}

/// The way to the thread that writes.
fn writer() -> io::Result<SyncSender<Message>> {
    let mut writer = lock(&WRITER);
    if let Some(sender) = &*writer {
        return Ok(sender.clone());
    }
    let (sender, receiver) = sync_channel(BACKLOG);
    std::thread::Builder::new()
        .name("journal".to_owned())
        .spawn(move || write_all(&receiver))?;
    *writer = Some(sender.clone());
    Ok(sender)
}

/// Where lines go, and what they pass on the way.
#[derive(Debug)]
struct Lines {
    /// None once it could not be written.
    file: Option<BufWriter<File>>,
    path: String,
    secrets: Option<Arc<Secrets>>,
    cover: Option<Cover>,
}

fn write_all(receiver: &Receiver<Message>) {
    // Those that were written since the backlog was empty.
    let mut written: Vec<Shared> = Vec::new();
    while let Ok(first) = receiver.recv() {
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Exchange(lines, exchange) => {
                    lock(&lines).add(&exchange);
                    if !written.iter().any(|own| Arc::ptr_eq(own, &lines)) {
                        written.push(lines);
                    }
                }
                Message::Flush(lines, done) => {
                    lock(&lines).flush();
                    let _ = done.send(());
                }
            }
            next = receiver.try_recv().ok();
        }
        // The backlog is empty: let readers see what is there.
        for lines in written.drain(..) {
            lock(&lines).flush();
        }
    }
}

impl Lines {
    fn add(&mut self, exchange: &RawExchange) {
        let added = self.write(exchange);
        self.hold(added);
    }

    fn flush(&mut self) {
        let flushed = self.file.as_mut().map_or(Ok(()), Write::flush);
        self.hold(flushed);
    }

    /// Writes no more where that did not go well.
    fn hold(&mut self, outcome: io::Result<()>) {
        if let Err(error) = outcome {
            tracing::error!("the journal file {} ends here: {error}", self.path);
            self.file = None;
        }
    }

    fn write(&mut self, exchange: &RawExchange) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let mut told = exchange.read();
        if let Some(secrets) = &self.secrets {
            secrets.hide(&mut told);
        }
        let mut line = serde_json::to_vec(&told)?;
        line.push(b'\n');
        if let Some(cover) = self.cover {
            cover(&mut line);
        }
        file.write_all(&line)
    }
}
