//! Whether prose asks somebody for an answer or a go-ahead.
//!
//! A question of research ("does warmup help?") asks nobody, and one that the agent answers itself asks
//! nobody either. What is put to somebody else is a question wherever it stands; what the agent asks of
//! itself is one where nothing follows, and thinking aloud, or not, elsewhere.

mod sentences;

use std::ops::Range;

use crate::prose::{Before, Polarity, Prose, Reader, Segment, Strength, Topic, Topics};

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
    let exempt = words_of(&Prose::of_text(exempt));
    let spans: Vec<Range<usize>> = stretches
        .into_iter()
        .flat_map(|range| sentences::sentences(text, &range))
        .collect();
    let sentences = read(text, spans);
    let states = |sentence: &Sentence| !sentence.is_question && !sentence.requests();
    let last_statement = sentences.iter().rposition(states);
    let is_own = |sentence: &Sentence| !exempt.contains(&sentence.words);
    let asking = sentences.iter().enumerate().filter_map(|(at, sentence)| {
        let place = Place {
            is_last: last_statement.is_none_or(|last| last < at),
            ends_all: at + 1 == sentences.len(),
            is_prompt: sentences.get(at + 1).is_some_and(|next| next.offers_keys),
        };
        let is_sure = sentence.asks(voice, place)?;
        is_own(sentence).then(|| Ask {
            span: sentence.span.clone(),
            is_sure,
        })
    });
    asking.collect()
}

/// Reads the sentences of a text, without code spans and quoted words.
fn read(text: &str, spans: Vec<Range<usize>>) -> Vec<Sentence> {
    let mut reader = Reader::default();
    let own = own_words(text, &spans);
    for span in &spans {
        let piece = [(span.clone(), Before::Stop)];
        reader.read(&own, &piece, Segment::default(), |_| false);
    }
    let prose = reader.finish();
    let segments = prose.segments.iter();
    spans
        .into_iter()
        .zip(segments)
        .map(|(span, segment)| Sentence::of(&prose, segment, &own[span.clone()], span))
        .collect()
}

/// The text with blanks in place of code spans and quoted words of these sentences; a sentence that is
/// quoted as a whole stays.
fn own_words(text: &str, spans: &[Range<usize>]) -> String {
    let is_quote = |c: char| matches!(c, '"' | '“' | '”');
    let mut own = String::with_capacity(text.len());
    for span in spans {
        blank(text, own.len()..span.start, &mut own);
        let sentence = &text[span.clone()];
        let is_quotation = sentence.trim().starts_with(is_quote);
        let (mut in_code, mut in_quotes) = (false, false);
        for (offset, c) in sentence.char_indices() {
            let at = span.start + offset;
            in_code ^= c == '`';
            in_quotes ^= is_quote(c) && !is_quotation && !in_code;
            if in_code || in_quotes || c == '`' || is_quote(c) {
                blank(text, at..at + c.len_utf8(), &mut own);
            } else {
                own.push(c);
            }
        }
    }
    blank(text, own.len()..text.len(), &mut own);
    own
}

/// Puts as many blanks as the stretch has bytes.
fn blank(text: &str, stretch: Range<usize>, own: &mut String) {
    let length = text.get(stretch).map_or(0, str::len);
    own.extend(std::iter::repeat_n(' ', length));
}

/// The words that were read, with single blanks between and around them.
fn words_of(prose: &Prose) -> String {
    let words = prose.tokens.iter().map(|token| prose.tokens.text(token));
    words.fold(" ".to_owned(), |text, word| text + word + " ")
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
    /// With single blanks between and around them.
    words: String,
    is_question: bool,
    /// What it says and does not deny.
    said: Topics,
    /// Whether it is, or ends in, something like `[Y/n]`.
    offers_keys: bool,
}

impl Sentence {
    fn of(prose: &Prose, segment: &Segment, own: &str, span: Range<usize>) -> Self {
        let is_decoration = |c: char| c.is_whitespace() || "*_\"'”’»)]!".contains(c);
        let tokens = prose.tokens_in(&span);
        let hits = segment.sentences.clone().flat_map(|at| prose.hits_of(at));
        let is_said = |strength: Strength, polarity: Polarity| {
            strength == Strength::Strong && polarity != Polarity::Denied
        };
        let mut sentence = Self {
            words: " ".to_owned(),
            is_question: own
                .trim_end_matches(is_decoration)
                .ends_with(['?', '？', '؟']),
            said: Topics::default(),
            offers_keys: false,
            span,
        };
        for hit in hits.filter(|hit| is_said(hit.strength, hit.polarity)) {
            sentence.said.insert(hit.topic);
            sentence.offers_keys |= hit.topic == Topic::AskKeys && hit.tokens.end == tokens.end;
        }
        for token in tokens.filter_map(|at| prose.tokens.get(at)) {
            sentence.words += prose.tokens.text(token);
            sentence.words.push(' ');
        }
        sentence
    }

    /// Whether it asks and, if so, whether one can be sure.
    fn asks(&self, voice: Voice, place: Place) -> Option<bool> {
        if self.requests() {
            return Some(true);
        }
        if voice == Voice::Plan && self.said.has(Topic::AskPlanned) {
            return Some(false);
        }
        if !self.is_question {
            return None;
        }
        if place.is_prompt || self.offers_keys {
            return Some(false);
        }
        if self.said.has(Topic::AskAnother) {
            return Some(true);
        }
        let is_of_oneself = self.said.has(Topic::AskOfOneself);
        match voice {
            Voice::Plan => is_of_oneself.then_some(true),
            Voice::Output if is_of_oneself => Some(place.is_last),
            Voice::Output if self.said.has(Topic::AskOfEverybody) => place.is_last.then_some(false),
            Voice::Output => place.ends_all.then_some(false),
        }
    }

    fn requests(&self) -> bool {
        self.said.has(Topic::AskRequest)
    }
}

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
