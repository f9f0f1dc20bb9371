//! Topics that somebody adds to the lexicon's, in its form and found by its signs.

use std::collections::BTreeMap;

use super::lexicon::{Entry, Strength};
use super::signs::{Sighting, Signs};
use super::topic::Topic;
use super::{Hit, Prose};

/// Topics beside the lexicon's, by their places in a list.
#[derive(Debug)]
pub struct Vocabulary {
    topics: Vec<(String, Entry)>,
    signs: Signs,
    /// The topic and the strength of each sign.
    worth: Vec<(usize, Strength)>,
}

impl Entry {
    /// Its signs by what they are worth.
    pub fn signs(&self) -> [(Strength, &[String]); 4] {
        [
            (Strength::Strong, &self.strong),
            (Strength::Weak, &self.weak),
            (Strength::Counter, &self.counter),
            (Strength::Instead, &self.instead),
        ]
    }
}

impl Vocabulary {
    /// Compiles topics, with word classes and endpoints of their own beside those of the lexicon.
    ///
    /// # Errors
    /// Says what is wrong with a sign.
    pub fn compile(
        topics: Vec<(String, Entry)>,
        classes: &BTreeMap<String, Vec<String>>,
        endpoints: &BTreeMap<String, Vec<String>>,
    ) -> Result<Self, String> {
        let mut worth = Vec::new();
        let mut texts = Vec::new();
        for (at, (_, entry)) in topics.iter().enumerate() {
            for (strength, signs) in entry.signs() {
                worth.extend(signs.iter().map(|_| (at, strength)));
                texts.extend(signs.iter().map(String::as_str));
            }
        }
        let signs = Signs::compile(texts, classes, endpoints)?;
        Ok(Self {
            topics,
            signs,
            worth,
        })
    }

    /// A topic's name and what is said of it.
    pub fn topic(&self, at: usize) -> Option<&(String, Entry)> {
        self.topics.get(at)
    }

    /// How many sequences its signs come to, which is what finding them costs.
    pub fn size(&self) -> usize {
        self.signs.size()
    }

    /// The signs of each topic in a text, in order. Their own topic stands in none of them.
    pub fn find(&self, prose: &Prose) -> Vec<Vec<Hit>> {
        let mut hits = vec![Vec::new(); self.topics.len()];
        for sighting in self.signs.find(prose) {
            let Some((topic, strength)) = self.worth.get(sighting.sign) else {
                continue;
            };
            if let Some(own) = hits.get_mut(*topic) {
                own.push(hit(&sighting, *strength));
            }
        }
        hits
    }
}

fn hit(sighting: &Sighting, strength: Strength) -> Hit {
    Hit {
        topic: Topic::Telling,
        strength,
        polarity: sighting.polarity,
        is_supposed: sighting.is_supposed,
        sentence: sighting.sentence,
        tokens: sighting.tokens.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prose::Polarity;

    #[test]
    fn topics_of_ones_own_are_found_with_what_they_are_worth() {
        let entry = Entry {
            strong: vec!["stop*|end* ..6 <money>".to_owned()],
            weak: vec!["<money>".to_owned()],
            counter: vec!["whatever it costs".to_owned()],
            ..Entry::default()
        };
        let classes = BTreeMap::from([("money".to_owned(), vec!["dollar*".to_owned()])]);
        let topics = vec![("cost-limit".to_owned(), entry)];
        let own = Vocabulary::compile(topics, &classes, &BTreeMap::new()).unwrap();
        let found = |text: &str| {
            let hits = own.find(&Prose::of_text(text)).remove(0);
            hits.iter()
                .map(|hit| (hit.strength, hit.polarity))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            found("Stop at 100 dollars."),
            [
                (Strength::Strong, Polarity::Affirmed),
                (Strength::Weak, Polarity::Affirmed)
            ]
        );
        assert_eq!(
            found("Runs never stop at any number of dollars."),
            [
                (Strength::Strong, Polarity::Denied),
                (Strength::Weak, Polarity::Denied)
            ]
        );
        assert_eq!(
            found("Go on whatever it costs."),
            [(Strength::Counter, Polarity::Affirmed)]
        );
    }
}
