//! What a file has in common with one that the agent found: lines, or words where it is no text.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher as _};

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
/// statements that they are part of, and the line ahead with how much deeper they are than that.
fn announcing(content: &[u8]) -> HashSet<u64> {
    let has = |line: &[u8], word: &[u8]| line.windows(word.len()).any(|part| part == word);
    let mut found = HashSet::new();
    let (mut around, mut ahead): (Vec<(usize, &[u8])>, _) = (Vec::new(), (0_usize, &b""[..]));
    for line in content.split(|byte| *byte == b'\n') {
        let depth = line.len() - line.trim_ascii_start().len();
        let line = line.trim_ascii();
        let is_code = !(line.is_empty() || line.starts_with(b"#"));
        if is_code {
            around.retain(|(of_other, _)| *of_other < depth);
        }
        if has(line, b"announce") || has(line, ANNOUNCING.as_bytes()) {
            let statements: Vec<&[u8]> = around.iter().map(|(_, statement)| *statement).collect();
            let (depth_ahead, line_ahead) = ahead;
            let deeper = depth.cast_signed() - depth_ahead.cast_signed();
            found.insert(hash_of(&(line, statements, line_ahead, deeper)));
        }
        if is_code {
            ahead = (depth, line);
            let code = line.split(|byte| *byte == b'#').next().unwrap_or_default();
            if code.trim_ascii_end().ends_with(b":") {
                around.push((depth, line));
            }
        }
    }
    found
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
