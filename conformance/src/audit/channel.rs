//! The channel over which experiments announce that their work begins: a Unix socket.
//!
//! A descriptor could be closed, and a variable unset: the socket is found by its path, which in an
//! agent's mount namespace is always [`PLACE`]. Who speaks is told by the kernel and not by the speaker,
//! and what was said stays said: there is no file that could be erased.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::evidence::Announcement;

/// The variable that names the socket, for those who do not find it at its place.
pub const WORK_SOCKET: &str = "WILD_WORK_SOCKET";

/// Where the socket is in an agent's own mount namespace.
pub const PLACE: &str = "/run/wild-work";

/// Most announcements that are kept.
const MOST: usize = 100_000;

/// Most bytes of all announcements together.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Most bytes of one announcement: the kernel passes no longer argument lists.
const LONGEST: u64 = 4 * 1024 * 1024;

/// Most arguments of one that are kept.
const MOST_ARGUMENTS: usize = 256;

/// Most announcements that are listened to at a time.
const AT_A_TIME: usize = 64;

/// How long one announcement may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait after the system refused a connection.
const PAUSE: Duration = Duration::from_millis(50);

/// What a sandbox's record says is open where the socket could not be put at its place.
pub(crate) const NOT_IN_PLACE: &str = "the socket of announcements is found by its variable only";

/// An announcement, and the process that made it by the harness's own numbering of processes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) pid: Option<i32>,
    pub(crate) announcement: Announcement,
}

/// What was said so far.
#[derive(Debug, Default)]
struct Heard {
    said: Vec<Said>,
    bytes: usize,
    dropped: u64,
    /// Speakers that are listened to now.
    open: u64,
    /// Speakers of whom nothing came that is an announcement.
    mute: u64,
}

/// A socket that is listened to until this is dropped.
#[derive(Debug)]
pub(crate) struct Channel {
    /// Device and number of the socket's file.
    file: (u64, u64),
    heard: Arc<Mutex<Heard>>,
    listening: JoinHandle<()>,
}

/// What of an announcement its speaker tells.
#[derive(Deserialize)]
struct Line {
    script: String,
    #[serde(default)]
    argv: Vec<String>,
    #[serde(default)]
    cwd: String,
    #[serde(default)]
    run: Option<String>,
}

impl Channel {
    /// Listens at `path`.
    ///
    /// # Errors
    /// Fails when there can be no socket.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let listener = UnixListener::bind(path)?;
        let file = file_at(path)?;
        let heard = Arc::new(Mutex::new(Heard::default()));
        let listening = tokio::spawn(listen(listener, Arc::clone(&heard)));
        Ok(Self {
            file,
            heard,
            listening,
        })
    }

    /// Whether the socket is still what lies at `path`.
    pub(crate) fn is_at(&self, path: &Path) -> bool {
        file_at(path).is_ok_and(|file| file == self.file)
    }

    /// What was said in order, and how much there was beyond that.
    pub(crate) fn heard(&self) -> (Vec<Said>, u64) {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        (heard.said.clone(), heard.dropped)
    }

    /// Speakers that said nothing, or have not said it yet. As long as they hold the places nobody else is
    /// heard, so that silence means nothing any more.
    pub(crate) fn mute(&self) -> u64 {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.open + heard.mute
    }
}

fn file_at(path: &Path) -> io::Result<(u64, u64)> {
    let meta = std::fs::symlink_metadata(path)?;
    Ok((meta.dev(), meta.ino()))
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: UnixListener, heard: Arc<Mutex<Heard>>) {
    let places = Arc::new(Semaphore::new(AT_A_TIME));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            // There are too many open files for the moment, and some are about to be closed.
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let heard = Arc::clone(&heard);
        count(&heard, |heard| heard.open += 1);
        tokio::spawn(async move {
            // Who stays silent, or speaks no announcement, gets no answer.
            let is_heard = matches!(
                tokio::time::timeout(PATIENCE, hear(stream, &heard)).await,
                Ok(Ok(()))
            );
            count(&heard, |heard| {
                heard.open -= 1;
                heard.mute += u64::from(!is_heard);
            });
            drop(place);
        });
    }
}

fn count(heard: &Mutex<Heard>, change: impl FnOnce(&mut Heard)) {
    change(&mut heard.lock().unwrap_or_else(PoisonError::into_inner));
}

/// Hears one announcement, a line of JSON, and answers with its number.
async fn hear(stream: UnixStream, heard: &Mutex<Heard>) -> io::Result<()> {
    let pid = stream.peer_cred()?.pid();
    let mut bytes = Vec::new();
    let (reader, mut writer) = stream.into_split();
    let mut reader = reader.take(LONGEST);
    while !bytes.ends_with(b"\n") && reader.read_buf(&mut bytes).await? > 0 {}
    let Line {
        script,
        mut argv,
        cwd,
        run,
    } = serde_json::from_slice(&bytes)?;
    argv.truncate(MOST_ARGUMENTS);
    let announcement = Announcement {
        script,
        argv,
        cwd,
        run,
        process: None,
    };
    let number = note(heard, Said { pid, announcement }, bytes.len());
    // Who does not wait for the answer was heard all the same.
    let _ = writer.write_all(format!("{number}\n").as_bytes()).await;
    Ok(())
}

fn note(heard: &Mutex<Heard>, said: Said, size: usize) -> u64 {
    let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    if heard.said.len() < MOST && heard.bytes + size <= MOST_BYTES {
        heard.bytes += size;
        heard.said.push(said);
    } else {
        heard.dropped += 1;
    }
    heard.said.len() as u64 + heard.dropped
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn say(path: &Path, line: &str) -> String {
        let mut stream = UnixStream::connect(path).await.unwrap();
        stream.write_all(line.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn announcements_are_numbered_and_the_kernel_tells_who_speaks() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("socket");
        let channel = Channel::open(&path).unwrap();
        let first = "{\"script\": \"train.py\", \"argv\": [\"--lr\", \"1\"], \"pid\": 1}\n";
        assert_eq!(say(&path, first).await, "1\n");
        assert_eq!(say(&path, "rubbish\n").await, "");
        assert_eq!(
            say(&path, "{\"script\": \"b.py\", \"run\": \"run-1\"}").await,
            "2\n"
        );
        let (said, dropped) = channel.heard();
        assert_eq!((said.len(), dropped), (2, 0));
        assert_eq!(channel.mute(), 1);
        assert_eq!(said[0].pid, Some(std::process::id().cast_signed()));
        assert_eq!(said[0].announcement.argv, ["--lr", "1"]);
        assert_eq!(said[1].announcement.run.as_deref(), Some("run-1"));
        assert!(channel.is_at(&path));
        std::fs::remove_file(&path).unwrap();
        assert!(!channel.is_at(&path));
    }

    /// Whoever holds the places and is silent keeps others from being heard, and that is known.
    #[tokio::test]
    async fn speakers_that_say_nothing_are_counted_while_they_are_there_and_afterwards() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("socket");
        let channel = Channel::open(&path).unwrap();
        let mut silent = Vec::new();
        for _ in 0..=AT_A_TIME {
            silent.push(UnixStream::connect(&path).await.unwrap());
        }
        while channel.mute() < AT_A_TIME as u64 {
            tokio::task::yield_now().await;
        }
        drop(silent);
        assert_eq!(say(&path, "{\"script\": \"late.py\"}\n").await, "1\n");
        while channel.mute() < AT_A_TIME as u64 + 1 {
            tokio::task::yield_now().await;
        }
        assert_eq!(channel.heard().0.len(), 1);
    }
}
