//! The state on disk: an append-only log of records, one a line.
//!
//! A change is appended before its request is answered, so that what a client was told survives
//! the end of the process, `kill -9` included. The system's own buffers are trusted: a loss of
//! power may cost what was written last. Appending costs the change; at a start the log is
//! rewritten when most of its lines are out of date.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::json::{decode, from_json, to_bytes};
use crate::store::{Record, SNAPSHOT_VERSION};

/// A log is rewritten when it has this many times more lines than there are live records.
const WASTE: usize = 4;

/// Below this many lines a log is never rewritten.
const SMALL: usize = 1_000;

/// Why a state file cannot be used. The file is left as it is.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The system refuses to open, read or write it.
    #[error("cannot use the state file {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another server uses it.
    #[error("the state file {} is in use by another server", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// It is no state file, or it is damaged.
    #[error(
        "the state file {} is damaged in line {line}: {problem}; restore it from a copy, or move \
         it away to start with an empty state",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
#[error("nothing was changed, because the change cannot be saved to the state file: {0}")]
pub struct SaveError(#[from] io::Error);

/// An open state file.
#[derive(Debug)]
pub(crate) struct StateLog {
    path: PathBuf,
    file: File,
    /// Bytes of whole lines; what is behind them was not written completely.
    length: u64,
    lines: usize,
    /// The checksum of the last line, which the next one goes on from.
    sum: u32,
}

impl StateLog {
    /// Opens a state file, which is created when it is missing, and reads its records.
    ///
    /// A last line that was not written completely is cut off: its change was never acknowledged.
    pub(crate) fn open(path: &Path) -> Result<(Self, Vec<Record>), StateError> {
        let io = |source| StateError::Io {
            path: path.to_owned(),
            source,
        };
        let file = open_locked(path)?;
        let mut log = Self {
            path: path.to_owned(),
            file,
            length: 0,
            lines: 0,
            sum: 0,
        };
        let records = log.read()?;
        let size = log.file.metadata().map_err(io)?.len();
        if size > log.length {
            let torn = size - log.length;
            tracing::warn!(
                "{}: the last {torn} bytes were not written completely",
                path.display()
            );
        }
        log.rewind().map_err(io)?;
        if log.lines == 0 {
            log.append(&[Record::Version(SNAPSHOT_VERSION)])
                .map_err(io)?;
        }
        Ok((log, records))
    }

    /// All that was saved.
    pub(crate) fn reread(&mut self) -> io::Result<Vec<Record>> {
        (self.length, self.lines, self.sum) = (0, 0, 0);
        self.file.seek(SeekFrom::Start(0))?;
        let records = self.read().map_err(io::Error::other)?;
        self.rewind()?;
        Ok(records)
    }

    fn read(&mut self) -> Result<Vec<Record>, StateError> {
        let mut reader = BufReader::new(&self.file);
        let mut records = Vec::new();
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = reader
                .read_until(b'\n', &mut line)
                .map_err(|source| StateError::Io {
                    path: self.path.clone(),
                    source,
                })?;
            if read == 0 || line.pop() != Some(b'\n') {
                return Ok(records);
            }
            let number = self.lines + 1;
            let parsed = parse_line(&line, self.sum)
                .and_then(|(sum, record)| Ok((sum, check_version(number, record)?)));
            let (sum, record) = parsed.map_err(|problem| StateError::Damaged {
                path: self.path.clone(),
                line: number,
                problem,
            })?;
            records.push(record);
            self.sum = sum;
            self.lines = number;
            self.length += read as u64;
        }
    }

    /// Cuts off what is behind the last whole line.
    fn rewind(&mut self) -> io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length)).map(|_| ())
    }

    /// Appends records. After a failure the log is as it was before.
    pub(crate) fn append(&mut self, records: &[Record]) -> io::Result<()> {
        let (text, sum) = lines(records, self.sum);
        if let Err(error) = self.file.write_all(&text) {
            self.rewind()?;
            return Err(error);
        }
        self.sum = sum;
        self.length += text.len() as u64;
        self.lines += records.len();
        Ok(())
    }

    /// Whether most of the log is out of date, when `live` records would say the same.
    pub(crate) fn wants_compaction(&self, live: usize) -> bool {
        self.lines > SMALL && self.lines / WASTE > live
    }

    /// Replaces the log by `records`. A crash leaves either the old log or the new one.
    pub(crate) fn compact(&mut self, records: &[Record]) -> io::Result<()> {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let beside = self.path.with_file_name(name);
        let mut file = File::create(&beside)?;
        // Nobody else may take the new file before it has the old one's name.
        file.lock()?;
        let versioned = matches!(records.first(), Some(Record::Version(_)));
        let (head, sum) = if versioned {
            (Vec::new(), 0)
        } else {
            lines(&[Record::Version(SNAPSHOT_VERSION)], 0)
        };
        let (text, sum) = lines(records, sum);
        let written = file
            .write_all(&head)
            .and_then(|()| file.write_all(&text))
            .and_then(|()| file.sync_all())
            .and_then(|()| std::fs::rename(&beside, &self.path));
        if let Err(error) = written {
            // Half a file would be in the way of nobody but of whoever needs the room.
            let _ = std::fs::remove_file(&beside);
            return Err(error);
        }
        self.file = file;
        self.sum = sum;
        self.length = (head.len() + text.len()) as u64;
        self.lines = records.len() + usize::from(!versioned);
        Ok(())
    }
}

fn open_locked(path: &Path) -> Result<File, StateError> {
    let io = |source| StateError::Io {
        path: path.to_owned(),
        source,
    };
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StateError::InUse {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(io(source)),
    }
}

/// A line is a checksum in hexadecimal digits, a space, and a record. The checksum goes on from that of
/// the line before, so that a line that is missing shows in the next one.
fn lines(records: &[Record], mut sum: u32) -> (Vec<u8>, u32) {
    let mut text = Vec::new();
    for record in records {
        let json = to_bytes(record);
        sum = checksum(sum, &json);
        text.extend_from_slice(format!("{sum:08x} ").as_bytes());
        text.extend_from_slice(&json);
        text.push(b'\n');
    }
    (text, sum)
}

fn checksum(before: u32, json: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(before);
    hasher.update(json);
    hasher.finalize()
}

fn parse_line(line: &[u8], before: u32) -> Result<(u32, Record), String> {
    let no_line = || "it is no line of a state file".to_owned();
    let (sum, json) = line.split_at_checked(9).ok_or_else(no_line)?;
    let sum = std::str::from_utf8(sum)
        .ok()
        .and_then(|sum| sum.strip_suffix(' '));
    let sum = sum
        .and_then(|sum| u32::from_str_radix(sum, 16).ok())
        .ok_or_else(no_line)?;
    if sum != checksum(before, json) {
        let problem = "its checksum does not fit: it was changed, or a line before it is missing";
        return Err(problem.to_owned());
    }
    let value = decode(json).map_err(|error| error.to_string())?;
    let record = from_json(value).map_err(|error| error.to_string())?;
    Ok((sum, record))
}

fn check_version(line: usize, record: Record) -> Result<Record, String> {
    match record {
        Record::Version(SNAPSHOT_VERSION) => Ok(record),
        Record::Version(other) => Err(format!(
            "it was written in version {other}, and this program reads version {SNAPSHOT_VERSION}"
        )),
        _ if line == 1 => Err("the version is missing".to_owned()),
        _ => Ok(record),
    }
}

#[cfg(test)]
mod tests;
