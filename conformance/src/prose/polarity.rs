//! Whether what is said is affirmed, denied or left open.
//!
//! A denial reaches from its cue to the end of its clause, `stdout is not kept` also back to its
//! subject, and `no run without a manifest` turns round again. The cues are topics of the lexicon; only
//! how far they reach is decided here.

use std::collections::BTreeMap;

use super::lexicon::Strength;
use super::matcher::Found;
use super::token::{Before, Kind, Tokens};
use super::topic::Topic;

/// Whether what a sign says is affirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Polarity {
    /// It is.
    Affirmed,
    /// It is left open: `if time permits`.
    Hedged,
    /// It is denied.
    Denied,
}

/// How far the cues of a sentence reach.
pub(super) struct Scopes {
    from: usize,
    /// For each token the cue that denies it.
    denied_by: Vec<Option<u32>>,
    /// Whether each token stands in a condition.
    conditional: Vec<bool>,
    is_hedged: bool,
    is_denied_whole: bool,
}

/// Longest sign that lifts a denial, in tokens.
const LONGEST_SIGN: u32 = 32;

/// How many tokens a `without` reaches.
const LONE: u32 = 6;

/// How far ahead of an `or` a comma lists things and ends no clause, in tokens.
const LISTING: usize = 7;

impl Scopes {
    pub(super) fn new(tokens: &Tokens, from: usize, to: usize, found: &[Found]) -> Self {
        let mut scopes = Self {
            from,
            denied_by: vec![None; to - from],
            conditional: Vec::new(),
            is_hedged: places(found, Topic::Hedge).next().is_some(),
            is_denied_whole: false,
        };
        let has_cue = found.iter().any(|found| {
            matches!(
                found.topic,
                Topic::DenyAhead | Topic::DenyBack | Topic::DenyLead | Topic::Turn
            )
        });
        if !has_cue {
            return scopes;
        }
        let marks = Marks::of(tokens, found);
        scopes.forward(tokens, to, &marks);
        scopes.suppose(tokens, to, &marks);
        let ends_in_denial = |cue: &(u32, u32)| {
            let token = tokens.get(cue.0 as usize);
            cue.1 as usize == to && token.is_some_and(|token| token.before == Before::Colon)
        };
        let lone = marks.ahead.iter().copied().filter(ends_in_denial);
        // A walk back that meets the end of another goes the same way from there on.
        let mut walked = scopes.from;
        for cue in marks.back.iter().copied().chain(lone) {
            scopes.backward(tokens, cue, walked, &marks);
            walked = walked.max(cue.0 as usize);
        }
        scopes
    }

    /// Everything in the sentence is denied by what governs it.
    pub(super) fn deny_all(&mut self) {
        self.is_denied_whole = true;
    }

    fn forward(&mut self, tokens: &Tokens, to: usize, marks: &Marks) {
        let mut cue: Option<u32> = None;
        let mut lead: Option<u32> = None;
        let mut opened: Option<u32> = None;
        for at in self.from..to {
            let number = at as u32;
            let Some(token) = tokens.get(at) else { break };
            if token.before == Before::Colon
                && let Some(start) = marks.leads.get(&number)
            {
                lead = Some(*start);
            }
            if token.before == Before::Parenthesis {
                // What is denied in parentheses is denied there alone.
                opened = match opened {
                    Some(start) => {
                        cue = cue.filter(|cue| *cue < start);
                        None
                    }
                    None => Some(number),
                };
            }
            let is_clause_end = match token.before {
                Before::Dash | Before::Colon => true,
                Before::Comma => !marks.list(tokens, at, to),
                _ => false,
            };
            // `never use X` denies the use: what stands right behind a cue begins nothing new.
            let restarts = starts_at(&marks.restarts, number) && cue != number.checked_sub(1);
            // `without X` says nothing of what comes later in the sentence.
            let is_spent = cue.is_some_and(|cue| {
                starts_at(&marks.turns, cue)
                    && (number > cue + LONE || token.before == Before::Parenthesis)
            });
            if is_clause_end || restarts || is_spent {
                cue = None;
            }
            if starts_at(&marks.turns, number) {
                cue = match cue {
                    Some(_) => None,
                    None => Some(number),
                };
            } else if starts_at(&marks.ahead, number) && cue.is_none() {
                cue = Some(number);
            }
            self.denied_by[at - self.from] = cue.or(lead);
        }
    }

    /// Notes what stands in conditions, each of which goes to the end of its clause.
    fn suppose(&mut self, tokens: &Tokens, to: usize, marks: &Marks) {
        let mut is_condition = false;
        for at in self.from..to {
            let Some(token) = tokens.get(at) else { break };
            let is_end = match token.before {
                Before::Dash | Before::Colon | Before::Parenthesis => true,
                Before::Comma => !marks.list(tokens, at, to),
                _ => false,
            };
            is_condition = starts_at(&marks.conditions, at as u32) || is_condition && !is_end;
            self.conditional.push(is_condition);
        }
    }

    /// From a cue that denies its subject back to the beginning of its clause.
    fn backward(&mut self, tokens: &Tokens, cue: (u32, u32), walked: usize, marks: &Marks) {
        let mut at = cue.0 as usize;
        while at > walked {
            let Some(token) = tokens.get(at) else { break };
            let is_own = at == cue.0 as usize && token.before == Before::Colon;
            let is_insertion = token.before == Before::Comma
                && (at == cue.0 as usize || is_inserted(tokens, at, cue.0 as usize));
            let is_clause_start = match token.before {
                Before::Comma if is_insertion => false,
                Before::Comma => !marks.list(tokens, at, cue.0 as usize + 2),
                Before::Nothing | Before::Parenthesis => false,
                _ => !is_own,
            };
            // What begins a clause of its own is not reached.
            if is_clause_start || starts_at(&marks.restarts, at as u32 - 1) {
                break;
            }
            at -= 1;
            let slot = &mut self.denied_by[at - self.from];
            // What is denied already is not lost twice.
            *slot = slot.or(Some(cue.0));
        }
    }

    /// The tokens that a denial reaches.
    pub(super) fn denied(&self) -> impl Iterator<Item = u32> {
        let is_denied = |cue: &Option<u32>| self.is_denied_whole || cue.is_some();
        let from = self.from as u32;
        self.denied_by
            .iter()
            .enumerate()
            .filter(move |(_, cue)| is_denied(cue))
            .map(move |(at, _)| from + at as u32)
    }

    /// What denies a sign. A cue that is part of the sign itself denies nothing.
    fn denying(&self, found: &Found) -> impl Iterator<Item = u32> {
        let is_own = |cue: u32| found.parts.iter().any(|part| part.0 <= cue && cue < part.1);
        let cues = found.parts.iter().filter_map(|part| {
            let at = (part.0 as usize).saturating_sub(self.from);
            self.denied_by.get(at).copied().flatten()
        });
        cues.filter(move |cue| !is_own(*cue))
    }

    /// Whether what denies a sign stands in a condition: `if no log is there`.
    pub(super) fn is_supposed(&self, found: &Found) -> bool {
        let is_conditional = |cue: u32| {
            let at = (cue as usize).saturating_sub(self.from);
            self.conditional.get(at).copied().unwrap_or_default()
        };
        let mut cues = self.denying(found).peekable();
        !self.is_denied_whole && cues.peek().is_some() && cues.all(is_conditional)
    }

    /// Whether a sign is affirmed.
    pub(super) fn polarity(&self, found: &Found) -> Polarity {
        if self.is_denied_whole || self.denying(found).next().is_some() {
            Polarity::Denied
        } else if self.is_hedged {
            Polarity::Hedged
        } else {
            Polarity::Affirmed
        }
    }
}

/// The cues of a sentence, by their tokens.
struct Marks {
    ahead: Vec<(u32, u32)>,
    back: Vec<(u32, u32)>,
    turns: Vec<(u32, u32)>,
    restarts: Vec<(u32, u32)>,
    conditions: Vec<(u32, u32)>,
    list_ends: Vec<(u32, u32)>,
    /// What leads, by where it ends.
    leads: BTreeMap<u32, u32>,
}

/// Whether what stands between the comma ahead of a token and the comma ahead of a cue is inserted
/// between the cue and its subject: `an ablation, as in the paper, is not wanted`.
fn is_inserted(tokens: &Tokens, at: usize, cue: usize) -> bool {
    let begins_behind_comma = |at: usize| {
        let token = tokens.get(at);
        token.is_some_and(|token| token.before == Before::Comma)
    };
    at < cue
        && cue - at <= INSERTION
        && begins_behind_comma(cue)
        && (at + 1..cue).all(|between| !begins_behind_comma(between))
}

/// Longest insertion between a subject and what denies it, in tokens.
const INSERTION: usize = 8;

/// Where the strong signs of a topic stand in a sentence, in order.
fn places(found: &[Found], topic: Topic) -> impl Iterator<Item = (u32, u32)> {
    found
        .iter()
        .filter(move |found| found.topic == topic && found.strength == Strength::Strong)
        .filter_map(|found| found.parts.first().copied())
}

impl Marks {
    fn of(tokens: &Tokens, found: &[Found]) -> Self {
        let exempt: Vec<(u32, u32)> = places(found, Topic::NoDenial).collect();
        let is_exempt = |cue: &(u32, u32)| {
            let ahead = exempt.partition_point(|e| e.0 <= cue.0);
            let near = exempt[..ahead].iter().rev();
            near.take_while(|e| e.0 + LONGEST_SIGN > cue.0)
                .any(|e| cue.1 <= e.1)
        };
        // What a command or an option is called denies nothing.
        let is_prose = |cue: &(u32, u32)| {
            let token = tokens.get(cue.0 as usize);
            token.is_some_and(|token| !token.is_code && token.kind == Kind::Word)
        };
        let starts = |topic: Topic| -> Vec<(u32, u32)> {
            places(found, topic)
                .filter(|cue| is_prose(cue) && !is_exempt(cue))
                .collect()
        };
        let leads = starts(Topic::DenyLead).into_iter().rev();
        Self {
            ahead: starts(Topic::DenyAhead),
            back: starts(Topic::DenyBack),
            turns: starts(Topic::Turn),
            restarts: places(found, Topic::Restart).collect(),
            conditions: places(found, Topic::Condition).collect(),
            list_ends: places(found, Topic::ListEnd).collect(),
            leads: leads.map(|lead| (lead.1, lead.0)).collect(),
        }
    }

    /// Whether the comma ahead of a token is one of a list that ends in `or`: `no stdout, stderr or
    /// log`.
    fn list(&self, tokens: &Tokens, at: usize, to: usize) -> bool {
        for next in at..to.min(at + LISTING) {
            let Some(token) = tokens.get(next) else { break };
            if starts_at(&self.restarts, next as u32) || token.before >= Before::Dash {
                return false;
            }
            if starts_at(&self.list_ends, next as u32) {
                return true;
            }
        }
        false
    }
}

/// Whether one of the cues, which are in order, begins at a token.
fn starts_at(cues: &[(u32, u32)], at: u32) -> bool {
    cues.binary_search_by_key(&at, |cue| cue.0).is_ok()
}

#[cfg(test)]
mod tests;
