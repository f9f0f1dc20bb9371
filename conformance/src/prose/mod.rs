//! How prose is read: tokens, sentences, signs, and whether what is said is affirmed.
//!
//! A list of phrases answers "not found" with "absent" and "found" with "affirmed", and both are wrong.
//! So text is read in one way by everything that judges it: `token` cuts it into words, paths,
//! templates, endpoints and signs; stretches of it become [`Segment`]s with a [`Zone`] and what governs
//! them; segments fall into [`Sentence`]s; the one [`lexicon`] says by which signs a [`Topic`] is
//! recognised; and every [`Hit`] has a [`Polarity`].
//!
//! ```
//! use wild_conformance::prose::{Prose, Topic};
//!
//! let affirmed = Prose::of_text("Redirect stdout and stderr to logs/a.log");
//! assert!(affirmed.affirms(Topic::Capture));
//! assert!(!Prose::of_text("stdout and stderr are not kept").affirms(Topic::Capture));
//! ```

mod chunk;
mod compiler;
mod elements;
mod file;
mod kinds;
mod lexicon;
mod lists;
mod matcher;
mod pattern;
mod piece;
mod polarity;
#[cfg(test)]
mod sentences;
mod shipped;
mod signs;
#[cfg(test)]
mod tests;
mod token;
mod tokenizer;
mod topic;
mod trie;
mod vocabulary;
mod zone;

pub use lexicon::{Entry, Lexicon, Strength};
pub use polarity::Polarity;
pub use shipped::lexicon;
pub use signs::{Sighting, Signs};
pub use token::{Before, Kind, Span, Token, Tokens};
pub use topic::{Topic, Topics};
pub use vocabulary::Vocabulary;
pub use zone::{Segment, Zone};

use matcher::Matcher;

/// A text under all that is known of how it reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prose {
    /// The tokens of all segments, one after the other.
    pub tokens: Tokens,
    /// Stretches of text, in order.
    pub segments: Vec<Segment>,
    /// Sentences, in order.
    pub sentences: Vec<Sentence>,
    /// What was recognised, by sentence.
    pub hits: Vec<Hit>,
    /// The tokens that a denial reaches, sorted.
    denied: Vec<u32>,
}

/// A sentence: up to a full stop, a semicolon, or the end of its segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Where it stands.
    pub span: Span,
    /// Its tokens, by their indices.
    pub tokens: std::ops::Range<usize>,
    /// The segment that it belongs to.
    pub segment: usize,
    /// Whether a question mark ends it.
    pub is_question: bool,
    /// What was recognised in it, by indices of [`Prose::hits`].
    pub hits: std::ops::Range<usize>,
}

/// A sign that was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it is a sign of.
    pub topic: Topic,
    /// What it is worth.
    pub strength: Strength,
    /// Whether what it says is affirmed.
    pub polarity: Polarity,
    /// Whether it is denied by a condition alone: `if no log is there`.
    pub is_supposed: bool,
    /// The sentence.
    pub sentence: usize,
    /// From its first token to behind its last.
    pub tokens: std::ops::Range<usize>,
}

/// Reads segments one after the other.
#[derive(Debug)]
pub struct Reader {
    prose: Prose,
    matcher: Matcher<'static>,
    /// The signs of a sentence; kept for the room that they take.
    found: Vec<matcher::Found>,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            prose: Prose::default(),
            matcher: Matcher::new(lexicon()),
            found: Vec::new(),
        }
    }
}

impl Reader {
    /// Reads the pieces of a segment, which stand one after the other in the source. Returns the
    /// segment's index.
    pub fn read(
        &mut self,
        source: &str,
        pieces: &[(Span, Before)],
        mut segment: Segment,
        is_code: impl Fn(usize) -> bool,
    ) -> usize {
        let first_token = self.prose.tokens.len();
        for (index, (piece, before)) in pieces.iter().enumerate() {
            let before = if index == 0 { Before::Stop } else { *before };
            self.prose.tokens.read(source, piece, before, &is_code);
        }
        let index = self.prose.segments.len();
        let first = self.prose.sentences.len();
        let stretch = Stretch {
            segment: index,
            is_denied: self.prose.is_led_by_denial(&segment),
            counts_paths: counts_paths(segment.zone),
        };
        self.sentences(first_token, &stretch, source);
        segment.sentences = first..self.prose.sentences.len();
        self.prose.segments.push(segment);
        index
    }

    /// What was read.
    pub fn finish(self) -> Prose {
        self.prose
    }

    fn sentences(&mut self, first_token: usize, stretch: &Stretch, source: &str) {
        let end = self.prose.tokens.len();
        let mut from = first_token;
        while from < end {
            let is_break = |at: &usize| {
                self.prose
                    .tokens
                    .get(*at)
                    .is_some_and(|token| token.before >= Before::Semicolon)
            };
            let to = (from + 1..end).find(is_break).unwrap_or(end);
            self.sentence(from, to, stretch, source);
            from = to;
        }
    }

    fn sentence(&mut self, from: usize, to: usize, stretch: &Stretch, source: &str) {
        let index = self.prose.sentences.len();
        let tokens = &self.prose.tokens;
        let found = &mut self.found;
        self.matcher.find(tokens, from, to, found);
        found.retain(|found| stretch.counts_paths || !is_name(tokens, found));
        let mut scopes = polarity::Scopes::new(tokens, from, to, found);
        if stretch.is_denied {
            scopes.deny_all();
        }
        self.prose.denied.extend(scopes.denied());
        let first_hit = self.prose.hits.len();
        self.prose.hits.extend(found.iter().map(|found| Hit {
            topic: found.topic,
            strength: found.strength,
            polarity: scopes.polarity(found),
            is_supposed: scopes.is_supposed(found),
            sentence: index,
            tokens: extent(found),
        }));
        let start = tokens.get(from).map_or(0, |token| token.span.start);
        let stop = tokens.get(to - 1).map_or(start, |token| token.span.end);
        let next = tokens.get(to).map(|token| token.before);
        let is_question = match next {
            Some(before) => before == Before::Question,
            None => source[stop..]
                .trim_start_matches(['*', '"', ')', '`'])
                .starts_with('?'),
        };
        self.prose.sentences.push(Sentence {
            span: start..stop,
            tokens: from..to,
            segment: stretch.segment,
            is_question,
            hits: first_hit..self.prose.hits.len(),
        });
    }
}

/// What is known of the sentences of a segment ahead of reading them.
struct Stretch {
    segment: usize,
    /// Whether what governs them says that they are not done.
    is_denied: bool,
    /// Whether words inside a path count.
    counts_paths: bool,
}

/// Whether words inside a path count: the name of a file that a task reads or calls says little about what the
/// task is for.
fn counts_paths(zone: Zone) -> bool {
    zone == Zone::Deliverable || !zone.is_task()
}

/// Whether something was found inside a path.
fn is_name(tokens: &Tokens, found: &matcher::Found) -> bool {
    let first = found
        .parts
        .first()
        .and_then(|part| tokens.get(part.0 as usize));
    found.is_in_path && first.is_some_and(|token| token.kind == Kind::Path)
}

/// How many tokens into an announcement its denial must stand.
const LEAD: usize = 3;

/// Longest announcement, in tokens.
const LONGEST_LEAD: usize = 12;

fn extent(found: &matcher::Found) -> std::ops::Range<usize> {
    let first = found.parts.iter().map(|part| part.0).min().unwrap_or(0);
    let last = found.parts.iter().map(|part| part.1).max().unwrap_or(0);
    first as usize..last as usize
}

impl Prose {
    /// Reads a text by itself, as one segment.
    pub fn of_text(text: &str) -> Self {
        let mut reader = Reader::default();
        let whole = 0..text.len();
        let ticks: Vec<usize> = text.match_indices('`').map(|(at, _)| at).collect();
        reader.read(text, &[(whole, Before::Stop)], Segment::default(), |at| {
            ticks.partition_point(|tick| *tick < at) % 2 == 1
        });
        reader.finish()
    }

    /// Whether what governs a segment says that what follows is not done.
    fn is_led_by_denial(&self, segment: &Segment) -> bool {
        let Some(governor) = segment.governor.and_then(|at| self.segments.get(at)) else {
            return false;
        };
        let last = governor.sentences.clone().next_back();
        let Some(last) = last.and_then(|at| self.sentences.get(at)) else {
            return false;
        };
        let leads =
            |hit: &Hit| hit.topic == Topic::DenyLead && hit.tokens.start < last.tokens.start + LEAD;
        // Only what announces something leads: a sentence of its own says its own thing.
        let is_short = last.tokens.len() <= LONGEST_LEAD;
        is_short && self.hits[last.hits.clone()].iter().any(leads)
    }

    /// What was recognised in a sentence.
    pub fn hits_of(&self, sentence: usize) -> &[Hit] {
        self.sentences
            .get(sentence)
            .map_or(&[], |sentence| &self.hits[sentence.hits.clone()])
    }

    /// The segment in which a hit stands.
    pub fn segment_of(&self, hit: &Hit) -> Option<&Segment> {
        let sentence = self.sentences.get(hit.sentence)?;
        self.segments.get(sentence.segment)
    }

    /// The zone in which a hit stands.
    pub fn zone_of(&self, hit: &Hit) -> Zone {
        self.segment_of(hit)
            .map_or(Zone::Title, |segment| segment.zone)
    }

    /// The tokens that begin within a stretch of the source.
    pub fn tokens_in(&self, span: &Span) -> std::ops::Range<usize> {
        self.tokens.behind(span.start)..self.tokens.behind(span.end)
    }

    /// Whether a denial reaches the token at an index.
    pub fn is_denied(&self, at: usize) -> bool {
        self.denied.binary_search(&(at as u32)).is_ok()
    }

    /// Whether a strong sign of a topic is affirmed anywhere.
    pub fn affirms(&self, topic: Topic) -> bool {
        self.hits.iter().any(|hit| hit.is_said(topic))
    }

    /// Where a hit stands in the source.
    pub fn span_of(&self, hit: &Hit) -> Span {
        let start = self
            .tokens
            .get(hit.tokens.start)
            .map_or(0, |t| t.span.start);
        let end = self
            .tokens
            .get(hit.tokens.end.saturating_sub(1))
            .map_or(start, |t| t.span.end);
        start..end.max(start)
    }
}

impl Hit {
    /// Whether it is a strong sign of the topic, and affirmed.
    pub fn is_said(&self, topic: Topic) -> bool {
        self.topic == topic
            && self.strength == Strength::Strong
            && self.polarity == Polarity::Affirmed
    }
}
