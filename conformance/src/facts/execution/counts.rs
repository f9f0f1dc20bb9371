//! How many runs a text says to be in which state: `8 finished runs`, `7 of the 8 runs have failed`.
//!
//! Only what can mean nothing else is read. A text that is not understood says nothing.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::prose::{Before, Kind, Prose, Sentence, Token};

/// A state of runs, as prose speaks of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Finished with success.
    Finished,
    /// Over, however it went.
    Ended,
    /// Failed.
    Failed,
    /// Not over.
    Pending,
}

impl RunState {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Ended => "ended",
            Self::Failed => "failed",
            Self::Pending => "pending",
        }
    }

    /// Whether a status of the server's is such a state.
    pub fn has(self, status: &str) -> bool {
        match self {
            Self::Finished => status == "finished",
            Self::Ended => matches!(status, "finished" | "failed" | "stopped"),
            Self::Failed => status == "failed",
            Self::Pending => matches!(status, "ready" | "queued" | "launching" | "running"),
        }
    }
}

/// So many runs in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunCount {
    /// How many.
    pub count: u64,
    /// In which state.
    pub state: RunState,
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Whether the sentence leaves open whether it is so, or offers something else.
    pub has_alternative: bool,
}

/// The words by which counts are read.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    run: Vec<String>,
    runs: Vec<String>,
    single: Vec<String>,
    aside: Vec<String>,
    between: Vec<String>,
    numbers: Vec<String>,
    bound: Vec<String>,
    open: Vec<String>,
    alternative: Vec<String>,
    pub(super) row: Vec<String>,
    pub(super) exists: Vec<String>,
    states: BTreeMap<RunState, Vec<String>>,
}

/// The words; none where the file that the program was built with is broken, which a test rules out.
pub(super) static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("counts.toml")).unwrap_or_default());

impl Words {
    /// The state that a word names.
    pub(super) fn state(&self, word: &str) -> Option<RunState> {
        let named = self.states.iter().find(|(_, words)| is_in(words, word));
        named.map(|(state, _)| *state)
    }

    /// Whether a word may stand between a run and its state.
    pub(super) fn is_between(&self, word: &str) -> bool {
        is_in(&self.between, word)
    }

    /// Whether a word ahead of what is said makes it something that is to be.
    pub(super) fn opens(&self, word: &str) -> bool {
        is_in(&self.open, word)
    }
}

/// Whether a word is one of some words.
pub(super) fn is_in(words: &[String], word: &str) -> bool {
    words.iter().any(|known| known == word)
}

/// The counts that a text affirms, in order.
pub(super) fn counts(prose: &Prose) -> Vec<RunCount> {
    let mut found = Vec::new();
    for sentence in prose
        .sentences
        .iter()
        .filter(|sentence| !sentence.is_question)
    {
        let line = Line { prose, sentence };
        let mut at = sentence.tokens.start;
        while at < sentence.tokens.end {
            let Some((count, next)) = line.number(at) else {
                at += 1;
                continue;
            };
            if let Some((state, end)) = line.runs_in_state(next)
                && line.is_affirmed(at..end)
            {
                found.push(RunCount {
                    count,
                    state,
                    span: line.span(at..end),
                    has_alternative: line.has_alternative(),
                });
            }
            at = next;
        }
    }
    found
}

/// A sentence, token by token.
pub(super) struct Line<'p> {
    pub(super) prose: &'p Prose,
    pub(super) sentence: &'p Sentence,
}

/// How many tokens a count may take behind its number.
const LONGEST: usize = 8;

impl Line<'_> {
    pub(super) fn token(&self, at: usize) -> Option<&Token> {
        let is_own = self.sentence.tokens.contains(&at);
        self.prose.tokens.get(at).filter(|_| is_own)
    }

    pub(super) fn word(&self, at: usize) -> Option<&str> {
        Some(self.prose.tokens.text(self.token(at)?))
    }

    /// The number at a token and the token behind it: `8`, `7/8`, `seven of the 8`, and `the` ahead
    /// of a single run.
    pub(super) fn number(&self, at: usize) -> Option<(u64, usize)> {
        let ahead = at.checked_sub(1).and_then(|at| self.word(at));
        let follows = |words: &[String]| ahead.is_some_and(|word| is_in(words, word));
        let own = self.plain_number(at);
        if own.is_none() && is_in(&WORDS.single, self.word(at)?) {
            let is_run = self
                .word(at + 1)
                .is_some_and(|word| is_in(&WORDS.run, word));
            return (is_run && !follows(&WORDS.aside)).then_some((1, at + 1));
        }
        let count = own.filter(|_| !follows(&WORDS.bound))?;
        let mut next = at + 1;
        if self.word(next) == Some("of") {
            let mut whole = next + 1;
            while matches!(self.word(whole), Some("the" | "all" | "these")) {
                whole += 1;
            }
            if self.plain_number(whole).is_some() {
                next = whole + 1;
            }
        }
        Some((count, next))
    }

    fn plain_number(&self, at: usize) -> Option<u64> {
        let word = self.word(at)?;
        if self.token(at)?.kind != Kind::Number {
            let known = WORDS.numbers.iter().position(|number| number == word);
            return known.map(|number| number as u64);
        }
        let first = word.split_once('/').map_or(word, |(part, _)| part);
        let is_whole = !first.is_empty() && first.bytes().all(|b| b.is_ascii_digit());
        first.parse().ok().filter(|_| is_whole)
    }

    /// Runs and their state right behind a number.
    fn runs_in_state(&self, from: usize) -> Option<(RunState, usize)> {
        let (mut has_runs, mut state) = (false, None);
        for at in from..from + LONGEST {
            let word = self.word(at)?;
            if self.token(at)?.before != Before::Nothing {
                return None;
            }
            if is_in(&WORDS.runs, word) || is_in(&WORDS.run, word) {
                has_runs = true;
            } else if let Some(named) = WORDS.state(word) {
                state = state.or(Some(named));
            } else if !WORDS.is_between(word) {
                return None;
            }
            if let (true, Some(state)) = (has_runs, state) {
                return Some((state, at + 1));
            }
        }
        None
    }

    /// Whether nothing denies these tokens, and nothing ahead of them makes them what is to be.
    pub(super) fn is_affirmed(&self, tokens: Range<usize>) -> bool {
        let mut ahead = self.sentence.tokens.start..tokens.start;
        let mut own = tokens;
        !own.any(|at| self.prose.is_denied(at))
            && !ahead.any(|at| self.word(at).is_some_and(|word| WORDS.opens(word)))
    }

    /// Whether the sentence offers something else as well.
    pub(super) fn has_alternative(&self) -> bool {
        let mut words = self.sentence.tokens.clone().filter_map(|at| self.word(at));
        words.any(|word| is_in(&WORDS.alternative, word))
    }

    fn span(&self, tokens: Range<usize>) -> Range<usize> {
        let start = self.token(tokens.start).map_or(0, |token| token.span.start);
        let last = tokens.end.saturating_sub(1);
        start..self.token(last).map_or(start, |token| token.span.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u64, RunState)> {
        let counts = counts(&Prose::of_text(text));
        counts
            .iter()
            .map(|count| (count.count, count.state))
            .collect()
    }

    #[test]
    fn the_words_are_read() {
        let words: Words = toml::from_str(include_str!("counts.toml")).unwrap();
        assert_eq!(words.states.len(), 4);
    }

    #[test]
    fn counts_of_runs_are_read_with_their_state() {
        use RunState::{Ended, Failed, Finished, Pending};
        for (text, expected) in [
            ("`GET /runs` shows 8 finished runs", (8, Finished)),
            ("All eight runs have finished.", (8, Finished)),
            ("7 of the 8 runs finished", (7, Finished)),
            ("7/8 runs completed", (7, Ended)),
            ("2 runs failed", (2, Failed)),
            ("3 tracked runs are still running", (3, Pending)),
            ("`GET /runs` shows the run as finished", (1, Finished)),
        ] {
            assert_eq!(read(text), [expected], "{text}");
        }
        assert_eq!(
            read("6 runs finished, and 2 runs failed"),
            [(6, Finished), (2, Failed)]
        );
    }

    #[test]
    fn what_is_open_denied_or_something_else_is_not_read() {
        for text in [
            "when 8 runs have finished, go on",
            "The done-when asks for 8 finished runs",
            "There are not 8 finished runs",
            "fewer than 8 finished runs",
            "up to 8 runs finished",
            "8 runs, two at a time",
            "8 unit tests of the run finished",
            "Were 8 runs finished?",
            "GPU 8: runs finished",
        ] {
            assert_eq!(read(text), [], "{text}");
        }
    }
}
