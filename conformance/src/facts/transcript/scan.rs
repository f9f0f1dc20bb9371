//! Finding the tags in a text.

use std::ops::Range;

/// The tags of the output contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// `<plan>`
    Plan,
    /// `<summary>`
    Summary,
    /// `<promise>`
    Promise,
}

impl Tag {
    /// All tags.
    pub const ALL: [Self; 3] = [Self::Plan, Self::Summary, Self::Promise];

    /// The name between the angle brackets.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Summary => "summary",
            Self::Promise => "promise",
        }
    }
}

/// An opening or closing tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) tag: Tag,
    pub(super) closes: bool,
    pub(super) span: Range<usize>,
    /// Whether words stand before it on its line, as in a sentence that talks about the tag.
    pub(super) follows_words: bool,
}

/// All tags outside code spans, in order.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        scan_line(line, offset, &mut tokens);
        offset += line.len();
    }
    tokens
}

fn scan_line(line: &str, offset: usize, tokens: &mut Vec<Token>) {
    let code = code_spans(line);
    let mut words_until = 0;
    let mut has_words = false;
    for (at, _) in line.match_indices('<') {
        let Some((tag, closes, length)) = tag_at(&line[at..]) else {
            continue;
        };
        let next_span = code.partition_point(|span| span.end <= at);
        if code.get(next_span).is_some_and(|span| span.start <= at) {
            continue;
        }
        has_words |= line[words_until..at].chars().any(char::is_alphanumeric);
        words_until = at + length;
        let span = offset + at..offset + at + length;
        tokens.push(Token {
            tag,
            closes,
            span,
            follows_words: has_words,
        });
    }
}

fn tag_at(text: &str) -> Option<(Tag, bool, usize)> {
    let inner = text.strip_prefix('<')?;
    let (closes, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let tag = Tag::ALL.into_iter().find(|tag| {
        inner
            .strip_prefix(tag.name())
            .is_some_and(|rest| rest.starts_with('>'))
    })?;
    Some((tag, closes, 2 + usize::from(closes) + tag.name().len()))
}

/// The stretches of a line between backticks. A lone backtick starts none.
fn code_spans(line: &str) -> Vec<Range<usize>> {
    let ticks: Vec<usize> = line.match_indices('`').map(|(at, _)| at).collect();
    ticks.chunks_exact(2).map(|pair| pair[0]..pair[1]).collect()
}
