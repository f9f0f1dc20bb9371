//! Signs beside the lexicon: written in its language, found by its matcher, known by their numbers.

use std::collections::BTreeMap;

use super::lexicon::{Builder, Lexicon, Strength, lexicon};
use super::matcher::{Found, Matcher};
use super::polarity::{Polarity, Scopes};
use super::topic::Topic;
use super::{Hit, Prose, extent};

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
    /// The sentence.
    pub sentence: usize,
    /// From its first token to behind its last.
    pub tokens: std::ops::Range<usize>,
}

impl Signs {
    /// Compiles signs, with endpoints of their own beside those of the lexicon.
    ///
    /// # Errors
    /// Says what is wrong with a sign.
    pub fn compile<'s>(
        signs: impl IntoIterator<Item = &'s str>,
        endpoints: BTreeMap<String, Vec<String>>,
    ) -> Result<Self, String> {
        let mut builder = Builder::default();
        let classes = &lexicon().classes;
        for sign in signs {
            builder.sign(Topic::Telling, Strength::Strong, sign, classes)?;
        }
        let mut all = lexicon().endpoints.clone();
        all.extend(endpoints);
        let lexicon = builder.finish(BTreeMap::new(), all, BTreeMap::new())?;
        Ok(Self { lexicon })
    }

    /// Finds them, sentence by sentence.
    pub fn find(&'static self, prose: &Prose) -> Vec<Sighting> {
        let mut matcher = Matcher::new(&self.lexicon);
        let mut sightings = Vec::new();
        for (index, sentence) in prose.sentences.iter().enumerate() {
            let (from, to) = (sentence.tokens.start, sentence.tokens.end);
            let found = matcher.find(&prose.tokens, from, to);
            if found.is_empty() {
                continue;
            }
            let cues: Vec<Found> = prose.hits_of(index).iter().map(cue).collect();
            let mut scopes = Scopes::new(&prose.tokens, from, to, &cues);
            if prose
                .segments
                .get(sentence.segment)
                .is_some_and(|s| prose.is_led_by_denial(s))
            {
                scopes.deny_all();
            }
            sightings.extend(found.iter().map(|found| Sighting {
                sign: found.sign as usize,
                polarity: scopes.polarity(found),
                sentence: index,
                tokens: extent(found),
            }));
        }
        sightings
    }
}

/// What was found by the lexicon, as that which may deny.
fn cue(hit: &Hit) -> Found {
    Found {
        sign: 0,
        topic: hit.topic,
        strength: hit.strength,
        parts: vec![(hit.tokens.start as u32, hit.tokens.end as u32)],
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
            Signs::compile(["create* ..3 <run>", "@docs & curl"], own).unwrap()
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
        let error = Signs::compile(["@nowhere"], BTreeMap::new()).unwrap_err();
        assert_eq!(error, "there is no endpoint `@nowhere`");
    }
}
