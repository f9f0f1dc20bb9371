//! Words and stems, found in one walk over a word's letters.

use std::collections::BTreeMap;

use super::lists::Lists;

/// Letters, digits and nothing else.
const FANOUT: usize = 36;

/// Where each letter leads; 0 is nowhere, as nothing leads back to the beginning.
type Node = [u32; FANOUT];

/// Words and stems with the numbers that they stand for, before they are put in order.
#[derive(Debug, Default)]
pub(super) struct Words(BTreeMap<String, Standing>);

/// What a word stands for by itself, and what every word stands for that begins so.
#[derive(Debug, Default)]
struct Standing {
    whole: Vec<u32>,
    stem: Vec<u32>,
}

/// A set of words and stems, each with the numbers that it stands for.
#[derive(Debug)]
pub(super) struct Trie {
    nodes: Vec<Node>,
    /// What ends at each node as a whole word.
    words: Lists<u32>,
    /// What ends at each node as a stem.
    stems: Lists<u32>,
}

fn slot(byte: u8) -> Option<usize> {
    match byte {
        b'a'..=b'z' => Some(usize::from(byte - b'a')),
        b'0'..=b'9' => Some(26 + usize::from(byte - b'0')),
        _ => None,
    }
}

impl Words {
    /// Adds a word, or a stem where it ends in a star. Whether it could be added: only letters and
    /// digits can.
    pub(super) fn insert(&mut self, word: &str, value: u32) -> bool {
        let (letters, is_stem) = match word.strip_suffix('*') {
            Some(stem) => (stem, true),
            None => (word, false),
        };
        if letters.is_empty() || !letters.bytes().all(|byte| slot(byte).is_some()) {
            return false;
        }
        let standing = self.0.entry(letters.to_owned()).or_default();
        let values = if is_stem {
            &mut standing.stem
        } else {
            &mut standing.whole
        };
        if !values.contains(&value) {
            values.push(value);
        }
        true
    }
}

impl From<Words> for Trie {
    fn from(words: Words) -> Self {
        let mut nodes: Vec<Node> = vec![[0; FANOUT]];
        let mut standing: Vec<Standing> = vec![Standing::default()];
        for (letters, own) in words.0 {
            let mut at = 0;
            for slot in letters.bytes().filter_map(slot) {
                if nodes[at][slot] == 0 {
                    nodes[at][slot] = nodes.len() as u32;
                    nodes.push([0; FANOUT]);
                    standing.push(Standing::default());
                }
                at = nodes[at][slot] as usize;
            }
            standing[at] = own;
        }
        let (words, stems): (Vec<_>, Vec<_>) = standing
            .into_iter()
            .map(|own| (own.whole, own.stem))
            .unzip();
        Self {
            nodes,
            words: words.into_iter().collect(),
            stems: stems.into_iter().collect(),
        }
    }
}

impl Trie {
    /// Appends what a word stands for.
    pub(super) fn find(&self, word: &str, found: &mut Vec<u32>) {
        let mut at = 0;
        for byte in word.bytes() {
            let next = slot(byte).map_or(0, |slot| self.nodes[at as usize][slot]);
            if next == 0 {
                return;
            }
            at = next;
            append(self.stems.of(at), found);
        }
        append(self.words.of(at), found);
    }
}

/// Most lists have few numbers or none, for which a call to copy memory is dear.
fn append(values: &[u32], found: &mut Vec<u32>) {
    for value in values {
        found.push(*value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole_and_stems_begin() {
        let mut words = Words::default();
        assert!(words.insert("run", 1) && words.insert("run*", 2) && words.insert("r*", 3));
        assert!(!words.insert("a-b", 4) && !words.insert("*", 4) && !words.insert("", 4));
        let trie = Trie::from(words);
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
