//! Makes a lexicon of signs as they are written.

use std::collections::BTreeMap;

use super::kinds::Kinds;
use super::lexicon::{Beginning, Entry, Lexicon, Sign, Strength};
use super::pattern::{self, Element, Scope, Sequence};
use super::topic::Topic;
use super::trie::Words;

/// What signs are taken into until they are a lexicon.
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
                        return Err(format!(
                            "`{word}` is no word of lower-case letters from a to z"
                        ));
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
