//! Notes and contract entries: what they are about by their labels, and whether they say anything.

use crate::facts::{Part, PlanFacts, Span};
use crate::prose::{Before, Topic, Topics};

/// How far the first words of a part without a label reach, in bytes.
const FIRST_WORDS: usize = 60;

/// How many words are more than an answer that there is none.
const SAYS_MORE: usize = 30;

/// What a part is about, by its label; by its first words where it has none.
pub(super) fn topics(facts: &PlanFacts<'_>, part: &Part) -> Topics {
    if part.label.is_empty() {
        let end = part.span.end.min(part.span.start + FIRST_WORDS);
        facts.reading.topics_in(&(part.span.start..end))
    } else {
        facts.reading.topics_in(&part.label_span)
    }
}

/// What a label names, even where what stands behind it denies it: `Statistical checks: none`.
pub(super) fn named(facts: &PlanFacts<'_>, part: &Part) -> Topics {
    facts.reading.topics_named_in(&part.label_span)
}

/// Whether prose without labels tells a matter in one go.
pub(super) fn is_told_in_passing(facts: &PlanFacts<'_>, parts: &[Part], topic: Topic) -> bool {
    parts
        .iter()
        .filter(|part| part.label.is_empty())
        .any(|part| facts.reading.topics_in(&part.span).has(topic))
}

/// What a part says first: `none, because ...` says none.
fn first_clause(facts: &PlanFacts<'_>, span: &Span) -> Span {
    let prose = &facts.reading.prose;
    let tokens = prose.tokens_in(span);
    let first_is_none = facts.reading.begins_at(Topic::Nothing, tokens.start);
    let break_at = tokens.clone().skip(1).find(|at| {
        let token = prose.tokens.get(*at);
        token.is_some_and(|token| token.before >= Before::Comma)
    });
    match break_at.and_then(|at| prose.tokens.get(at)) {
        Some(next) if first_is_none => span.start..next.span.start,
        _ => span.clone(),
    }
}

/// Whether a part gives a reason behind `none`.
pub(super) fn gives_a_reason(facts: &PlanFacts<'_>, part: &Part) -> bool {
    let whole = part.text_span();
    let rest = first_clause(facts, &whole).end..whole.end;
    facts.reading.count_beside(&rest, Topic::Filler) > 0
}

/// Whether a part goes on for long, whatever it begins with: `no experiments are planned, ...` may begin
/// a list of assumptions.
pub(super) fn is_long(facts: &PlanFacts<'_>, part: &Part) -> bool {
    facts.reading.prose.tokens_in(&part.text_span()).len() >= SAYS_MORE
}

/// Whether a part says more than words of which labels consist.
pub(super) fn says_something(facts: &PlanFacts<'_>, part: &Part) -> bool {
    let span = first_clause(facts, &part.text_span());
    let is_left_open = part.text.contains("..") || part.text.contains('…');
    let has_words = !facts.reading.prose.tokens_in(&span).is_empty();
    (has_words && facts.reading.count_beside(&span, Topic::Filler) > 0)
        || is_left_open
        || (!has_words && part.text.chars().any(char::is_alphanumeric))
}
