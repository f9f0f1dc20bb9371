//! A file of records, one a line, whose checksums go on from line to line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt as _;

use serde::Deserialize;

use crate::json::{Json, decode_kept, from_json, to_bytes};
use crate::store::{SNAPSHOT_VERSION, StateRecord};

/// Bytes that are written at once.
const CHUNK: usize = 256 * 1024;

/// An open file of records, and where its last whole line ends.
#[derive(Debug)]
pub(super) struct Chain {
    file: File,
    end: End,
    /// Whether what was written incompletely could not be cut off.
    is_torn: bool,
}

/// How far a file was read or written.
#[derive(Debug, Clone, Copy, Default)]
struct End {
    /// Bytes of whole lines; what is behind them was not written completely.
    length: u64,
    lines: usize,
    /// The checksum of the last line, which the next one goes on from.
    sum: u32,
}

/// Why the records of a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("it is in version {0}")]
    Version(i64),
    #[error("it is no state: {0}")]
    Foreign(String),
    #[error("line {line} is damaged: {problem}")]
    Damaged { line: usize, problem: String },
}

impl Chain {
    /// A file that nothing has been read from or written to.
    pub(super) fn new(file: File) -> Self {
        Self {
            file,
            end: End::default(),
            is_torn: false,
        }
    }

    pub(super) fn length(&self) -> u64 {
        self.end.length
    }

    pub(super) fn lines(&self) -> usize {
        self.end.lines
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Reads all records that the file has, to go on behind them.
    pub(super) fn read(&mut self) -> Result<Vec<StateRecord>, ReadError> {
        let (records, end) = self.read_up_to(u64::MAX)?;
        self.end = end;
        Ok(records)
    }

    /// Reads what was read and appended before.
    pub(super) fn reread(&self) -> Result<Vec<StateRecord>, ReadError> {
        let (records, end) = self.read_up_to(self.end.length)?;
        if end.length < self.end.length {
            return Err(ReadError::Damaged {
                line: end.lines + 1,
                problem: "it ends there, and was longer".to_owned(),
            });
        }
        Ok(records)
    }

    fn read_up_to(&self, most: u64) -> Result<(Vec<StateRecord>, End), ReadError> {
        (&self.file).seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::with_capacity(CHUNK, (&self.file).take(most));
        let (mut records, mut end, mut line) = (Vec::new(), End::default(), Vec::new());
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line)?;
            if read == 0 || line.pop() != Some(b'\n') {
                return Ok((records, end));
            }
            let number = end.lines + 1;
            let damaged = |problem| ReadError::Damaged {
                line: number,
                problem,
            };
            let (sum, json) = parse_line(&line, end.sum).map_err(damaged)?;
            if number == 1
                && let Some(other) = other_version(&json)
            {
                return Err(ReadError::Version(other));
            }
            let record = from_json(json).map_err(|error| damaged(error.to_string()))?;
            if number == 1 && record != StateRecord::HEAD {
                return Err(damaged("the version is missing".to_owned()));
            }
            records.push(record);
            end = End {
                length: end.length + read as u64,
                lines: number,
                sum,
            };
        }
    }

    /// Cuts off what is behind the last whole line.
    pub(super) fn cut(&mut self) -> io::Result<()> {
        self.file.set_len(self.end.length)?;
        self.is_torn = false;
        Ok(())
    }

    /// Appends records. After a failure the file is as it was before; where that cannot be had, nothing is
    /// appended until it can.
    pub(super) fn append(&mut self, records: &[StateRecord]) -> io::Result<()> {
        if self.is_torn {
            self.cut()?;
        }
        match self.write(records) {
            Ok(end) => {
                self.end = end;
                Ok(())
            }
            Err(error) => {
                self.is_torn = true;
                // Where that fails, the next one tries it again. What is told is why this one failed.
                let _ = self.cut();
                Err(error)
            }
        }
    }

    /// Writes behind the last whole line, wherever reading has left the file; tells where that ends.
    fn write(&self, records: &[StateRecord]) -> io::Result<End> {
        let (mut end, mut text) = (self.end, Vec::new());
        for (number, record) in records.iter().enumerate() {
            end.sum = write_line(&mut text, record, end.sum);
            if text.len() >= CHUNK || number + 1 == records.len() {
                self.file.write_all_at(&text, end.length)?;
                end.length += text.len() as u64;
                text.clear();
            }
        }
        end.lines += records.len();
        Ok(end)
    }
}

/// A line is a checksum in hexadecimal digits, a space, and a record. The checksum goes on from that of
/// the line before, so that a line that is missing shows in the next one.
pub(super) fn write_line(text: &mut Vec<u8>, record: &StateRecord, before: u32) -> u32 {
    let json = to_bytes(record);
    let sum = checksum(before, &json);
    text.extend_from_slice(format!("{sum:08x} ").as_bytes());
    text.extend_from_slice(&json);
    text.push(b'\n');
    sum
}

fn checksum(before: u32, json: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(before);
    hasher.update(json);
    hasher.finalize()
}

fn parse_line(line: &[u8], before: u32) -> Result<(u32, Json), String> {
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
    let json = decode_kept(json).map_err(|error| error.to_string())?;
    Ok((sum, json))
}

/// The version in a first record, where it is not the one that is read.
pub(super) fn other_version(first: &Json) -> Option<i64> {
    #[derive(Deserialize)]
    struct Head {
        version: i64,
    }
    let head: Head = from_json(first.clone()).ok()?;
    (head.version != i64::from(SNAPSHOT_VERSION)).then_some(head.version)
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::os::unix::fs::FileExt as _;

    use super::*;

    #[test]
    fn nothing_is_appended_behind_what_could_not_be_cut_off() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state");
        let issued = |ids| StateRecord::Issued { ids, panes: 0 };
        let mut options = OpenOptions::new();
        let both = options.read(true).write(true).create(true).truncate(false);
        let mut chain = Chain::new(both.open(&path).unwrap());
        chain.append(&[StateRecord::HEAD]).unwrap();
        let whole = std::mem::replace(&mut chain.file, File::open(&path).unwrap());
        assert!(chain.append(&[issued(1)]).is_err());
        assert!(chain.append(&[issued(2)]).is_err());
        // What a write that failed has left.
        whole.write_all_at(b"0000", chain.length()).unwrap();
        chain.file = whole;
        chain.append(&[issued(3)]).unwrap();
        let mut again = Chain::new(File::open(&path).unwrap());
        let all = [StateRecord::HEAD, issued(3)];
        assert_eq!(again.read().unwrap(), all);
        assert_eq!(again.length(), std::fs::metadata(&path).unwrap().len());
    }
}
