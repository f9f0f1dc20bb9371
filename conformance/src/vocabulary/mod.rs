//! The words by which text rules recognise what a plan speaks of.
//!
//! A [`Topic`] is something that a rule looks for, such as a baseline or a midpoint; its terms are
//! the usual ways of naming it. Terms are compared word by word, whatever the case of letters and
//! whatever stands between words, so that `mid-point`, `Mid point` and `mid_point` are the same. A
//! star at the end of a term stands for the rest of a word: `reflect*` is also `reflection`.
//!
//! The words are English. Where a plan's tasks are in another language, the absence of a word says
//! nothing, and rules say so.
//!
//! ```
//! use wild_conformance::vocabulary::{Topic, Topics};
//!
//! let topics = Topics::of("**Mid-point** reflection on the runs");
//! assert!(topics.has(Topic::Midpoint) && topics.has(Topic::Reflection));
//! assert!(!Topics::of("the midpoints").has(Topic::Baseline));
//! ```

mod near;
mod terms;

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

pub use near::{follows, near};
pub use terms::{Entry, Topic, entries};

/// What a text speaks of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Topics(u64);

impl Topics {
    /// The topics of `text`, in one pass over it.
    pub fn of(text: &str) -> Self {
        let mut found = Self::default();
        for hit in MATCHER.finder.find_overlapping_iter(&folded(text)) {
            found.0 |= bit(MATCHER.topics[hit.pattern().as_usize()]);
        }
        found
    }

    /// Whether this topic is among them.
    pub fn has(self, topic: Topic) -> bool {
        self.0 & bit(topic) != 0
    }

    /// Whether one of these topics is among them.
    pub fn has_any(self, topics: &[Topic]) -> bool {
        topics.iter().any(|topic| self.has(*topic))
    }

    /// Whether all of these topics are among them.
    pub fn has_all(self, topics: &[Topic]) -> bool {
        topics.iter().all(|topic| self.has(*topic))
    }
}

/// How many words ahead of a term deny it: `never start`, `not in parallel`.
const DENIAL: usize = 3;

/// Whether `text` names a topic without denying it right ahead.
///
/// ```
/// use wild_conformance::vocabulary::{Topic, affirms};
///
/// assert!(affirms("start several in parallel", Topic::Parallel));
/// assert!(!affirms("one by one, never in parallel", Topic::Parallel));
/// ```
pub fn affirms(text: &str, topic: Topic) -> bool {
    let text = folded(text);
    MATCHER
        .finder
        .find_overlapping_iter(&text)
        .filter(|hit| MATCHER.topics[hit.pattern().as_usize()] == topic)
        .any(|hit| {
            let before = text[..hit.start()].rsplit(' ').filter(|w| !w.is_empty());
            let before: Vec<&str> = before.take(DENIAL).collect();
            !before.iter().any(|word| DENIALS.contains(word))
        })
}

/// Words that deny what follows them.
const DENIALS: [&str; 14] = [
    "never",
    "not",
    "no",
    "dont",
    "without",
    "nobody",
    "cannot",
    "nothing",
    "neither",
    "nor",
    "than",
    "instead",
    "avoid",
    "forbidden",
];

/// Where a topic is first named in `text`, as a count of bytes of its folded form; only good for
/// comparison with another topic of the same text.
pub fn first(text: &str, topic: Topic) -> Option<usize> {
    MATCHER
        .finder
        .find_overlapping_iter(&folded(text))
        .filter(|hit| MATCHER.topics[hit.pattern().as_usize()] == topic)
        .map(|hit| hit.start())
        .min()
}

/// The words of `text` in lower case with single blanks between and around them.
///
/// ```
/// use wild_conformance::vocabulary::folded;
///
/// assert_eq!(folded("`POST /runs` — Mid-point"), " post runs mid point ");
/// ```
pub fn folded(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 2);
    words.push(' ');
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            words.push(c.to_ascii_lowercase());
        } else if c.is_alphanumeric() {
            words.extend(c.to_lowercase());
        } else if !words.ends_with(' ') && !is_apostrophe(c) {
            words.push(' ');
        }
    }
    if !words.ends_with(' ') {
        words.push(' ');
    }
    words
}

/// `don't` is one word.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}')
}

fn bit(topic: Topic) -> u64 {
    1 << topic as u8
}

struct Matcher {
    finder: AhoCorasick,
    /// The topic of each pattern.
    topics: Vec<Topic>,
}

static MATCHER: LazyLock<Matcher> = LazyLock::new(|| {
    let mut patterns = Vec::new();
    let mut topics = Vec::new();
    for entry in entries() {
        for term in entry.terms() {
            patterns.push(match term.strip_suffix('*') {
                Some(stem) => format!(" {stem}"),
                None => format!(" {term} "),
            });
            topics.push(entry.topic);
        }
    }
    // Building only fails for more patterns than memory holds; without it no topic is ever found.
    let fast = AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .build(&patterns);
    let finder = fast.unwrap_or_else(|_| {
        topics.clear();
        AhoCorasick::new([""; 0]).unwrap_or_else(|_| unreachable!("no pattern at all"))
    });
    Matcher { finder, topics }
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    #[test]
    fn terms_are_written_as_they_are_compared() {
        for entry in entries() {
            for term in entry.terms() {
                let words = term.strip_suffix('*').unwrap_or(term);
                assert_eq!(folded(words).trim(), words, "{:?}", entry.topic);
            }
        }
    }

    #[test]
    fn no_term_is_covered_by_another_of_its_topic() {
        for entry in entries() {
            for term in entry.terms() {
                let others = entry.terms().filter(|other| *other != term);
                let covering = others
                    .filter_map(|other| other.strip_suffix('*'))
                    .find(|stem| term.starts_with(stem));
                assert_eq!(covering, None, "{:?}: {term}", entry.topic);
            }
        }
    }

    #[test]
    fn topics_are_listed_once_and_name_rules_that_exist() {
        let mut seen = 0_u64;
        for entry in entries() {
            assert_eq!(seen & bit(entry.topic), 0, "{:?}", entry.topic);
            seen |= bit(entry.topic);
            assert!(!entry.rules.is_empty(), "{:?}", entry.topic);
            for code in entry.rules {
                assert!(rules::find(code).is_some(), "{:?}: {code}", entry.topic);
            }
        }
    }

    #[test]
    fn words_are_whole() {
        assert!(Topics::of("set up uv, please").has(Topic::Environment));
        assert!(!Topics::of("the uvular one").has(Topic::Environment));
        assert!(
            first("final, not midpoint", Topic::Final) < first("x x x midpoint", Topic::Midpoint)
        );
    }
}
