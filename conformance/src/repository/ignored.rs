//! What `.gitignore` files leave out of commits.

use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};
use wild_mock_server::beneath::Folder;

use crate::door;
use crate::evidence::Snapshot;

/// Largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024;

/// Most lines of all files that count.
const MOST_LINES: usize = 1_000;

/// The name of the files.
const FILE: &str = ".gitignore";

/// The lines of all files, those of outer folders first.
pub(super) struct Ignored(Vec<Line>);

struct Line {
    /// The folder of its file, with a final slash; empty for the outermost.
    folder: String,
    glob: GlobMatcher,
    takes_back: bool,
    folders_only: bool,
}

impl Ignored {
    /// Reads the files among those that are `there`.
    pub(super) fn read(root: &Folder, there: &Snapshot) -> Self {
        let mut lines = Vec::new();
        let is_one = |path: &&String| Path::new(path).file_name() == Some(FILE.as_ref());
        for path in there.0.keys().filter(is_one) {
            let bytes = door::read(root, Path::new(path), LARGEST).ok().flatten();
            let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            let folder = path.strip_suffix(FILE).unwrap_or_default();
            let text = text.unwrap_or_default();
            lines.extend(text.lines().filter_map(|line| Line::read(folder, line)));
        }
        lines.truncate(MOST_LINES);
        Self(lines)
    }

    /// Whether a file is left out: it, or a folder above it.
    pub(super) fn covers(&self, path: &str) -> bool {
        let cuts = path.match_indices('/').map(|(at, _)| at);
        let mut folders = cuts.map(|at| &path[..at]);
        folders.any(|folder| self.names(folder, true)) || self.names(path, false)
    }

    /// The last line that fits counts.
    fn names(&self, path: &str, is_folder: bool) -> bool {
        let fits = |line: &&Line| {
            (is_folder || !line.folders_only)
                && path
                    .strip_prefix(&line.folder)
                    .is_some_and(|inner| line.glob.is_match(inner))
        };
        let last = self.0.iter().rev().find(fits);
        last.is_some_and(|line| !line.takes_back)
    }
}

impl Line {
    fn read(folder: &str, line: &str) -> Option<Self> {
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
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
