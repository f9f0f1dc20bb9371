//! Signs beside the lexicon: written in its language, found by its matcher, known by their numbers.

use std::collections::BTreeMap;

use smallvec::smallvec;

use super::compiler::Builder;
use super::lexicon::{Lexicon, Strength};
use super::matcher::{Found, Matcher};
use super::polarity::{Polarity, Scopes};
use super::shipped::lexicon;
use super::topic::Topic;
use super::{Hit, Prose, counts_paths, extent, is_name};

/// Signs that no topic has, ready to be found. They share the lexicon's word classes and endpoints.
#[derive(Debug)]
pub struct Signs {
    lexicon: Lexicon,
}

/// Where one of them was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Which one: its place in the list that was compiled.
    pub sign: usize,
    /// Whether what it says is affirmed.
    pub polarity: Polarity,
    /// Whether it is denied by a condition alone.
    pub is_supposed: bool,
    /// The sentence.
    pub sentence: usize,
    /// From its first token to behind its last.
    pub tokens: std::ops::Range<usize>,
}

impl Signs {
    /// Compiles signs, with word classes and endpoints of their own beside those of the lexicon.
    ///
    /// # Errors
    /// Says what is wrong with a sign.
    pub fn compile<'s>(
        signs: impl IntoIterator<Item = &'s str>,
        classes: &BTreeMap<String, Vec<String>>,
        endpoints: &BTreeMap<String, Vec<String>>,
    ) -> Result<Self, String> {
        let mut builder = Builder::default();
        let classes = beside(&lexicon().classes, classes);
        for sign in signs {
            builder.sign(Topic::Telling, Strength::Strong, sign, &classes)?;
        }
        let endpoints = beside(&lexicon().endpoints, endpoints);
        let lexicon = builder.finish(BTreeMap::new(), endpoints, BTreeMap::new())?;
        Ok(Self { lexicon })
    }

    /// How many sequences they come to, which is what finding them costs.
    pub fn size(&self) -> usize {
        self.lexicon.sequences.len()
    }

    /// The endpoints that they know by this name.
    pub fn endpoint(&self, name: &str) -> Option<&[String]> {
        self.lexicon.endpoints.get(name).map(Vec::as_slice)
    }

    /// Finds them, sentence by sentence.
    pub fn find(&self, prose: &Prose) -> Vec<Sighting> {
        let mut matcher = Matcher::new(&self.lexicon);
        let (mut sightings, mut found) = (Vec::new(), Vec::new());
        for (index, sentence) in prose.sentences.iter().enumerate() {
            let (from, to) = (sentence.tokens.start, sentence.tokens.end);
            matcher.find(&prose.tokens, from, to, &mut found);
            let segment = prose.segments.get(sentence.segment);
            if !segment.is_none_or(|segment| counts_paths(segment.zone)) {
                found.retain(|found| !is_name(&prose.tokens, found));
            }
            if found.is_empty() {
                continue;
            }
            let cues: Vec<Found> = prose.hits_of(index).iter().map(cue).collect();
            let mut scopes = Scopes::new(&prose.tokens, from, to, &cues);
            if segment.is_some_and(|segment| prose.is_led_by_denial(segment)) {
                scopes.deny_all();
            }
            sightings.extend(found.iter().map(|found| Sighting {
                sign: found.sign as usize,
                polarity: scopes.polarity(found),
                is_supposed: scopes.is_supposed(found),
                sentence: index,
                tokens: extent(found),
            }));
        }
        sightings
    }
}

/// What somebody adds to what the lexicon has.
fn beside(
    known: &BTreeMap<String, Vec<String>>,
    own: &BTreeMap<String, Vec<String>>,
) -> BTreeMap<String, Vec<String>> {
    let own = own.iter().map(|(name, list)| (name.clone(), list.clone()));
    known.clone().into_iter().chain(own).collect()
}

/// What was found by the lexicon, as that which may deny.
fn cue(hit: &Hit) -> Found {
    Found {
        sign: 0,
        topic: hit.topic,
        strength: hit.strength,
        parts: smallvec![(hit.tokens.start as u32, hit.tokens.end as u32)],
        is_in_path: false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    #[test]
    fn signs_are_known_by_their_numbers_and_may_be_denied() {
        static SIGNS: LazyLock<Signs> = LazyLock::new(|| {
            let own = BTreeMap::from([("docs".to_owned(), vec!["GET /docs".to_owned()])]);
            Signs::compile(
                ["create* ..3 <run>", "@docs & curl"],
                &BTreeMap::new(),
                &own,
            )
            .unwrap()
        });
        let found = |text: &str| {
            let sightings = SIGNS.find(&Prose::of_text(text));
            sightings
                .iter()
                .map(|s| (s.sign, s.polarity))
                .collect::<Vec<_>>()
        };
        assert_eq!(found("Create all runs."), [(0, Polarity::Affirmed)]);
        assert_eq!(found("Never create runs."), [(0, Polarity::Denied)]);
        assert_eq!(
            found("curl -sf {server_url}/docs"),
            [(1, Polarity::Affirmed)]
        );
        assert_eq!(found("See /docs."), []);
    }

    #[test]
    fn what_is_wrong_with_a_sign_is_told() {
        let error = Signs::compile(["@nowhere"], &BTreeMap::new(), &BTreeMap::new()).unwrap_err();
        assert_eq!(error, "there is no endpoint `@nowhere`");
    }
}
