//! What stands around the commands of a sentence, found once for all of them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::Reading;
use crate::prose::{Before, Hit, Kind, Polarity, Sentence, Strength, Topic};

/// The signs of a sentence, by topic and place, and where its clauses begin.
pub(super) struct Around {
    /// The tokens of the sentence.
    pub(super) bounds: Range<usize>,
    /// Where something is said that is not denied, in order.
    said: BTreeMap<Topic, Vec<usize>>,
    /// Verbs that order a command, and those that order a script named by itself.
    orders: [Vec<usize>; 2],
    looks: Vec<usize>,
    /// Tokens that begin a clause.
    clauses: Vec<usize>,
}

impl Around {
    pub(super) fn of(reading: &Reading, index: usize, sentence: &Sentence) -> Self {
        let mut around = Self {
            bounds: sentence.tokens.clone(),
            said: BTreeMap::new(),
            orders: [Vec::new(), Vec::new()],
            looks: Vec::new(),
            clauses: Vec::new(),
        };
        for hit in reading.prose.hits_of(index) {
            around.note(reading, hit);
        }
        let said = around.said.values_mut();
        for places in said.chain(&mut around.orders).chain([&mut around.looks]) {
            places.sort_unstable();
        }
        let begins = |at: &usize| begins_clause(reading, *at);
        around.clauses = sentence.tokens.clone().skip(1).filter(begins).collect();
        around
    }

    fn note(&mut self, reading: &Reading, hit: &Hit) {
        let tokens = &reading.prose.tokens;
        let at = hit.tokens.start;
        let kind = tokens.get(at).map(|token| token.kind);
        let is_strong = hit.strength == Strength::Strong && hit.polarity != Polarity::Denied;
        if is_strong && kind != Some(Kind::Option) {
            self.said.entry(hit.topic).or_default().push(at);
        }
        // `the run of train.py` orders nothing.
        let is_noun = reading.begins_at(Topic::MakesNoun, at + 1);
        let is_verb = kind == Some(Kind::Word) && !is_noun;
        match hit.topic {
            Topic::Order if is_verb && hit.polarity == Polarity::Affirmed => {
                self.orders[0].push(at);
            }
            Topic::Execute if is_verb && hit.polarity == Polarity::Affirmed => {
                self.orders[1].push(at);
            }
            Topic::Look => self.looks.push(at),
            _ => {}
        }
    }

    /// Whether something is said within a stretch, and not denied.
    pub(super) fn says(&self, topic: Topic, within: &Range<usize>) -> bool {
        self.said.get(&topic).is_some_and(|at| is_in(at, within))
    }

    /// Whether a verb within a stretch orders a command, or a script that is named by itself.
    pub(super) fn orders(&self, within: Range<usize>, is_command: bool) -> bool {
        is_in(&self.orders[usize::from(!is_command)], &within)
    }

    /// Whether something is only looked at within a stretch.
    pub(super) fn looks(&self, within: Range<usize>) -> bool {
        is_in(&self.looks, &within)
    }

    /// The clause around a command that begins at `start` and whose script is `at`.
    pub(super) fn clause(&self, start: usize, at: usize) -> Range<usize> {
        let ahead = self.clauses.partition_point(|begin| *begin <= start);
        let behind = self.clauses.partition_point(|begin| *begin <= at);
        let from = ahead.checked_sub(1).and_then(|last| self.clauses.get(last));
        let to = self.clauses.get(behind);
        *from.unwrap_or(&self.bounds.start)..*to.unwrap_or(&self.bounds.end)
    }
}

/// Whether a comma, dash or colon outside of code, or what is done next, begins a clause at a token.
fn begins_clause(reading: &Reading, at: usize) -> bool {
    let tokens = &reading.prose.tokens;
    tokens.get(at).is_some_and(|token| {
        let is_apart = token.before >= Before::Comma && token.before != Before::Parenthesis;
        (!token.is_code && is_apart) || reading.begins_at(Topic::NextStep, at)
    })
}

/// Whether any of the places, which are in order, lies within a stretch.
fn is_in(places: &[usize], within: &Range<usize>) -> bool {
    let first = places.partition_point(|at| *at < within.start);
    places.get(first).is_some_and(|at| *at < within.end)
}
