//! The journal on disk: one exchange a line. A thread writes the journals of all servers of this process.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, SendError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use super::Seq;
use super::earlier::{Earlier, JournalFileError};
use super::raw::RawExchange;
use super::secrets::Secrets;
use crate::locks::lock;

/// Exchanges of all servers that may wait to be written; beyond that, serving waits for the disk.
const BACKLOG: usize = 4_096;

/// Exchanges after which all files get what is theirs, however many still wait: a quiet server's reader does
/// not wait for the busy ones to rest.
const UNSEEN: usize = 256;

/// The thread that writes. It lasts as long as the process, so that a server more costs no thread.
static WRITER: Writer = Writer(Mutex::new(None));

/// The way to a thread that writes, once it was needed.
#[derive(Debug)]
struct Writer(Mutex<Option<SyncSender<Message>>>);

/// A file that takes exchanges as newline-delimited JSON.
#[derive(Debug)]
pub struct JournalFile {
    writer: &'static Writer,
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
    /// Opens the file, which is created when it is missing, to go on behind what it has. What is secret is
    /// replaced in what is written, and `cover` changes each line before.
    pub(crate) fn open(
        path: &Path,
        secrets: Option<Arc<Secrets>>,
        cover: Option<Cover>,
    ) -> Result<Self, JournalFileError> {
        Self::open_by(&WRITER, path, secrets, cover)
    }

    fn open_by(
        writer: &'static Writer,
        path: &Path,
        secrets: Option<Arc<Secrets>>,
        cover: Option<Cover>,
    ) -> Result<Self, JournalFileError> {
        let refuse = |source| JournalFileError::Io {
            path: path.to_owned(),
            source,
        };
        let Earlier { file, last } = Earlier::of(path)?;
        let lines = Lines {
            file: Some(BufWriter::new(file)),
            last,
            path: path.display().to_string(),
            secrets,
            cover,
        };
        Ok(Self {
            writer,
            sender: writer.sender().map_err(refuse)?,
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
        if wait.recv().is_err() {
            // The writer has ended before it came to this; what it had taken in is here.
            lock(&self.lines).flush();
        }
    }

    fn send(&self, message: Message) {
        let Err(SendError(message)) = self.sender.send(message) else {
            return;
        };
        if let Err(error) = self.writer.send_anew(message) {
            lock(&self.lines).hold(Err(error));
        }
    }
}

impl Drop for JournalFile {
    fn drop(&mut self) {
        self.flush();
    }
}

impl Writer {
    /// The way to the thread, which is started where there is none.
    fn sender(&self) -> io::Result<SyncSender<Message>> {
        let mut kept = lock(&self.0);
        if let Some(sender) = &*kept {
            return Ok(sender.clone());
        }
        let (sender, receiver) = sync_channel(BACKLOG);
        std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || write_all(&receiver))?;
        *kept = Some(sender.clone());
        Ok(sender)
    }

    /// Sends what a thread that has ended did not take, to another one.
    fn send_anew(&self, message: Message) -> io::Result<()> {
        let Err(SendError(message)) = self.sender()?.send(message) else {
            // Somebody has started another one before.
            return Ok(());
        };
        tracing::error!(
            "what writes the journal files has ended, and what waited for it is lost; it is started anew"
        );
        *lock(&self.0) = None;
        let ended = |_| io::Error::other("what writes the journal files has ended again");
        self.sender()?.send(message).map_err(ended)
    }
}

/// Where lines go, and what they pass on the way.
#[derive(Debug)]
struct Lines {
    /// None once it could not be written.
    file: Option<BufWriter<File>>,
    /// Number of the last exchange that was there before; those of this server are counted on from it.
    last: Seq,
    path: String,
    secrets: Option<Arc<Secrets>>,
    cover: Option<Cover>,
}

fn write_all(receiver: &Receiver<Message>) {
    // Those that were written since all were flushed, and how often.
    let mut written: Vec<Shared> = Vec::new();
    let mut unseen = 0;
    while let Ok(first) = receiver.recv() {
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Exchange(lines, exchange) => {
                    lock(&lines).add(&exchange);
                    if !written.iter().any(|own| Arc::ptr_eq(own, &lines)) {
                        written.push(lines);
                    }
                    unseen += 1;
                }
                Message::Flush(lines, done) => {
                    lock(&lines).flush();
                    let _ = done.send(());
                }
            }
            if unseen >= UNSEEN {
                flush_all(&mut written);
                unseen = 0;
            }
            next = receiver.try_recv().ok();
        }
        // The backlog is empty: let readers see what is there.
        flush_all(&mut written);
        unseen = 0;
    }
}

fn flush_all(written: &mut Vec<Shared>) {
    for lines in written.drain(..) {
        lock(&lines).flush();
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
        told.seq += self.last;
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

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn exchange(path: &str) -> Box<RawExchange> {
        Box::new(RawExchange {
            path: path.into(),
            ..RawExchange::default()
        })
    }

    fn told(path: &Path) -> String {
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn a_quiet_servers_journal_does_not_wait_for_busy_ones() {
        static WRITER: Writer = Writer(Mutex::new(None));
        let dir = tempfile::tempdir().unwrap();
        let (quiet, busy) = (dir.path().join("quiet"), dir.path().join("busy"));
        let own = JournalFile::open_by(&WRITER, &quiet, None, None).unwrap();
        let other = JournalFile::open_by(&WRITER, &busy, None, None).unwrap();
        // The thread is held until all is in the backlog, and again behind that.
        let (done, before) = sync_channel(0);
        own.send(Message::Flush(Arc::clone(&other.lines), done));
        own.write(exchange("/quiet"));
        for _ in 0..UNSEEN {
            other.write(exchange("/busy"));
        }
        let (done, behind) = sync_channel(0);
        own.send(Message::Flush(Arc::clone(&other.lines), done));
        before.recv().unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while !told(&quiet).contains("/quiet") {
            assert!(Instant::now() < deadline, "nothing is there");
            std::thread::yield_now();
        }
        behind.recv().unwrap();
    }

    #[test]
    fn a_writer_that_has_ended_is_started_anew() {
        static WRITER: Writer = Writer(Mutex::new(None));
        let dir = tempfile::tempdir().unwrap();
        let (path, bad) = (dir.path().join("good"), dir.path().join("bad"));
        let good = JournalFile::open_by(&WRITER, &path, None, None).unwrap();
        let panics: Cover = |_| panic!("a cover that fails");
        let ends = JournalFile::open_by(&WRITER, &bad, None, Some(panics)).unwrap();
        good.write(exchange("/first"));
        ends.write(exchange("/bad"));
        // Waits for the thread's end, whether it takes the message or not.
        ends.flush();
        good.write(exchange("/second"));
        good.flush();
        let lines = told(&path);
        assert!(
            lines.contains("/first") && lines.contains("/second"),
            "{lines}"
        );
    }
}
