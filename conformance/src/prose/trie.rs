//! Words and stems, found in one walk over a word's letters.

/// Letters, digits and nothing else.
const FANOUT: usize = 36;

#[derive(Debug, Clone)]
struct Node {
    next: [u32; FANOUT],
    /// What ends here as a whole word.
    words: Vec<u32>,
    /// What ends here as a stem.
    stems: Vec<u32>,
}

/// A set of words and stems, each with the numbers that it stands for.
#[derive(Debug, Clone)]
pub(super) struct Trie(Vec<Node>);

impl Default for Trie {
    fn default() -> Self {
        Self(vec![Node::new()])
    }
}

impl Node {
    fn new() -> Self {
        Self {
            next: [0; FANOUT],
            words: Vec::new(),
            stems: Vec::new(),
        }
    }
}

fn slot(byte: u8) -> Option<usize> {
    match byte {
        b'a'..=b'z' => Some(usize::from(byte - b'a')),
        b'0'..=b'9' => Some(26 + usize::from(byte - b'0')),
        _ => None,
    }
}

impl Trie {
    /// Adds a word, or a stem where it ends in a star. Whether it could be added: only letters and
    /// digits can.
    pub(super) fn insert(&mut self, word: &str, value: u32) -> bool {
        let (letters, is_stem) = match word.strip_suffix('*') {
            Some(stem) => (stem, true),
            None => (word, false),
        };
        let mut at = 0;
        for byte in letters.bytes() {
            let Some(slot) = slot(byte) else {
                return false;
            };
            if self.0[at].next[slot] == 0 {
                self.0[at].next[slot] = self.0.len() as u32;
                self.0.push(Node::new());
            }
            at = self.0[at].next[slot] as usize;
        }
        let node = &mut self.0[at];
        let values = if is_stem {
            &mut node.stems
        } else {
            &mut node.words
        };
        if !values.contains(&value) {
            values.push(value);
        }
        !letters.is_empty()
    }

    /// Appends what a word stands for.
    pub(super) fn find(&self, word: &str, found: &mut Vec<u32>) {
        let mut at = 0;
        let bytes = word.as_bytes();
        for byte in bytes {
            let Some(slot) = slot(*byte) else {
                return;
            };
            at = self.0[at].next[slot] as usize;
            if at == 0 {
                return;
            }
            found.extend(&self.0[at].stems);
        }
        found.extend(&self.0[at].words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole_and_stems_begin() {
        let mut trie = Trie::default();
        assert!(trie.insert("run", 1) && trie.insert("run*", 2) && trie.insert("r*", 3));
        assert!(!trie.insert("a-b", 4));
        let find = |word: &str| {
            let mut found = Vec::new();
            trie.find(word, &mut found);
            found
        };
        assert_eq!(find("run"), [3, 2, 1]);
        assert_eq!(find("runs"), [3, 2]);
        assert!(find("x").is_empty());
    }
}
