//! A lexicon, ready to be matched: by which signs each topic is recognised.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::kinds::Kinds;
use super::lists::Lists;
use super::topic::Topic;
use super::trie::Trie;

/// What a sign is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// It speaks of the matter.
    Weak,
    /// It says it.
    Strong,
    /// It says the opposite.
    Counter,
    /// It says that something else is done in its place.
    Instead,
}

/// What the lexicon says of a topic.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What it is about, in a few words.
    pub about: String,
    /// Signs that say it.
    #[serde(default)]
    pub strong: Vec<String>,
    /// Signs that speak of the matter.
    #[serde(default)]
    pub weak: Vec<String>,
    /// Whether its signs are only words that others are counted against, of no use by themselves to
    /// somebody who wants to know how a sentence is read.
    #[serde(default, rename = "is-word-class")]
    pub is_word_class: bool,
    /// Signs that say the opposite.
    #[serde(default)]
    pub counter: Vec<String>,
    /// Signs that something else is done in its place; they count where nothing affirms it.
    #[serde(default)]
    pub instead: Vec<String>,
}

/// The lexicon, ready to be matched.
#[derive(Debug)]
pub struct Lexicon {
    /// Word classes by name.
    pub classes: BTreeMap<String, Vec<String>>,
    /// Endpoints by name: `POST /runs`.
    pub endpoints: BTreeMap<String, Vec<String>>,
    /// Topics by name.
    pub entries: BTreeMap<String, Entry>,
    pub(super) words: Trie,
    pub(super) kinds: Kinds,
    /// Elements that are endpoints, with method and path.
    pub(super) paths: Vec<(u32, String, String)>,
    /// The elements of each sequence, with the gaps in front of them.
    pub(super) sequences: Lists<(u32, u8)>,
    /// Sequences of a sentence by their first element.
    pub(super) by_first: Lists<Beginning>,
    /// Sequences inside a path by their first element.
    pub(super) in_paths: Lists<u32>,
    /// Parts that a sequence is an alternative of.
    pub(super) parts_of: Lists<u32>,
    pub(super) parts: usize,
    pub(super) signs: Vec<Sign>,
    /// Signs by their first part.
    pub(super) signs_of: Lists<u32>,
}

/// A sequence by its beginning.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beginning {
    pub(super) sequence: u32,
    /// Its second element with the gap in front of it, if it has one.
    pub(super) second: Option<(u32, u8)>,
}

/// A sign over numbered parts.
#[derive(Debug)]
pub(super) struct Sign {
    pub(super) topic: Topic,
    pub(super) strength: Strength,
    /// What must be there; the first is the one by which it is found.
    pub(super) all: Vec<u32>,
    /// What must not.
    pub(super) none: Vec<u32>,
    /// Whether it is a word inside a path.
    pub(super) is_in_path: bool,
}

/// A topic and a strength as one number, by which signs are put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Worth(u32);

impl Sign {
    pub(super) fn worth(&self) -> Worth {
        Worth((self.topic as u32) << 8 | self.strength as u32)
    }
}

impl Lexicon {
    /// What the lexicon says of a topic.
    pub fn entry(&self, topic: Topic) -> &Entry {
        static NOTHING: LazyLock<Entry> = LazyLock::new(Entry::default);
        self.entries.get(topic.key()).unwrap_or(&NOTHING)
    }
}
