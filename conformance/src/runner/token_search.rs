//! Looks for the server's token in changed files whose text is not kept.

use std::io::{BufReader, Read as _};

use aho_corasick::AhoCorasick;

use super::play_folder::PlayFolder;
use crate::evidence::TokenSearch;

/// Largest file that is searched, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;

/// Most bytes that are searched.
const MOST: u64 = 512 * 1024 * 1024;

/// Most files that are searched.
const MOST_FILES: usize = 20_000;

/// A search that goes on from file to file.
pub(super) struct Searching<'p> {
    place: &'p PlayFolder,
    token: AhoCorasick,
    room: u64,
    files_left: usize,
    so_far: TokenSearch,
}

impl<'p> Searching<'p> {
    /// A search that has not begun; none where the server demands no token.
    pub(super) fn new(place: &'p PlayFolder, token: Option<&str>) -> Option<Self> {
        let token = token.filter(|token| !token.is_empty())?;
        Some(Self {
            place,
            token: AhoCorasick::new([token]).ok()?,
            room: MOST,
            files_left: MOST_FILES,
            so_far: TokenSearch::default(),
        })
    }

    /// Searches the file at a path, of so many bytes.
    pub(super) fn look(&mut self, path: &str, size: u64) {
        match self.holds(path, size) {
            Some(true) => {
                self.so_far.holding.insert(path.to_owned());
            }
            Some(false) => {}
            None => {
                self.so_far.unread.get_or_insert_with(|| path.to_owned());
            }
        }
    }

    /// Whether a file holds the token. Nobody knows where it is beyond the bounds, or cannot be read.
    fn holds(&mut self, path: &str, size: u64) -> Option<bool> {
        if size > LARGEST.min(self.room) || self.files_left == 0 {
            return None;
        }
        self.room -= size;
        self.files_left -= 1;
        // It may grow meanwhile.
        let bytes = BufReader::new(self.place.file(path).ok()?.take(LARGEST));
        let first = self.token.stream_find_iter(bytes).next();
        first.map_or(Some(false), |found| found.is_ok().then_some(true))
    }

    /// What came of it.
    pub(super) fn finish(self) -> TokenSearch {
        self.so_far
    }
}
