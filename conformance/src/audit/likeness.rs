//! What a file has in common with one that the agent found: lines, or words where it is no text.

#![cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "only what traces asks for all of it")
)]

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher as _};

use super::python;
use crate::evidence::Form;

/// Lines shorter than this are in many files.
const SHORTEST_LINE: usize = 8;

/// Originals with fewer telling lines than this are like many files.
const FEWEST_LINES: usize = 5;

/// Words shorter than this are in many files.
const SHORTEST_WORD: usize = 4;

/// Originals with fewer telling words than this are like many compiled files.
const FEWEST_WORDS: usize = 20;

/// Of how many tenths of an original's lines a close copy has.
const TENTHS_OF_LINES: usize = 6;

/// Of how many tenths of its words what was compiled of it has.
const TENTHS_OF_WORDS: usize = 8;

/// Words of the language, which every file has and no compiled one.
const KEYWORDS: [&str; 16] = [
    "from", "import", "return", "elif", "else", "while", "with", "lambda", "yield", "raise",
    "except", "finally", "pass", "break", "continue", "assert",
];

/// What functions and classes begin with.
const DEFINING: [&[u8]; 3] = [b"def ", b"async def ", b"class "];

/// Words by which a function, a loop or the program is left.
const LEAVING: [&str; 7] = [
    "return", "raise", "break", "continue", "exit", "quit", "abort",
];

/// By what a file is recognised, and what of it announces.
#[derive(Debug, Clone, Default)]
pub(super) struct Traits {
    lines: HashSet<u64>,
    words: HashSet<u64>,
    /// Those of the lines that have to do with announcing.
    announcing: HashSet<u64>,
}

impl Traits {
    pub(super) fn of(content: &[u8]) -> Self {
        Self {
            lines: lines(content),
            words: words(&without_comments(content)),
            announcing: announcing(content),
        }
    }

    /// Whether the file announces anything.
    pub(super) fn announce(&self) -> bool {
        !self.announcing.is_empty()
    }
}

/// A file's traits, which are held against those of originals.
pub(super) struct Candidate<'a> {
    content: &'a [u8],
    /// Lines of a text, words of anything else.
    marks: HashSet<u64>,
    is_text: bool,
}

impl<'a> Candidate<'a> {
    pub(super) fn new(content: &'a [u8]) -> Self {
        const LOOKED_AT: usize = 1024;
        let is_text = !content[..content.len().min(LOOKED_AT)].contains(&0);
        let marks = if is_text {
            lines(content)
        } else {
            words(content)
        };
        Self {
            content,
            marks,
            is_text,
        }
    }

    /// What it is when it takes an original's place.
    pub(super) fn form(&self) -> Form {
        if self.is_text {
            Form::Copy
        } else {
            Form::Compiled
        }
    }

    /// Whether it may be a program of Python: a text, or what was compiled.
    pub(super) fn may_run(&self) -> bool {
        self.is_text || self.content.get(2..4) == Some(b"\r\n")
    }

    /// How many tenths it has of what tells the original, if it is close to it.
    pub(super) fn closeness(&self, original: &Traits) -> Option<usize> {
        let (telling, fewest, least) = if self.is_text {
            (&original.lines, FEWEST_LINES, TENTHS_OF_LINES)
        } else {
            (&original.words, FEWEST_WORDS, TENTHS_OF_WORDS)
        };
        if telling.len() < fewest {
            return None;
        }
        let common = telling.intersection(&self.marks).count();
        let tenths = common * 10 / telling.len();
        (tenths >= least).then_some(tenths)
    }

    /// Whether what the original does to announce itself is still there, and nothing beside it.
    pub(super) fn announces(&self, original: &Traits) -> bool {
        if original.announcing.is_empty() {
            return false;
        }
        if self.is_text {
            return announcing(self.content) == original.announcing;
        }
        self.closeness(original).is_some() && self.marks.contains(&hash(ANNOUNCING.as_bytes()))
    }
}

/// The function by which entry points announce themselves.
const ANNOUNCING: &str = "work_begins";

/// Hashes of the lines that tell something, blank space around them aside.
fn lines(content: &[u8]) -> HashSet<u64> {
    let telling = trimmed(content).filter(|line| line.len() >= SHORTEST_LINE);
    telling.map(hash).collect()
}

/// Hashes of the lines that have to do with announcing, with what decides whether they are reached: the
/// statements that they are part of, and what leaves the function ahead of them.
fn announcing(content: &[u8]) -> HashSet<u64> {
    let words = [b"announce".as_slice(), ANNOUNCING.as_bytes()];
    let mut found = HashSet::new();
    let mut around = vec![Suite::default()];
    for line in python::lines(content) {
        while around.len() > 1 && around.last().is_some_and(|suite| suite.depth >= line.depth) {
            around.pop();
        }
        let function = around.iter().rposition(|suite| suite.is_function);
        let function = function.unwrap_or_default();
        let below = around.last().map_or(0, |suite| suite.statements);
        if words.iter().any(|word| has(&line.text, word)) {
            found.insert(hash_of(&(&line.text, below, around[function].leaving)));
        }
        if leaves(&line.text) {
            let leaving = &mut around[function].leaving;
            *leaving = hash_of(&(*leaving, &line.text));
        }
        if line.text.ends_with(b":") {
            around.push(Suite {
                depth: line.depth,
                is_function: DEFINING.iter().any(|word| line.text.starts_with(word)),
                statements: hash_of(&(below, &line.text)),
                leaving: 0,
            });
        }
    }
    found
}

/// A statement that has others below it, or the whole program.
#[derive(Debug, Default)]
struct Suite {
    depth: usize,
    is_function: bool,
    /// What tells the statement with those that it is below of.
    statements: u64,
    /// What tells the lines so far that leave the function.
    leaving: u64,
}

/// Whether what is behind the line in its function may not be reached.
fn leaves(line: &[u8]) -> bool {
    let is_gap = |byte: &u8| !byte.is_ascii_alphanumeric();
    let mut words = line.split(is_gap);
    words.any(|word| LEAVING.iter().any(|leaving| leaving.as_bytes() == word))
}

fn has(line: &[u8], word: &[u8]) -> bool {
    line.windows(word.len()).any(|part| part == word)
}

fn trimmed(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    content.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii)
}

/// What is behind `#` is compiled to nothing, and so is what is in a string behind one.
fn without_comments(content: &[u8]) -> Vec<u8> {
    let lines = content.split(|byte| *byte == b'\n');
    let codes = lines.map(|line| line.split(|byte| *byte == b'#').next().unwrap_or_default());
    codes.collect::<Vec<_>>().join(&b'\n')
}

/// Hashes of words. In compiled files the letter behind a word may belong to what follows.
fn words(content: &[u8]) -> HashSet<u64> {
    let is_gap = |byte: &u8| !(byte.is_ascii_alphanumeric() || *byte == b'_');
    let all = content
        .split(is_gap)
        .filter(|word| word.len() >= SHORTEST_WORD);
    let is_text = !content.contains(&0);
    let mut found = HashSet::new();
    for word in all {
        let is_keyword = KEYWORDS.iter().any(|keyword| keyword.as_bytes() == word);
        if !is_keyword {
            found.insert(hash(word));
        }
        if !is_text {
            found.insert(hash(&word[..word.len() - 1]));
        }
    }
    found
}

fn hash(bytes: &[u8]) -> u64 {
    hash_of(&bytes)
}

fn hash_of(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}
