//! What `.gitignore` files leave out of commits.

use std::collections::BTreeMap;
use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};

use crate::door;
use crate::evidence::FolderSnapshot;
use wild_mock_server::beneath::Folder;

/// Largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024;

/// Most lines of all files.
const MOST_LINES: usize = 1_000;

/// Longest line, in bytes: what is longer names nothing that a file system has, and costs a lot to compile.
const LONGEST_LINE: usize = 1_024;

/// Most files.
const MOST_FILES: usize = 1_000;

/// The name of the files.
const FILE: &str = ".gitignore";

/// What a repository leaves out beside them.
const OWN: &str = ".git/info/exclude";

/// The lines of all files, those of outer folders first.
pub(super) struct Ignored {
    lines: Vec<Line>,
    /// What is known of folders.
    folders: BTreeMap<String, bool>,
}

struct Line {
    /// The folder of its file, with a final slash; empty for the outermost.
    folder: String,
    glob: GlobMatcher,
    takes_back: bool,
    folders_only: bool,
}

impl Ignored {
    /// Reads the files among those that are `there`, but those that others cover or that are `elsewhere`.
    /// Tells why if there is too much in them.
    pub(super) fn read(
        root: &Folder,
        there: &FolderSnapshot,
        elsewhere: &dyn Fn(&str) -> bool,
    ) -> Result<Self, String> {
        let mut ignored = Self {
            lines: Vec::new(),
            folders: BTreeMap::new(),
        };
        ignored.add(root, OWN, "")?;
        let is_one = |path: &&String| Path::new(path).file_name() == Some(FILE.as_ref());
        let mut files: Vec<&String> = there.0.keys().filter(is_one).collect();
        // What covers a folder lies further out.
        files.sort_by_key(|path| path.matches('/').count());
        let mut read = 0;
        for path in files {
            let folder = path.strip_suffix(FILE).unwrap_or_default();
            let above = folder.trim_end_matches('/');
            if elsewhere(path) || !above.is_empty() && ignored.covers(above, true) {
                continue;
            }
            read += 1;
            if read > MOST_FILES {
                return Err(format!("it has more than {MOST_FILES} {FILE} files"));
            }
            ignored.add(root, path, folder)?;
        }
        Ok(ignored)
    }

    fn add(&mut self, root: &Folder, path: &str, folder: &str) -> Result<(), String> {
        let bytes = match door::read(root, Path::new(path), LARGEST) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(format!("{path} has more than {LARGEST} bytes")),
            // One that cannot be read leaves out nothing.
            Err(_) => return Ok(()),
        };
        let text = String::from_utf8_lossy(&bytes);
        for line in text.lines().filter(|line| says_something(line)) {
            if self.lines.len() == MOST_LINES {
                return Err(format!(
                    "its {FILE} files have more than {MOST_LINES} lines"
                ));
            }
            if line.len() > LONGEST_LINE {
                return Err(format!(
                    "{path} has a line of more than {LONGEST_LINE} bytes"
                ));
            }
            self.lines.extend(Line::read(folder, line));
        }
        // What was known of the folders below may no longer hold.
        self.folders.clear();
        Ok(())
    }

    /// Whether an entry is left out: it, or a folder above it.
    pub(super) fn covers(&mut self, path: &str, is_folder: bool) -> bool {
        for (at, _) in path.match_indices('/') {
            let folder = &path[..at];
            let known = self.folders.get(folder).copied();
            let is_covered = known.unwrap_or_else(|| self.names(folder, true));
            if known.is_none() {
                self.folders.insert(folder.to_owned(), is_covered);
            }
            if is_covered {
                return true;
            }
        }
        self.names(path, is_folder)
    }

    /// The last line that fits counts.
    fn names(&self, path: &str, is_folder: bool) -> bool {
        let fits = |line: &&Line| {
            (is_folder || !line.folders_only)
                && path
                    .strip_prefix(&line.folder)
                    .is_some_and(|inner| line.glob.is_match(inner))
        };
        let last = self.lines.iter().rev().find(fits);
        last.is_some_and(|line| !line.takes_back)
    }
}

fn says_something(line: &str) -> bool {
    !line.trim_end().is_empty() && !line.starts_with('#')
}

impl Line {
    fn read(folder: &str, line: &str) -> Option<Self> {
        let line = line.trim_end();
        let (takes_back, line) = match line.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let (folders_only, line) = match line.strip_suffix('/') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        // A slash ties a line to its folder; without one it names entries at any depth.
        let pattern = match line.strip_prefix('/') {
            Some(tied) => tied.to_owned(),
            None if line.contains('/') => line.to_owned(),
            None => format!("**/{line}"),
        };
        let glob = GlobBuilder::new(&pattern)
            .literal_separator(true)
            .backslash_escape(true)
            .build();
        Some(Self {
            folder: folder.to_owned(),
            glob: glob.ok()?.compile_matcher(),
            takes_back,
            folders_only,
        })
    }
}
