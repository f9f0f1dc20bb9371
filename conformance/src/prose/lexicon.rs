//! The lexicon: by which signs each topic is recognised, as data.
//!
//! The files under `lexicon/` hold word classes that topics share, the endpoints by name, and for each
//! topic what it is about, its strong signs (they say it), its weak signs (they speak of the matter)
//! and its counter-signs (they say the opposite). [`super::pattern`] tells how signs are written.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::kinds::Kinds;
use super::lists::Lists;
use super::pattern::{self, Element, Scope, Sequence};
use super::topic::Topic;
use super::trie::{Trie, Words};

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

/// The lexicon's files, in the order in which `explain` shows them.
const FILES: &[(&str, &str)] = &[
    ("language", include_str!("lexicon/language.toml")),
    ("flow", include_str!("lexicon/flow.toml")),
    ("layout", include_str!("lexicon/layout.toml")),
    ("tasks", include_str!("lexicon/tasks.toml")),
    ("reflection", include_str!("lexicon/reflection.toml")),
    ("contract", include_str!("lexicon/contract.toml")),
    ("asking", include_str!("lexicon/asking.toml")),
];

/// A file of the lexicon.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    classes: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    endpoints: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    topic: BTreeMap<String, Entry>,
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

/// The lexicon of this program.
///
/// # Panics
/// Never: a test compiles it.
pub fn lexicon() -> &'static Lexicon {
    static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
        compile(FILES).unwrap_or_else(|error| unreachable!("the lexicon is broken: {error}"))
    });
    &LEXICON
}

impl Lexicon {
    /// What the lexicon says of a topic.
    pub fn entry(&self, topic: Topic) -> &Entry {
        static NOTHING: LazyLock<Entry> = LazyLock::new(Entry::default);
        self.entries.get(topic.key()).unwrap_or(&NOTHING)
    }
}

fn compile(files: &[(&str, &str)]) -> Result<Lexicon, String> {
    let mut builder = Builder::default();
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    let (mut classes, mut endpoints) = (BTreeMap::new(), BTreeMap::new());
    for (name, text) in files {
        let file: File = toml::from_str(text).map_err(|error| format!("{name}: {error}"))?;
        classes.extend(file.classes);
        endpoints.extend(file.endpoints);
        for (key, entry) in file.topic {
            if entries.insert(key.clone(), entry).is_some() {
                return Err(format!("{name}: the topic `{key}` is there twice"));
            }
        }
    }
    for topic in Topic::ALL {
        let entry = entries
            .get(topic.key())
            .ok_or_else(|| format!("there is no topic `{}`", topic.key()))?;
        for (strength, signs) in entry.signs() {
            for sign in signs {
                let added = builder.sign(*topic, strength, sign, &classes);
                added.map_err(|error| format!("{}: {error}", topic.key()))?;
            }
        }
    }
    if let Some(key) = entries
        .keys()
        .find(|key| Topic::ALL.iter().all(|topic| topic.key() != key.as_str()))
    {
        return Err(format!("nothing looks for the topic `{key}`"));
    }
    builder.finish(classes, endpoints, entries)
}

#[derive(Default)]
pub(super) struct Builder {
    elements: BTreeMap<Element, u32>,
    sequences: BTreeMap<Sequence, u32>,
    order: Vec<Sequence>,
    parts: BTreeMap<Vec<u32>, u32>,
    signs: Vec<Sign>,
}

impl Builder {
    pub(super) fn sign(
        &mut self,
        topic: Topic,
        strength: Strength,
        sign: &str,
        classes: &BTreeMap<String, Vec<String>>,
    ) -> Result<(), String> {
        let (mut all, mut none) = (Vec::new(), Vec::new());
        let mut is_in_path = false;
        for part in pattern::parse(sign, classes)? {
            is_in_path |= part
                .alternatives
                .first()
                .is_some_and(|sequence| sequence.scope == Scope::Path && !part.is_excluded);
            let sequences: Vec<u32> = part
                .alternatives
                .into_iter()
                .map(|sequence| self.sequence(sequence))
                .collect();
            let count = self.parts.len() as u32;
            let number = *self.parts.entry(sequences).or_insert(count);
            if part.is_excluded {
                none.push(number);
            } else {
                all.push(number);
            }
        }
        if all.is_empty() {
            return Err(format!("`{sign}` only excludes"));
        }
        self.signs.push(Sign {
            topic,
            strength,
            all,
            none,
            is_in_path,
        });
        Ok(())
    }

    fn sequence(&mut self, sequence: Sequence) -> u32 {
        for step in &sequence.steps {
            let count = self.elements.len() as u32;
            self.elements.entry(step.element.clone()).or_insert(count);
        }
        let count = self.order.len() as u32;
        *self.sequences.entry(sequence.clone()).or_insert_with(|| {
            self.order.push(sequence);
            count
        })
    }

    pub(super) fn finish(
        self,
        classes: BTreeMap<String, Vec<String>>,
        endpoints: BTreeMap<String, Vec<String>>,
        entries: BTreeMap<String, Entry>,
    ) -> Result<Lexicon, String> {
        let elements = Elements::of(&self.elements, &endpoints)?;
        let mut by_first = vec![Vec::new(); self.elements.len()];
        let mut in_paths = vec![Vec::new(); self.elements.len()];
        let mut sequences = Vec::new();
        for (number, sequence) in self.order.iter().enumerate() {
            let steps: Vec<(u32, u8)> = sequence
                .steps
                .iter()
                .filter_map(|step| Some((*self.elements.get(&step.element)?, step.gap)))
                .collect();
            if let Some((first, _)) = steps.first() {
                let (first, sequence_number) = (*first as usize, number as u32);
                match sequence.scope {
                    Scope::Sentence => by_first[first].push(Beginning {
                        sequence: sequence_number,
                        second: steps.get(1).copied(),
                    }),
                    Scope::Path => in_paths[first].push(sequence_number),
                }
            }
            sequences.push(steps);
        }
        let mut parts_of = vec![Vec::new(); self.order.len()];
        for (sequences, part) in &self.parts {
            for sequence in sequences {
                parts_of[*sequence as usize].push(*part);
            }
        }
        let mut signs_of = vec![Vec::new(); self.parts.len()];
        for (number, sign) in self.signs.iter().enumerate() {
            signs_of[sign.all[0] as usize].push(number as u32);
        }
        Ok(Lexicon {
            words: elements.words.into(),
            kinds: elements.kinds,
            paths: elements.paths,
            by_first: by_first.into_iter().collect(),
            in_paths: in_paths.into_iter().collect(),
            sequences: sequences.into_iter().collect(),
            parts_of: parts_of.into_iter().collect(),
            parts: self.parts.len(),
            signs_of: signs_of.into_iter().collect(),
            signs: self.signs,
            classes,
            endpoints,
            entries,
        })
    }
}

/// What tokens are held against.
#[derive(Debug, Default)]
struct Elements {
    words: Words,
    kinds: Kinds,
    paths: Vec<(u32, String, String)>,
}

impl Elements {
    fn of(
        numbered: &BTreeMap<Element, u32>,
        endpoints: &BTreeMap<String, Vec<String>>,
    ) -> Result<Self, String> {
        let mut elements = Self::default();
        for (element, number) in numbered {
            elements.add(element, *number, endpoints)?;
        }
        Ok(elements)
    }

    fn add(
        &mut self,
        element: &Element,
        number: u32,
        endpoints: &BTreeMap<String, Vec<String>>,
    ) -> Result<(), String> {
        match element {
            Element::Words(words) => {
                for word in words {
                    if !self.words.insert(word, number) {
                        return Err(format!("`{word}` is no word in lower case"));
                    }
                }
            }
            Element::Kind(kind) => {
                if !self.kinds.set(kind, number) {
                    return Err(format!("there is no kind `#{kind}`"));
                }
            }
            Element::Endpoint(name) => {
                let known = endpoints
                    .get(name)
                    .ok_or_else(|| format!("there is no endpoint `@{name}`"))?;
                for endpoint in known {
                    let (method, path) = endpoint
                        .split_once(' ')
                        .ok_or_else(|| format!("`{endpoint}` has no method"))?;
                    self.paths
                        .push((number, method.to_owned(), path.to_owned()));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lexicon_compiles() {
        let lexicon = compile(FILES).unwrap();
        assert!(lexicon.signs.len() > 100 && lexicon.sequences.len() < 60_000);
    }

    #[test]
    fn every_topic_says_what_it_is_about() {
        for (key, entry) in &lexicon().entries {
            assert!(!entry.about.is_empty(), "{key}");
        }
    }
}
