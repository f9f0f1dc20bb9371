//! The files of a working directory, as far as rules about plans look at them.

use std::collections::BTreeMap;
use std::path::Path;

use crate::door;
use crate::evidence::{EntryKind, FolderSnapshot};

/// Most entries that are listed of a directory.
const MOST_ENTRIES: usize = 100_000;

/// Largest file whose text is kept, in bytes.
const LARGEST_TEXT: u64 = 256 * 1024;

/// Folders in which nothing is looked for.
const PASSED_OVER: [&str; 4] = [".git", "node_modules", ".venv", "__pycache__"];

/// Paths relative to a working directory, and some texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// Whether each path is a folder.
    entries: BTreeMap<String, bool>,
    texts: BTreeMap<String, String>,
}

impl Tree {
    /// A tree of files and texts.
    pub fn new(snapshots: &[&FolderSnapshot], texts: &BTreeMap<String, String>) -> Self {
        let entries = snapshots.iter().flat_map(|snapshot| &snapshot.0);
        Self {
            entries: entries
                .map(|(path, entry)| (path.clone(), matches!(entry.kind, EntryKind::Folder)))
                .collect(),
            texts: texts.clone(),
        }
    }

    /// Lists a directory, and reads the files of the folder `texts_below`. What cannot be read is
    /// left out.
    pub fn list(root: &Path, texts_below: &Path) -> Self {
        let mut tree = Self::default();
        let mut pending = vec![root.to_owned()];
        while let Some(folder) = pending.pop() {
            let Ok(entries) = std::fs::read_dir(&folder) else {
                continue;
            };
            for entry in entries.flatten() {
                let path = entry.path();
                // Links are not followed: the file type is the entry's own.
                let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                let is_passed_over = PASSED_OVER.iter().any(|name| path.ends_with(name));
                if is_folder && !is_passed_over {
                    pending.push(path.clone());
                }
                let Ok(relative) = path.strip_prefix(root) else {
                    continue;
                };
                let name = relative.to_string_lossy().into_owned();
                if folder == texts_below
                    && entry
                        .metadata()
                        .is_ok_and(|data| data.len() <= LARGEST_TEXT)
                    && let Ok(Some(bytes)) = door::read_regular(&path, LARGEST_TEXT)
                    && let Ok(text) = String::from_utf8(bytes)
                {
                    tree.texts.insert(name.clone(), text);
                }
                tree.entries.insert(name, is_folder);
                if tree.entries.len() >= MOST_ENTRIES {
                    return tree;
                }
            }
        }
        tree
    }

    /// Whether there is a file or folder of this relative path, written with or without `./` and a
    /// final slash.
    pub fn exists(&self, path: &str) -> bool {
        self.entries.contains_key(normal(path)) || self.is_folder(path)
    }

    /// Whether there is a folder of this relative path.
    pub fn is_folder(&self, path: &str) -> bool {
        let path = normal(path);
        if let Some(is_folder) = self.entries.get(path) {
            return *is_folder;
        }
        // Folders need not be listed themselves.
        let inside = format!("{path}/");
        self.entries
            .range(inside.clone()..)
            .next()
            .is_some_and(|(next, _)| next.starts_with(&inside))
    }

    /// All relative paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The text of a file. Only known for files that the agent created or changed, and for those
    /// beside the plan.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(normal(path)).map(String::as_str)
    }
}

fn normal(path: &str) -> &str {
    path.trim_start_matches("./").trim_end_matches('/')
}
