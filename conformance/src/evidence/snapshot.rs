//! What a workspace holds at one moment.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::record::hex;

/// Most entries that a snapshot holds; a workspace with more is not judged.
const MOST_ENTRIES: usize = 200_000;

/// The entries below a folder, by relative path with `/` as separator, in sorted order.
///
/// Times of modification are left out on purpose: touching a file is not changing it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Snapshot(pub BTreeMap<String, Entry>);

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is.
    #[serde(flatten)]
    pub kind: EntryKind,
    /// Permission bits.
    pub mode: u32,
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EntryKind {
    /// A regular file.
    File {
        /// Size in bytes.
        size: u64,
        /// SHA-256 of its content; absent when it could not be read.
        sha256: Option<String>,
    },
    /// A folder.
    Folder,
    /// A symbolic link, which is not followed.
    Link {
        /// Where it points.
        target: String,
    },
    /// A socket, pipe or device.
    Other,
}

/// Why a snapshot could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The file system refused.
    #[error("cannot look at {}: {source}", path.display())]
    Io {
        /// What was looked at.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is too much to look at.
    #[error("{} holds more than {MOST_ENTRIES} entries, too many to compare", root.display())]
    TooMany {
        /// The folder.
        root: PathBuf,
    },
}

impl Snapshot {
    /// Looks at everything below `root`.
    ///
    /// # Errors
    /// Fails when the file system fails or there are too many entries. An entry that vanishes
    /// meanwhile is left out, a folder that may not be listed is empty, and a file that cannot be
    /// read has no hash.
    pub fn take(root: &Path) -> Result<Self, SnapshotError> {
        Self::take_fitting(root, |_| true)
    }

    /// Looks at everything below `root` but `excluded` and what is in it.
    ///
    /// # Errors
    /// See [`Snapshot::take`].
    pub fn take_without(root: &Path, excluded: &Path) -> Result<Self, SnapshotError> {
        Self::take_fitting(root, |path| path != excluded)
    }

    fn take_fitting(root: &Path, fits: impl Fn(&Path) -> bool) -> Result<Self, SnapshotError> {
        let mut entries = BTreeMap::new();
        let mut pending = vec![root.to_owned()];
        while let Some(folder) = pending.pop() {
            for path in list(&folder)?.into_iter().filter(|path| fits(path)) {
                let Ok(metadata) = path.symlink_metadata() else {
                    continue;
                };
                if metadata.is_dir() {
                    pending.push(path.clone());
                }
                let relative = path.strip_prefix(root).unwrap_or(&path);
                entries.insert(portable(relative), describe(&path, &metadata));
                if entries.len() > MOST_ENTRIES {
                    return Err(SnapshotError::TooMany {
                        root: root.to_owned(),
                    });
                }
            }
        }
        Ok(Self(entries))
    }

    /// The entry at `path`.
    pub fn get(&self, path: &str) -> Option<&Entry> {
        self.0.get(path)
    }

    /// Whether `path` is a folder.
    pub fn is_folder(&self, path: &str) -> bool {
        self.get(path)
            .is_some_and(|entry| entry.kind == EntryKind::Folder)
    }
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, SnapshotError> {
    let refused = |source| SnapshotError::Io {
        path: folder.to_owned(),
        source,
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        // A folder that vanished or was locked is still an entry of its parent, or was one.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied
            ) =>
        {
            return Ok(Vec::new());
        }
        Err(error) => return Err(refused(error)),
    };
    entries
        .map(|entry| entry.map(|entry| entry.path()).map_err(refused))
        .collect()
}

/// Bytes that are not UTF-8 are shown as replacement characters: such a name can be told apart in
/// a report, and needs no second way of writing names in the evidence.
fn portable(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn describe(path: &Path, metadata: &Metadata) -> Entry {
    let file_type = metadata.file_type();
    let kind = if file_type.is_symlink() {
        let target = std::fs::read_link(path).unwrap_or_default();
        EntryKind::Link {
            target: portable(&target),
        }
    } else if file_type.is_dir() {
        EntryKind::Folder
    } else if file_type.is_file() {
        EntryKind::File {
            size: metadata.len(),
            sha256: hash(path).ok(),
        }
    } else {
        EntryKind::Other
    };
    Entry {
        kind,
        mode: metadata.permissions().mode() & 0o7777,
    }
}

fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex(&hasher.finalize()));
        }
        hasher.update(&buffer[..read]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_described_and_links_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("a")).unwrap();
        std::fs::write(dir.path().join("a/b.txt"), "text").unwrap();
        std::os::unix::fs::symlink("/", dir.path().join("root")).unwrap();
        let snapshot = Snapshot::take(dir.path()).unwrap();
        assert_eq!(
            snapshot.0.keys().collect::<Vec<_>>(),
            ["a", "a/b.txt", "root"]
        );
        assert!(snapshot.is_folder("a"));
        let link = &snapshot.get("root").unwrap().kind;
        assert_eq!(
            *link,
            EntryKind::Link {
                target: "/".to_owned()
            }
        );
    }

    #[test]
    fn touching_is_not_changing_and_writing_is() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("f");
        std::fs::write(&file, "one").unwrap();
        let first = Snapshot::take(dir.path()).unwrap();
        std::fs::write(&file, "one").unwrap();
        assert_eq!(Snapshot::take(dir.path()).unwrap(), first);
        std::fs::write(&file, "two").unwrap();
        assert_ne!(Snapshot::take(dir.path()).unwrap(), first);
    }
}
