//! Finds the lexicon's signs in a sentence.

use smallvec::{SmallVec, smallvec};

use super::lexicon::{Beginning, Lexicon, Strength, Worth};
use super::lists::Lists;
use super::token::{Kind, Token, Tokens};
use super::topic::Topic;

/// Stretches of tokens; a sign has seldom more than two parts.
pub(super) type Places = SmallVec<[(u32, u32); 2]>;

/// A sign that was found, over tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Which of the lexicon's signs it is.
    pub(super) sign: u32,
    pub(super) topic: Topic,
    pub(super) strength: Strength,
    /// The tokens of each of its parts, by their indices.
    pub(super) parts: Places,
    /// Whether it is a word inside a path.
    pub(super) is_in_path: bool,
}

/// Where parts were found in the sentence that is being looked at.
#[derive(Debug)]
pub(super) struct Matcher<'l> {
    lexicon: &'l Lexicon,
    /// The elements that each token of the sentence is.
    tokens: Lists<u32>,
    /// The elements that each word of a path is.
    words: Lists<u32>,
    /// For each element, the next token that is it, as the sentence is walked from its end.
    next: Vec<Next>,
    /// The number of this sentence, from one on.
    sentence: u32,
    /// The sequences that were found, with their places.
    sequences: Vec<(u32, (u32, u32))>,
    /// The parts that were found in this sentence.
    touched: Vec<u32>,
    /// Where each of these was found. There may be more lists, which are empty.
    found: Vec<Vec<(u32, u32)>>,
    /// The signs that are complete in this sentence, with what they are worth.
    complete: Vec<(Worth, u32)>,
    /// For each part, which of the lists is its own, counted from one on; zero where it was not found.
    list_of: Vec<u32>,
}

/// A token of a sentence, by its place there.
#[derive(Debug, Clone, Copy, Default)]
struct Next {
    sentence: u32,
    index: u32,
}

/// The place that begins nearest to `at`, of places in order; the earlier one of two that are as near.
fn nearest(places: &[(u32, u32)], at: u32) -> Option<(u32, u32)> {
    let split = places.partition_point(|place| place.0 < at);
    let (before, behind) = places.split_at_checked(split)?;
    let before = before.last().and_then(|last| {
        let first = before.partition_point(|place| place.0 < last.0);
        before.get(first)
    });
    before
        .into_iter()
        .chain(behind.first())
        .min_by_key(|place| place.0.abs_diff(at))
        .copied()
}

impl<'l> Matcher<'l> {
    pub(super) fn new(lexicon: &'l Lexicon) -> Self {
        Self {
            lexicon,
            tokens: Lists::default(),
            words: Lists::default(),
            next: vec![Next::default(); lexicon.by_first.len()],
            sentence: 0,
            sequences: Vec::new(),
            touched: Vec::new(),
            found: Vec::new(),
            complete: Vec::new(),
            list_of: vec![0; lexicon.parts],
        }
    }

    /// The signs in the tokens `from..to`, in place of what is in `signs`.
    pub(super) fn find(&mut self, tokens: &Tokens, from: usize, to: usize, signs: &mut Vec<Found>) {
        self.begin();
        let lexicon = self.lexicon;
        for at in from..to {
            self.tokens.append(|elements| {
                if let Some(token) = tokens.get(at) {
                    lexicon.classify(tokens, token, elements);
                }
            });
        }
        self.walk(from as u32);
        for at in from..to {
            let is_made_of_words = |token: &&Token| {
                matches!(token.kind, Kind::Path | Kind::Template(_) | Kind::Example)
            };
            if let Some(token) = tokens.get(at).filter(is_made_of_words) {
                self.inside(tokens, token, at as u32);
            }
        }
        self.signs(signs);
    }

    fn begin(&mut self) {
        self.sentence += 1;
        self.tokens.clear();
        for (part, found) in self.touched.drain(..).zip(&mut self.found) {
            self.list_of[part as usize] = 0;
            found.clear();
        }
    }

    /// Finds sequences of tokens, of which the first has the number `from`. Walked is from the end, so that of each
    /// element is known where it is met next.
    fn walk(&mut self, from: u32) {
        let lexicon = self.lexicon;
        for index in (0..self.tokens.len() as u32).rev() {
            for element in self.tokens.of(index) {
                for beginning in lexicon.by_first.of(*element) {
                    if let Some(end) = self.end(*beginning, index) {
                        let place = (from + index, from + end);
                        self.sequences.push((beginning.sequence, place));
                    }
                }
            }
            let next = Next {
                sentence: self.sentence,
                index,
            };
            for element in self.tokens.of(index) {
                self.next[*element as usize] = next;
            }
        }
        let mut sequences = std::mem::take(&mut self.sequences);
        // In the order of the text, and where they begin together in that of the lexicon.
        for together in sequences.chunk_by(|one, other| one.1.0 == other.1.0).rev() {
            for (sequence, place) in together {
                self.note(*sequence, *place);
            }
        }
        sequences.clear();
        self.sequences = sequences;
    }

    /// Where a sequence ends that begins with the token at an index, if it does.
    ///
    /// The nearest fit is taken at each step; signs are written so that this is enough.
    fn end(&self, beginning: Beginning, index: u32) -> Option<u32> {
        let Some((second, gap)) = beginning.second else {
            return Some(index + 1);
        };
        let next = self.next[second as usize];
        if next.sentence != self.sentence || next.index > index + 1 + u32::from(gap) {
            return None;
        }
        let mut at = next.index + 1;
        for (element, gap) in self.lexicon.sequences.of(beginning.sequence).get(2..)? {
            let reach = (at + u32::from(*gap) + 1).min(self.tokens.len() as u32);
            let fits = |at: &u32| self.tokens.of(*at).contains(element);
            at = (at..reach).find(fits)? + 1;
        }
        Some(at)
    }

    /// Words inside a path.
    fn inside(&mut self, tokens: &Tokens, token: &Token, at: u32) {
        let lexicon = self.lexicon;
        self.words.clear();
        for word in tokens.inner(token) {
            self.words
                .append(|elements| lexicon.words.find(word, elements));
        }
        let mut sequences = std::mem::take(&mut self.sequences);
        for index in 0..self.words.len() as u32 {
            for element in self.words.of(index) {
                for sequence in lexicon.in_paths.of(*element) {
                    let mut steps = (index..).zip(lexicon.sequences.of(*sequence));
                    if steps.all(|(index, (element, _))| self.words.of(index).contains(element)) {
                        sequences.push((*sequence, (at, at + 1)));
                    }
                }
            }
        }
        for (sequence, place) in sequences.drain(..) {
            self.note(sequence, place);
        }
        self.sequences = sequences;
    }

    fn note(&mut self, sequence: u32, place: (u32, u32)) {
        for part in self.lexicon.parts_of.of(sequence) {
            let list = &mut self.list_of[*part as usize];
            if *list == 0 {
                self.touched.push(*part);
                *list = self.touched.len() as u32;
                if self.found.len() < self.touched.len() {
                    self.found.push(Vec::new());
                }
            }
            let found = &mut self.found[*list as usize - 1];
            if found.last() != Some(&place) {
                found.push(place);
            }
        }
    }

    /// Where a part was found in this sentence.
    fn places(&self, part: u32) -> &[(u32, u32)] {
        match self.list_of[part as usize] {
            0 => &[],
            list => &self.found[list as usize - 1],
        }
    }

    /// The signs whose parts were found: for each place of the first part the nearest of the others. In the order of
    /// topics, strengths and places, and where these are the same in that of the text.
    fn signs(&mut self, signs: &mut Vec<Found>) {
        signs.clear();
        for found in &mut self.found[..self.touched.len()] {
            found.sort_unstable();
            found.dedup();
        }
        self.complete();
        for same in self.complete.chunk_by(|one, other| one.0 == other.0) {
            let from = signs.len();
            for (_, number) in same {
                self.places_of(*number, signs);
            }
            // Those of one sign are in order.
            if same.len() > 1 {
                signs[from..].sort_by_key(|found| found.parts.first().copied());
            }
        }
    }

    /// Which signs have all their parts, and none that they must not have.
    fn complete(&mut self) {
        self.complete.clear();
        for part in &self.touched {
            for number in self.lexicon.signs_of.of(*part) {
                let sign = &self.lexicon.signs[*number as usize];
                let is_found = |part: &u32| self.list_of[*part as usize] > 0;
                if !sign.none.iter().any(is_found) && sign.all.iter().all(is_found) {
                    self.complete.push((sign.worth(), *number));
                }
            }
        }
        self.complete.sort_by_key(|(worth, _)| *worth);
    }

    /// Appends the places of a sign.
    fn places_of(&self, number: u32, signs: &mut Vec<Found>) {
        let sign = &self.lexicon.signs[number as usize];
        let Some((first, others)) = sign.all.split_first() else {
            return;
        };
        for place in self.places(*first) {
            let mut parts: Places = smallvec![*place];
            for other in others {
                parts.extend(nearest(self.places(*other), place.0));
            }
            signs.push(Found {
                sign: number,
                topic: sign.topic,
                strength: sign.strength,
                parts,
                is_in_path: sign.is_in_path,
            });
        }
    }
}
