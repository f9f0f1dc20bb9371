//! What lies where a state file is to be, and is no log: a state that was exported, or somebody else's file.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use super::chain::{ReadError, other_version, write_line};
use crate::json::{decode_kept, from_json};
use crate::store::{LARGEST_SNAPSHOT, StateRecord, StateSnapshot};

/// The records of a file that the control API or `record --state-out` has made; none of any that does not begin
/// like one. A log's first byte is a digit.
pub(super) fn exported(file: &File) -> Result<Option<Vec<StateRecord>>, ReadError> {
    if first_bytes(file, 1)? != b"[" {
        return Ok(None);
    }
    let refuse =
        |why: String| ReadError::Foreign(format!("it begins like an exported one, but {why}"));
    let text = first_bytes(file, LARGEST_SNAPSHOT as u64 + 1)?;
    if text.len() > LARGEST_SNAPSHOT {
        return Err(refuse(format!("has more than {LARGEST_SNAPSHOT} bytes")));
    }
    let value = decode_kept(&text).map_err(|error| refuse(error.to_string()))?;
    let first = value.as_array().and_then(|records| records.first());
    if let Some(other) = first.and_then(other_version) {
        return Err(ReadError::Version(other));
    }
    let read = from_json(value).map_err(|error| refuse(error.to_string()))?;
    let StateSnapshot(records) = read;
    if records.first() != Some(&StateRecord::HEAD) {
        return Err(refuse(
            "its first record does not tell its version".to_owned(),
        ));
    }
    Ok(Some(records))
}

/// Refuses a file without a whole line, unless it is what is left of a log whose first line was being written.
pub(super) fn begins_a_log(file: &File) -> Result<(), ReadError> {
    let mut head = Vec::new();
    write_line(&mut head, &StateRecord::HEAD, 0);
    let there = first_bytes(file, head.len() as u64 + 1)?;
    if head.starts_with(&there) {
        return Ok(());
    }
    Err(ReadError::Foreign("it has no whole line of one".to_owned()))
}

/// What a file begins with, up to so many bytes.
fn first_bytes(mut file: &File, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
