//! What a workspace holds at one moment.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The entries below a folder, by relative path with `/` as separator, in sorted order.
///
/// Times of modification are left out on purpose: touching a file is not changing it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FolderSnapshot(pub BTreeMap<String, Entry>);

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
        /// SHA-256 of its content; absent when it could not be read, or lay beyond a bound.
        sha256: Option<String>,
    },
    /// A folder.
    Folder,
    /// A symbolic link, which is not followed.
    Link {
        /// Where it points.
        target: String,
    },
    /// What is none of these.
    Other {
        /// What it is.
        #[serde(default)]
        what: Special,
    },
}

/// What is neither file nor folder nor link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Special {
    /// A named pipe.
    Fifo,
    /// A socket.
    Socket,
    /// A device.
    Device,
    /// One of these, in evidence of versions that did not tell them apart.
    #[default]
    Unknown,
}

impl EntryKind {
    /// What it is, in words.
    pub fn words(&self) -> String {
        match self {
            Self::File { .. } => "a regular file".to_owned(),
            Self::Folder => "a folder".to_owned(),
            Self::Link { target } => format!("a symbolic link to {target}"),
            Self::Other { what } => match what {
                Special::Fifo => "a FIFO",
                Special::Socket => "a socket",
                Special::Device => "a device",
                Special::Unknown => "a socket, pipe or device",
            }
            .to_owned(),
        }
    }
}

/// What nobody looked at, in words: of the workspace, and of what lies around it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unseen {
    /// Of the workspace.
    #[serde(default, skip_serializing_if = "Blind::is_nothing")]
    pub workspace: Blind,
    /// Of what lies around it.
    #[serde(default, skip_serializing_if = "Blind::is_nothing")]
    pub surroundings: Blind,
}

/// What a snapshot lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blind {
    /// Why there may be entries that are not listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlisted: Vec<String>,
    /// Why there are files without a hash.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
}

impl Unseen {
    /// Whether everything was looked at.
    pub fn is_nothing(&self) -> bool {
        self.workspace.is_nothing() && self.surroundings.is_nothing()
    }

    /// Adds what another look left out.
    pub fn extend(&mut self, other: Self) {
        self.workspace.extend(other.workspace);
        self.surroundings.extend(other.surroundings);
    }
}

impl Blind {
    /// Whether everything was looked at.
    pub fn is_nothing(&self) -> bool {
        self.unlisted.is_empty() && self.unread.is_empty()
    }

    /// Adds what another snapshot of the same place lacks.
    pub fn extend(&mut self, other: Self) {
        for (own, other) in [
            (&mut self.unlisted, other.unlisted),
            (&mut self.unread, other.unread),
        ] {
            own.extend(other);
            own.sort();
            own.dedup();
        }
    }

    /// Why it is not known that nothing else is there, if so.
    pub fn doubts(&self) -> Option<String> {
        (!self.unlisted.is_empty()).then(|| self.unlisted.join("; "))
    }

    /// All of it.
    pub fn notes(&self) -> impl Iterator<Item = &String> {
        self.unlisted.iter().chain(&self.unread)
    }
}

/// A snapshot could not be taken.
#[derive(Debug, thiserror::Error)]
#[error("cannot look at {}: {source}", path.display())]
pub struct SnapshotError {
    pub(super) path: PathBuf,
    pub(super) source: io::Error,
}

impl FolderSnapshot {
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
