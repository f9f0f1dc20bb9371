//! The lexicon of this program, as data.
//!
//! The files under `lexicon/` hold word classes that topics share, the endpoints by name, and for each
//! topic what it is about, its strong signs (they say it), its weak signs (they speak of the matter)
//! and its counter-signs (they say the opposite). [`super::pattern`] tells how signs are written.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::compiler::Builder;
use super::lexicon::{Entry, Lexicon};
use super::topic::Topic;

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
