//! The index, in version 2 of its form. Times and sizes are left at zero: git then looks at the files
//! themselves and finds them as they were committed.

use super::object::Id;
use super::tree::Entry;

/// The longest path whose length an entry can tell.
const LONGEST: usize = 0xfff;

/// Its bytes. `entries` are sorted by path.
pub(super) fn bytes(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut bytes = b"DIRC".to_vec();
    let count = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&2_u32.to_be_bytes());
    bytes.extend_from_slice(&count.to_be_bytes());
    for entry in entries {
        let start = bytes.len();
        // Times of change, device and inode.
        bytes.extend_from_slice(&[0; 24]);
        bytes.extend_from_slice(&entry.mode.bits().to_be_bytes());
        // User, group and size.
        bytes.extend_from_slice(&[0; 12]);
        bytes.extend_from_slice(entry.id.bytes());
        let length = u16::try_from(entry.path.len().min(LONGEST)).unwrap_or_default();
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry.path.as_bytes());
        // One to eight zeros, up to a multiple of eight.
        let padded = (bytes.len() - start + 8) / 8 * 8;
        bytes.resize(start + padded, 0);
    }
    let sum = Id::of(&bytes);
    bytes.extend_from_slice(sum.bytes());
    bytes
}
