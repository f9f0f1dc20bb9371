//! Which rules quote which sentence of a prompt.

use std::ops::Range;

use crate::case::Kind;
use crate::prompt::{PromptError, Prompts};
use crate::rules::Rule;

/// A prompt, and what rules quote of it in their documentation.
pub(super) struct Quotations {
    /// With single spaces, as quotes are.
    prompt: String,
    quoted: Vec<(&'static str, Range<usize>)>,
}

impl Quotations {
    /// What these rules quote of the built-in prompt for cases of this kind.
    ///
    /// # Errors
    /// Fails when there is no such prompt.
    pub(super) fn of(kind: Kind, rules: &[&Rule]) -> Result<Self, PromptError> {
        let prompt = folded(Prompts::builtin()?.of(kind).text());
        let mut quoted = Vec::new();
        for rule in rules.iter().filter(|rule| rule.scope().told_in() == kind) {
            let quote = rule.quote().unwrap_or_default();
            quoted.extend(places(&prompt, &quote).map(|place| (rule.code, place)));
        }
        Ok(Self { prompt, quoted })
    }

    /// The codes of the rules whose quote has words in common with these.
    pub(super) fn of_sentence(&self, quote: &str) -> Vec<&'static str> {
        let own: Vec<Range<usize>> = places(&self.prompt, &folded(quote)).collect();
        let meets = |place: &Range<usize>| {
            let mut own = own.iter();
            own.any(|own| own.start < place.end && place.start < own.end)
        };
        let quoted = self.quoted.iter().filter(|(_, place)| meets(place));
        quoted.map(|(code, _)| *code).collect()
    }
}

fn places<'t>(text: &'t str, words: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    let found = text.match_indices(words);
    found.map(|(at, words)| at..at + words.len())
}

pub(super) fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
