//! Finds the lexicon's signs in a sentence.

use smallvec::{SmallVec, smallvec};

use super::file;
use super::kinds::Asked;
use super::lexicon::{Lexicon, Strength};
use super::token::{Before, Kind, Token, Tokens};
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
    /// The elements that each token is, one list after the other.
    elements: Vec<u32>,
    /// Where the list of each token of the sentence begins.
    starts: Vec<u32>,
    /// The parts that were found in this sentence.
    touched: Vec<u32>,
    /// Where each of these was found. There may be more lists, which are empty.
    found: Vec<Vec<(u32, u32)>>,
    /// For each part, which of the lists is its own, counted from one on; zero where it was not found.
    list_of: Vec<u32>,
    /// For each element, the last token that is it, counted over all sentences.
    last: Vec<u32>,
    /// The number of this sentence's first token, counted over all sentences from one on.
    base: u32,
}

/// Numbers in words, from two on.
const COUNTS: [&str; 22] = [
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "fourteen", "fifteen", "sixteen", "eighteen", "twenty", "thirty", "both", "several",
    "multiple", "many", "dozen",
];

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
            elements: Vec::new(),
            starts: Vec::new(),
            touched: Vec::new(),
            found: Vec::new(),
            list_of: vec![0; lexicon.parts],
            last: vec![0; lexicon.by_first.len()],
            base: 1,
        }
    }

    /// The signs in the tokens `from..to`.
    pub(super) fn find(&mut self, tokens: &Tokens, from: usize, to: usize) -> Vec<Found> {
        self.begin();
        for at in from..to {
            self.starts.push(self.elements.len() as u32);
            let start = self.elements.len();
            if let Some(token) = tokens.get(at) {
                self.classify(tokens, token);
            }
            let number = self.base + (at - from) as u32;
            for element in &self.elements[start..] {
                self.last[*element as usize] = number;
            }
        }
        self.starts.push(self.elements.len() as u32);
        self.sequences(from, to);
        for at in from..to {
            let is_made_of_words = |token: &&Token| {
                matches!(token.kind, Kind::Path | Kind::Template(_) | Kind::Example)
            };
            if let Some(token) = tokens.get(at).filter(is_made_of_words) {
                self.inside(tokens, token, at);
            }
        }
        self.base += (to - from) as u32;
        self.signs()
    }

    fn begin(&mut self) {
        self.elements.clear();
        self.starts.clear();
        for (part, found) in self.touched.drain(..).zip(&mut self.found) {
            self.list_of[part as usize] = 0;
            found.clear();
        }
    }

    /// What a token is.
    fn classify(&mut self, tokens: &Tokens, token: &Token) {
        let text = tokens.text(token);
        let kinds = &self.lexicon.kinds;
        let into = &mut self.elements;
        if token.is_code {
            kinds.push(Asked::Code, into);
        }
        if token.before == Before::Colon {
            kinds.push(Asked::Colon, into);
        }
        match token.kind {
            Kind::Word => {
                self.lexicon.words.find(text, into);
                if COUNTS.contains(&text) {
                    kinds.push(Asked::Count, into);
                }
            }
            Kind::Number => {
                self.lexicon.words.find(text, into);
                kinds.push(Asked::Number, into);
                if is_count(text) {
                    kinds.push(Asked::Count, into);
                }
            }
            Kind::Path => {
                kinds.push(Asked::Path, into);
                if file::holds_data(text) {
                    kinds.push(Asked::Data, into);
                }
                if file::holds_code(text) {
                    kinds.push(Asked::Source, into);
                }
                if text.contains(['<', '{', '$', '*']) {
                    kinds.push(Asked::Field, into);
                }
            }
            Kind::Template(fields) => {
                kinds.push(Asked::Field, into);
                if fields >= 2 {
                    kinds.push(Asked::Template, into);
                }
                // A single word in brackets is that word: `<evo_sweep>`.
                let mut words = tokens.inner(token);
                if let (Some(only), None) = (words.next(), words.next()) {
                    self.lexicon.words.find(only, into);
                }
            }
            Kind::Example => kinds.push(Asked::Example, into),
            Kind::Task => kinds.push(Asked::Task, into),
            Kind::Compare => kinds.push(Asked::Compare, into),
            Kind::Arrow => kinds.push(Asked::Arrow, into),
            Kind::Redirect => {
                kinds.push(Asked::Redirect, into);
                if text.contains(['&', '2']) {
                    kinds.push(Asked::Stderr, into);
                }
            }
            Kind::Option => {
                kinds.push(Asked::Option, into);
                let mut words = tokens.inner(token);
                if let Some(first) = words.next() {
                    self.lexicon.words.find(first, into);
                }
            }
            Kind::Endpoint => {
                kinds.push(Asked::Endpoint, into);
                let (method, path) = text.split_once(' ').unwrap_or_default();
                for (element, wanted, shape) in &self.lexicon.paths {
                    // A path alone says neither that it is created nor that it is changed.
                    let is_meant = match wanted.as_str() {
                        "ANY" => true,
                        "POST" if shape == "/runs" || shape.starts_with("/runs/") => {
                            method == "POST"
                        }
                        _ => method.is_empty() || method == wanted,
                    };
                    if is_meant && fits(path, shape) {
                        into.push(*element);
                    }
                }
            }
            Kind::Address => {}
        }
    }

    fn sequences(&mut self, from: usize, to: usize) {
        let lexicon = self.lexicon;
        for index in 0..to - from {
            for position in self.starts[index]..self.starts[index + 1] {
                let element = self.elements[position as usize];
                for beginning in &lexicon.by_first[element as usize] {
                    let comes_later =
                        |second| self.last[second as usize] > self.base + index as u32;
                    if !beginning.second.is_none_or(comes_later) {
                        continue;
                    }
                    let steps = &lexicon.sequences[beginning.sequence as usize].steps;
                    if let Some(end) = self.rest(steps, index + 1, to - from) {
                        let place = ((from + index) as u32, (from + end) as u32);
                        self.note(beginning.sequence, place);
                    }
                }
            }
        }
    }

    /// Where the steps behind the first one end, if they are there from `at` on.
    fn rest(&self, steps: &[(u32, u8)], mut at: usize, end: usize) -> Option<usize> {
        let mut index = 1;
        // The nearest fit is taken at each step; signs are written so that this is enough.
        while let Some((element, gap)) = steps.get(index) {
            let reach = end.min(at + usize::from(*gap) + 1);
            at = (at..reach).find(|at| self.is_element(*at, *element))? + 1;
            index += 1;
        }
        Some(at)
    }

    fn is_element(&self, index: usize, element: u32) -> bool {
        let range = self.starts[index] as usize..self.starts[index + 1] as usize;
        self.elements[range].contains(&element)
    }

    /// Words inside a path.
    fn inside(&mut self, tokens: &Tokens, token: &Token, at: usize) {
        let lexicon = self.lexicon;
        let words: Vec<Vec<u32>> = tokens
            .inner(token)
            .map(|word| {
                let mut elements = Vec::new();
                lexicon.words.find(word, &mut elements);
                elements
            })
            .collect();
        for (index, elements) in words.iter().enumerate() {
            for element in elements {
                for number in &lexicon.in_paths[*element as usize] {
                    let steps = &lexicon.sequences[*number as usize].steps;
                    let fits = steps.iter().enumerate().all(|(offset, (element, _))| {
                        words
                            .get(index + offset)
                            .is_some_and(|word| word.contains(element))
                    });
                    if fits {
                        self.note(*number, (at as u32, at as u32 + 1));
                    }
                }
            }
        }
    }

    fn note(&mut self, sequence: u32, place: (u32, u32)) {
        for part in &self.lexicon.parts_of[sequence as usize] {
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

    /// The signs whose parts were found: for each place of the first part the nearest of the others.
    fn signs(&mut self) -> Vec<Found> {
        for found in &mut self.found[..self.touched.len()] {
            found.sort_unstable();
            found.dedup();
        }
        let mut signs = Vec::new();
        for part in &self.touched {
            for number in &self.lexicon.signs_of[*part as usize] {
                let sign = &self.lexicon.signs[*number as usize];
                let is_found = |part: &u32| self.list_of[*part as usize] > 0;
                if sign.none.iter().any(is_found) || !sign.all.iter().all(is_found) {
                    continue;
                }
                for first in self.places(*part) {
                    let mut parts: Places = smallvec![*first];
                    for other in &sign.all[1..] {
                        parts.extend(nearest(self.places(*other), first.0));
                    }
                    signs.push(Found {
                        sign: *number,
                        topic: sign.topic,
                        strength: sign.strength,
                        parts,
                        is_in_path: sign.is_in_path,
                    });
                }
            }
        }
        signs.sort_by_key(|found| (found.topic, found.strength, found.parts.first().copied()));
        signs
    }
}

/// Whether a number counts more than one thing.
fn is_count(text: &str) -> bool {
    let bare = text.trim_matches(['x', '×']);
    bare.parse::<u32>()
        .is_ok_and(|count| (2..1000).contains(&count))
}

/// Whether a path has a shape in which a star stands for one part.
fn fits(path: &str, shape: &str) -> bool {
    let mut parts = path.split('/');
    let mut wanted = shape.split('/');
    loop {
        match (parts.next(), wanted.next()) {
            (None, None) => return true,
            (Some(_), Some("*")) => {}
            (Some(part), Some(want)) if part == want => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_shapes() {
        assert!(fits("/runs/<id>/start", "/runs/*/start") && fits("/runs", "/runs"));
        assert!(!fits("/runs/1", "/runs") && !fits("/runs", "/runs/*"));
    }

    #[test]
    fn counts_are_of_more_than_one() {
        assert!(is_count("12") && is_count("x3") && !is_count("1") && !is_count("0.3"));
    }
}
