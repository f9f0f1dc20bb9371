//! Looks for the server's token in changed files whose text is not kept.

use std::collections::BTreeMap;
use std::io::BufReader;

use aho_corasick::AhoCorasick;

use super::play_folder::PlayFolder;

/// Largest file that is searched, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;

/// Most bytes that are searched.
const MOST: u64 = 512 * 1024 * 1024;

/// Most files that are searched.
const MOST_FILES: usize = 20_000;

/// A search that goes on from file to file.
pub(super) struct TokenSearch<'p> {
    place: &'p PlayFolder,
    /// None where the server demands no token.
    token: Option<AhoCorasick>,
    room: u64,
    /// Whether each file that was read to its end, or to the token, holds it.
    searched: BTreeMap<String, bool>,
}

impl<'p> TokenSearch<'p> {
    /// A search that has not begun.
    pub(super) fn new(place: &'p PlayFolder, token: Option<&str>) -> Self {
        let token = token.filter(|token| !token.is_empty());
        Self {
            place,
            token: token.and_then(|token| AhoCorasick::new([token]).ok()),
            room: MOST,
            searched: BTreeMap::new(),
        }
    }

    /// Searches the file at a path, of so many bytes. What is beyond the bounds, or cannot be read, is left out.
    pub(super) fn look(&mut self, path: &str, size: u64) {
        let Some(token) = &self.token else {
            return;
        };
        if size > LARGEST.min(self.room) || self.searched.len() >= MOST_FILES {
            return;
        }
        self.room -= size;
        let Ok(file) = self.place.file(path) else {
            return;
        };
        // It may grow meanwhile.
        let bytes = BufReader::new(std::io::Read::take(file, LARGEST));
        let holds = match token.stream_find_iter(bytes).next() {
            None => false,
            Some(Ok(_)) => true,
            Some(Err(_)) => return,
        };
        self.searched.insert(path.to_owned(), holds);
    }

    /// Whether each file that was searched holds the token.
    pub(super) fn finish(self) -> BTreeMap<String, bool> {
        self.searched
    }
}
