//! A file of records, one a line, whose checksums go on from line to line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};

use crate::json::{decode, from_json, to_bytes};
use crate::store::{Record, SNAPSHOT_VERSION};

/// Bytes that are written at once.
const CHUNK: usize = 256 * 1024;

/// An open file of records, and where its last whole line ends.
#[derive(Debug)]
pub(super) struct Chain {
    file: File,
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
    #[error("line {line} is damaged: {problem}")]
    Damaged { line: usize, problem: String },
}

impl Chain {
    /// A file that nothing has been read from or written to.
    pub(super) fn new(file: File) -> Self {
        Self {
            file,
            length: 0,
            lines: 0,
            sum: 0,
        }
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn lines(&self) -> usize {
        self.lines
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Reads all records from the beginning.
    pub(super) fn read(&mut self) -> Result<Vec<Record>, ReadError> {
        (self.length, self.lines, self.sum) = (0, 0, 0);
        self.file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::with_capacity(CHUNK, &self.file);
        let mut records = Vec::new();
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line)?;
            if read == 0 || line.pop() != Some(b'\n') {
                return Ok(records);
            }
            let number = self.lines + 1;
            let parsed = parse_line(&line, self.sum)
                .and_then(|(sum, record)| Ok((sum, check_version(number, record)?)));
            let (sum, record) = parsed.map_err(|problem| ReadError::Damaged {
                line: number,
                problem,
            })?;
            records.push(record);
            self.sum = sum;
            self.lines = number;
            self.length += read as u64;
        }
    }

    /// Cuts off what is behind the last whole line, and goes on from there.
    pub(super) fn rewind(&mut self) -> io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length)).map(|_| ())
    }

    /// Appends records. After a failure the file is as it was before.
    pub(super) fn append(&mut self, records: &[Record]) -> io::Result<()> {
        let (mut sum, mut written, mut text) = (self.sum, 0, Vec::new());
        for (number, record) in records.iter().enumerate() {
            sum = write_line(&mut text, record, sum);
            if text.len() >= CHUNK || number + 1 == records.len() {
                if let Err(error) = self.file.write_all(&text) {
                    self.rewind()?;
                    return Err(error);
                }
                written += text.len() as u64;
                text.clear();
            }
        }
        self.sum = sum;
        self.length += written;
        self.lines += records.len();
        Ok(())
    }
}

/// A line is a checksum in hexadecimal digits, a space, and a record. The checksum goes on from that of
/// the line before, so that a line that is missing shows in the next one.
fn write_line(text: &mut Vec<u8>, record: &Record, before: u32) -> u32 {
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
