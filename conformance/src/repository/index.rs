//! The index: what a repository tracks. It is read in versions 2 to 4 of its form and written in 2, or in 3
//! where an entry is marked in a way that 2 cannot tell. Times and sizes are left at zero: git then looks at
//! the files themselves and finds them as they were committed.

use std::collections::BTreeMap;

use super::entry::{Entry, Marks, Mode};
use super::object::Id;

/// The longest path whose length an entry can tell.
const LONGEST: usize = 0xfff;

/// The longest path that a file system takes, in bytes.
const LONGEST_PATH: usize = 4096;

/// Bytes of all paths together, at most.
const MOST_OF_PATHS: usize = 64 * 1024 * 1024;

/// Bits of an entry's flags.
const ASSUMED: u16 = 0x8000;
const EXTENDED: u16 = 0x4000;
const STAGE: u16 = 0x3000;

/// The bit of its extended flags.
const SKIPPED: u16 = 0x4000;

/// What is tracked, by path.
pub(super) type Tracked = BTreeMap<String, Known>;

/// What the index says of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) mode: Mode,
    pub(super) id: Id,
    pub(super) marks: Marks,
}

/// Reads its bytes, or tells why they are not understood.
pub(super) fn read(bytes: &[u8]) -> Result<Tracked, &'static str> {
    const ODD: &str = "its index is not understood";
    let mut rest = Rest { bytes };
    if rest.take(4) != Some(b"DIRC") {
        return Err(ODD);
    }
    let version = rest.number().filter(|version| (2..=4).contains(version));
    let (Some(version), Some(count)) = (version, rest.number()) else {
        return Err(ODD);
    };
    let mut tracked = Tracked::new();
    let mut path = Vec::new();
    let mut together = 0;
    for _ in 0..count {
        let (known, flags) = rest.entry(version, &mut path).ok_or(ODD)?;
        // In version 4 a few bytes stand for a whole path.
        together += path.len();
        if path.len() > LONGEST_PATH || together > MOST_OF_PATHS {
            return Err("the paths of its index are too long");
        }
        if flags & STAGE != 0 {
            return Err("a merge is not finished");
        }
        let name = String::from_utf8(path.clone());
        let name = name.map_err(|_| "the path of a tracked file is no UTF-8")?;
        tracked.insert(name, known);
    }
    // Behind the extensions stands a sum. What begins with a small letter cannot be passed over.
    while rest.bytes.len() > 20 {
        let is_needed = rest
            .take(4)
            .is_none_or(|name| !name[0].is_ascii_uppercase());
        let length = rest
            .number()
            .and_then(|length| usize::try_from(length).ok());
        if is_needed || length.and_then(|length| rest.take(length)).is_none() {
            return Err(ODD);
        }
    }
    Ok(tracked)
}

/// What of an index is still to be read.
struct Rest<'b> {
    bytes: &'b [u8],
}

impl<'b> Rest<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        let bytes = self.take(4)?.try_into().ok()?;
        Some(u32::from_be_bytes(bytes))
    }

    fn short(&mut self) -> Option<u16> {
        let bytes = self.take(2)?.try_into().ok()?;
        Some(u16::from_be_bytes(bytes))
    }

    /// The next entry and its flags. `path` is that of the one before, and then its own.
    fn entry(&mut self, version: u32, path: &mut Vec<u8>) -> Option<(Known, u16)> {
        let start = self.bytes.len();
        self.take(24)?;
        let mode = Mode::of(self.number()?)?;
        self.take(12)?;
        let id = Id::from_bytes(self.take(20)?)?;
        let flags = self.short()?;
        let extended = if flags & EXTENDED == 0 {
            0
        } else {
            self.short()?
        };
        if version == 4 {
            let kept = path.len().checked_sub(self.varied()?)?;
            path.truncate(kept);
        } else {
            path.clear();
        }
        let length = self.bytes.iter().position(|byte| *byte == 0)?;
        path.extend_from_slice(self.take(length)?);
        let zeros = if version == 4 {
            1
        } else {
            8 - (start - self.bytes.len()) % 8
        };
        self.take(zeros)?;
        let marks = Marks {
            assumed: flags & ASSUMED != 0,
            skipped: extended & SKIPPED != 0,
        };
        Some((Known { mode, id, marks }, flags))
    }

    /// A number of as many bytes as it needs.
    fn varied(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        loop {
            let byte = self.take(1)?[0];
            value = value
                .checked_mul(128)?
                .checked_add(usize::from(byte & 127))?;
            if byte & 128 == 0 {
                return Some(value);
            }
            value = value.checked_add(1)?;
        }
    }
}

/// Its bytes. `entries` are sorted by path.
pub(super) fn bytes(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut bytes = b"DIRC".to_vec();
    let count = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    let needs_more = entries.iter().any(|entry| entry.marks.skipped);
    let version: u32 = if needs_more { 3 } else { 2 };
    bytes.extend_from_slice(&version.to_be_bytes());
    bytes.extend_from_slice(&count.to_be_bytes());
    for entry in entries {
        let start = bytes.len();
        // Times of change, device and inode.
        bytes.extend_from_slice(&[0; 24]);
        bytes.extend_from_slice(&entry.mode.bits().to_be_bytes());
        // User, group and size.
        bytes.extend_from_slice(&[0; 12]);
        bytes.extend_from_slice(entry.id.bytes());
        let mut flags = u16::try_from(entry.path.len().min(LONGEST)).unwrap_or_default();
        flags |= if entry.marks.assumed { ASSUMED } else { 0 };
        if entry.marks.skipped {
            bytes.extend_from_slice(&(flags | EXTENDED).to_be_bytes());
            bytes.extend_from_slice(&SKIPPED.to_be_bytes());
        } else {
            bytes.extend_from_slice(&flags.to_be_bytes());
        }
        bytes.extend_from_slice(entry.path.as_bytes());
        // One to eight zeros, up to a multiple of eight.
        let padded = (bytes.len() - start + 8) / 8 * 8;
        bytes.resize(start + padded, 0);
    }
    let sum = Id::of(&bytes);
    bytes.extend_from_slice(sum.bytes());
    bytes
}
