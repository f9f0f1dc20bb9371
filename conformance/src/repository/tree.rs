//! Trees: what a commit holds, folder by folder.

use std::collections::BTreeMap;
use std::io;

use super::entry::Entry;
use super::object::{Id, Kind, Store};

/// An entry of a tree; those of folders sort as if they ended in a slash.
struct Leaf<'p> {
    name: &'p str,
    bits: u32,
    id: Id,
}

impl Leaf<'_> {
    const FOLDER: u32 = 0o40_000;

    fn key(&self) -> Vec<u8> {
        let end: &[u8] = if self.bits == Self::FOLDER { b"/" } else { b"" };
        [self.name.as_bytes(), end].concat()
    }
}

/// Writes the trees that hold `entries` and gives the outermost. The innermost come first, so that
/// nothing goes down by recursion.
pub(super) fn put(store: &Store, entries: &[Entry<'_>]) -> io::Result<Id> {
    let mut folders: BTreeMap<(usize, &str), Vec<Leaf<'_>>> = BTreeMap::new();
    folders.insert((0, ""), Vec::new());
    for entry in entries {
        let leaf = Leaf {
            name: name(entry.path),
            bits: entry.mode.bits(),
            id: entry.id,
        };
        folders
            .entry(place(above(entry.path)))
            .or_default()
            .push(leaf);
    }
    while let Some(((_, folder), mut leaves)) = folders.pop_last() {
        leaves.sort_by_key(Leaf::key);
        let id = store.put(Kind::Tree, &bytes(&leaves))?;
        if folder.is_empty() {
            return Ok(id);
        }
        let leaf = Leaf {
            name: name(folder),
            bits: Leaf::FOLDER,
            id,
        };
        folders.entry(place(above(folder))).or_default().push(leaf);
    }
    store.put(Kind::Tree, b"")
}

/// The deepest folders come last.
fn place(folder: &str) -> (usize, &str) {
    let depth = if folder.is_empty() {
        0
    } else {
        1 + folder.matches('/').count()
    };
    (depth, folder)
}

fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(above, _)| above)
}

fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn bytes(leaves: &[Leaf<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for leaf in leaves {
        bytes.extend_from_slice(format!("{:o} {}\0", leaf.bits, leaf.name).as_bytes());
        bytes.extend_from_slice(leaf.id.bytes());
    }
    bytes
}
