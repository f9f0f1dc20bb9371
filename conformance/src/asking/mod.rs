//! Whether prose asks somebody for an answer or a go-ahead.
//!
//! A question of research ("does warmup help?") asks nobody, and one that the agent answers itself asks
//! nobody either. What is put to somebody else is a question wherever it stands; what the agent asks of
//! itself is one where nothing follows, and thinking aloud, or not, elsewhere.

mod sentences;

use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

/// Something that asks, or may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Whether a fair reader would be sure.
    pub is_sure: bool,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// The agent, to whoever reads its output.
    Output,
    /// A plan, to later iterations.
    Plan,
}

/// What asks in these stretches of a text, in order. Sentences of `exempt` are somebody else's words.
///
/// ```
/// use wild_conformance::asking::{Voice, asks};
///
/// let text = "The plan is written. Which GPU should I use?";
/// let found = asks(text, std::iter::once(0..text.len()), Voice::Output, "");
/// assert_eq!(&text[found[0].span.clone()], "Which GPU should I use?");
/// assert!(found[0].is_sure);
/// ```
pub fn asks(
    text: &str,
    stretches: impl IntoIterator<Item = Range<usize>>,
    voice: Voice,
    exempt: &str,
) -> Vec<Ask> {
    let exempt = folded(exempt);
    let spans = stretches
        .into_iter()
        .flat_map(|range| sentences::sentences(text, &range));
    let sentences: Vec<Sentence> = spans.map(|span| Sentence::read(text, span)).collect();
    let states = |sentence: &Sentence| !sentence.is_question && !sentence.requests();
    let last_statement = sentences.iter().rposition(states);
    let is_own =
        |sentence: &Sentence| exempt.trim().is_empty() || !exempt.contains(&sentence.words);
    let asking = sentences.iter().enumerate().filter_map(|(at, sentence)| {
        let place = Place {
            is_last: last_statement.is_none_or(|last| last < at),
            ends_all: at + 1 == sentences.len(),
            is_prompt: sentences.get(at + 1).is_some_and(Sentence::offers_keys),
        };
        let is_sure = sentence.asks(voice, place)?;
        is_own(sentence).then(|| Ask {
            span: sentence.span.clone(),
            is_sure,
        })
    });
    asking.collect()
}

/// Where a sentence stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// Nothing but further questions follows.
    is_last: bool,
    /// Nothing follows.
    ends_all: bool,
    /// The keys to answer with follow, as programs have it.
    is_prompt: bool,
}

#[derive(Debug)]
struct Sentence {
    span: Range<usize>,
    /// Folded, without code and quoted words.
    words: String,
    is_question: bool,
}

impl Sentence {
    fn read(text: &str, span: Range<usize>) -> Self {
        let own = unquoted(&text[span.clone()]);
        let is_decoration = |c: char| c.is_whitespace() || "*_\"'”’»)]!".contains(c);
        Self {
            words: folded(&own),
            is_question: own
                .trim_end_matches(is_decoration)
                .ends_with(['?', '？', '؟']),
            span,
        }
    }

    /// Whether it asks and, if so, whether one can be sure.
    fn asks(&self, voice: Voice, place: Place) -> Option<bool> {
        if self.requests() {
            return Some(true);
        }
        if voice == Voice::Plan && self.says(&WORDS.planned) {
            return Some(false);
        }
        if !self.is_question {
            return None;
        }
        if place.is_prompt || self.offers_keys() {
            return Some(false);
        }
        if self.says(&WORDS.to_another) {
            return Some(true);
        }
        let is_of_oneself = self.says(&WORDS.of_oneself);
        match voice {
            Voice::Plan => is_of_oneself.then_some(true),
            Voice::Output if is_of_oneself => Some(place.is_last),
            Voice::Output if self.says(&WORDS.of_everybody) => place.is_last.then_some(false),
            Voice::Output => place.ends_all.then_some(false),
        }
    }

    fn requests(&self) -> bool {
        self.says(&WORDS.request)
    }

    /// Whether it is, or ends in, something like `[Y/n]`.
    fn offers_keys(&self) -> bool {
        let mut keys = WORDS.of_a_program.iter();
        keys.any(|keys| self.words.ends_with(&format!(" {keys} ")))
    }

    /// Whether it has one of these phrases and does not deny it right ahead.
    fn says(&self, phrases: &[String]) -> bool {
        phrases
            .iter()
            .filter_map(|phrase| find(&self.words, phrase))
            .any(|at| {
                let ahead = self.words[..at]
                    .split(' ')
                    .rev()
                    .filter(|word| !word.is_empty());
                !ahead
                    .take(REACH)
                    .any(|word| WORDS.denial.iter().any(|denial| denial == word))
            })
    }
}

/// How many words ahead of a phrase deny it.
const REACH: usize = 4;

/// Where the words of a phrase begin in folded text.
fn find(words: &str, phrase: &str) -> Option<usize> {
    match phrase.strip_suffix('*') {
        Some(stem) => words.find(&format!(" {stem}")),
        None => words.find(&format!(" {phrase} ")),
    }
}

/// The words in lower case with single blanks between and around them.
fn folded(text: &str) -> String {
    let mut words = " ".to_owned();
    for c in text.chars() {
        if c.is_alphanumeric() {
            words.extend(c.to_lowercase());
        } else if !words.ends_with(' ') && !matches!(c, '\'' | '’') {
            words.push(' ');
        }
    }
    if !words.ends_with(' ') {
        words.push(' ');
    }
    words
}

/// The text without code spans, and without quoted words unless all of it is quoted.
fn unquoted(text: &str) -> String {
    let without_code: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" ");
    let is_quote = |c: char| matches!(c, '"' | '“' | '”');
    if without_code.trim().starts_with(is_quote) {
        return without_code;
    }
    let parts = without_code.split(is_quote);
    parts.step_by(2).collect::<Vec<_>>().join(" ")
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    to_another: Vec<String>,
    of_oneself: Vec<String>,
    of_everybody: Vec<String>,
    request: Vec<String>,
    planned: Vec<String>,
    denial: Vec<String>,
    of_a_program: Vec<String>,
}

/// The words; none at all if the file were not what a test says it is.
static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("words.toml")).unwrap_or_default());

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, voice: Voice) -> Vec<(&str, bool)> {
        asks(
            text,
            std::iter::once(0..text.len()),
            voice,
            "Which optimiser should I use?",
        )
        .into_iter()
        .map(|ask| (&text[ask.span], ask.is_sure))
        .collect()
    }

    #[test]
    fn the_words_are_read_and_folded() {
        let words: Words = toml::from_str(include_str!("words.toml")).unwrap();
        let all = [
            &words.to_another,
            &words.of_oneself,
            &words.of_everybody,
            &words.request,
            &words.planned,
            &words.denial,
            &words.of_a_program,
        ];
        for phrase in all.into_iter().flatten() {
            let bare = phrase.trim_end_matches('*');
            assert_eq!(folded(bare), format!(" {bare} "), "{phrase}");
        }
    }

    #[test]
    fn who_asks_its_user_is_told() {
        for text in [
            "Which GPU should I use?",
            "**Which GPU may I use?**",
            "Please confirm before I go on.",
            "Do you want three seeds or five? I planned three.",
            "Let me know which metric counts.",
            "I am waiting for your approval.",
            "The plan is ready. Shall I start? (It takes an hour)?",
            "Would you like me to start with P1-T1?\n\nDone.",
        ] {
            let asks = found(text, Voice::Output);
            assert!(asks.iter().any(|(_, is_sure)| *is_sure), "{text}: {asks:?}");
        }
    }

    #[test]
    fn research_rhetoric_and_courtesy_ask_nobody() {
        for text in [
            "Does warmup help? That is what phase 3 measures.",
            "Which metric? Bits per character.",
            "Can we beat the baseline? Three seeds will tell.",
            "Let me know if you would like any changes.",
            "The plan answers the question \"which GPU should I use?\" in full.",
            "I go on without waiting for your approval.",
            "There is no need to ask: `Which GPU should I use?` is settled.",
            "```\nDo you want to continue? [Y/n]\n```\nDone.",
            "> Could you run this?\n\nThat was the issue.",
            "Which optimiser should I use?\n\nThe goal is repeated above.",
        ] {
            assert_eq!(found(text, Voice::Output), [], "{text}");
        }
    }

    #[test]
    fn what_is_unclear_is_told_as_unclear() {
        for text in [
            "Should I use the second GPU? I will use both.",
            "Planned. Proceed?",
            "続けますか？",
            "Do you want to continue? [Y/n]",
            "Planned. Shall we begin?",
        ] {
            let asks = found(text, Voice::Output);
            let all_unsure = asks.iter().all(|(_, is_sure)| !is_sure);
            assert!(!asks.is_empty() && all_unsure, "{text}: {asks:?}");
        }
    }

    #[test]
    fn a_plan_asks_where_it_speaks_to_somebody() {
        let sure = |text| found(text, Voice::Plan).iter().any(|(_, is_sure)| *is_sure);
        assert!(sure("- Open: which GPU should I use?\n"));
        assert!(sure("- Please confirm the budget before P3.\n"));
        assert!(!sure(
            "- Does it converge?\n- Should we replan? Only if the gap is small.\n"
        ));
        let planned = found("- [ ] [P1-T1] Ask the user for the budget\n", Voice::Plan);
        assert_eq!(planned.len(), 1);
        assert!(!planned[0].1);
        assert_eq!(found("- Never ask the user anything\n", Voice::Plan), []);
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_much(text in "\\PC*") {
            for voice in [Voice::Output, Voice::Plan] {
                for ask in asks(&text, std::iter::once(0..text.len()), voice, "") {
                    let _ = &text[ask.span];
                }
            }
        }
    }
}
