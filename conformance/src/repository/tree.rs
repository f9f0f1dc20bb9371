//! Trees: what a commit holds, folder by folder.

use std::collections::BTreeMap;
use std::io;

use super::index::Marks;
use super::object::{Id, Kind, Store};

/// What an entry of a commit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    File,
    Executable,
    Link,
    /// A commit of another repository, which lies within this one.
    Repository,
}

impl Mode {
    /// Its bits.
    pub(super) fn bits(self) -> u32 {
        match self {
            Self::File => 0o100_644,
            Self::Executable => 0o100_755,
            Self::Link => 0o120_000,
            Self::Repository => 0o160_000,
        }
    }

    /// The one with these bits.
    pub(super) fn of(bits: u32) -> Option<Self> {
        let all = [Self::File, Self::Executable, Self::Link, Self::Repository];
        all.into_iter().find(|mode| mode.bits() == bits)
    }
}

/// A file of a commit.
pub(super) struct Entry<'p> {
    pub(super) path: &'p str,
    pub(super) mode: Mode,
    pub(super) id: Id,
    pub(super) marks: Marks,
}

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
