//! Cuts text into pieces at blanks and punctuation.

use super::token::{Before, Span};

/// A piece of text, or a mark between pieces.
pub(super) enum Chunk {
    Piece(Span),
    /// A mark, and where it stands.
    Mark(Before, usize),
}

/// What is written with a full stop inside a sentence.
const ABBREVIATIONS: [&str; 14] = [
    "e.g", "i.e", "vs", "etc", "approx", "incl", "resp", "cf", "ca", "eg", "ie", "fig", "min",
    "max",
];

/// Longest field, in bytes.
const LONGEST_FIELD: usize = 60;

/// Longest character class without its brackets, in bytes.
const LONGEST_CLASS: usize = 12;

pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}')
}

/// Cuts a text into pieces and marks.
pub(super) fn chunks(text: &str) -> impl Iterator<Item = Chunk> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
            let c = rest.chars().next()?;
            let behind = &rest[c.len_utf8()..];
            let begins_pattern = starts_whole(rest).is_some();
            if !begins_pattern && let Some(mark) = mark(c, behind, &text[..at]) {
                at += c.len_utf8();
                return Some(Chunk::Mark(mark, at - c.len_utf8()));
            }
            if !begins_pattern && is_blank(c) {
                at += c.len_utf8();
                continue;
            }
            let end = at + piece_end(rest);
            let piece = trimmed(text, at..end);
            let stop = stop_behind(text, &piece, end);
            at = if stop.is_some() { piece.end } else { end };
            if piece.is_empty() {
                at = at.max(end);
                continue;
            }
            return Some(Chunk::Piece(piece));
        }
    })
}

fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '`' | '"' | '[' | ']' | '|' | '\u{201c}' | '\u{201d}' | '\\' | '#' | '•' | '{' | '}'
        )
        || matches!(c, '\'' | '\u{2018}' | '\u{2019}')
}

/// The mark that a character is where no piece is under way.
fn mark(c: char, behind: &str, ahead: &str) -> Option<Before> {
    let before_blank = behind
        .chars()
        .next()
        .is_none_or(|c| c.is_whitespace() || is_blank(c));
    let after_blank = ahead.chars().next_back().is_none_or(char::is_whitespace);
    Some(match c {
        ',' | '，' | '、' | '…' => Before::Comma,
        ';' | '；' => Before::Semicolon,
        '(' | ')' => Before::Parenthesis,
        ':' | '：' => Before::Colon,
        '.' if before_blank || behind.starts_with([')', '*', '_']) => Before::Stop,
        // Dots that are no beginning of a path.
        '.' if behind.starts_with('.') && !behind.starts_with("./") => Before::Stop,
        '!' if before_blank => Before::Stop,
        '?' => Before::Question,
        '\u{2013}' | '\u{2014}' => Before::Dash,
        '-' if after_blank && before_blank => Before::Dash,
        '。' | '！' => Before::Stop,
        _ => return None,
    })
}

/// How long the piece at the beginning of `rest` is.
fn piece_end(rest: &str) -> usize {
    // Nothing ends or begins at plain letters and digits.
    let is_plain = |b: &u8| b.is_ascii_alphanumeric();
    let mut at = rest.bytes().take_while(is_plain).count();
    while let Some(c) = rest.get(at..).and_then(|rest| rest.chars().next()) {
        if let Some(length) = starts_whole(&rest[at..]) {
            at += length;
            continue;
        }
        if at > 0 && c == '[' {
            match character_class(&rest[at..]) {
                Some(length) => {
                    at += length;
                    continue;
                }
                None => break,
            }
        }
        let is_end = c.is_whitespace()
            || matches!(
                c,
                '`' | '"' | '[' | ']' | '|' | ',' | ';' | '(' | ')' | '?' | '\\'
            )
            || matches!(
                c,
                '\u{201c}' | '\u{201d}' | '\u{2013}' | '\u{2014}' | '…' | '•'
            )
            || matches!(c, '。' | '，' | '：' | '；' | '、' | '！');
        if is_end && at > 0 {
            break;
        }
        at += c.len_utf8();
        if is_end {
            break;
        }
    }
    at
}

/// A stretch that is read whole: `<field>`, `{a,b}`, `$(command)`.
#[inline]
pub(super) fn starts_whole(rest: &str) -> Option<usize> {
    match rest.as_bytes() {
        [b'<', ..] => whole(rest, 1, '>'),
        [b'{', ..] => whole(rest, 1, '}'),
        [b'$', b'(', ..] => whole(rest, 2, ')'),
        [b'$', b'{', ..] => whole(rest, 2, '}'),
        _ => None,
    }
}

/// A stretch that is opened by `open` bytes and closed by `close`.
fn whole(rest: &str, open: usize, close: char) -> Option<usize> {
    let mut end = open;
    for c in rest.get(open..)?.chars() {
        if c == close {
            break;
        }
        if c == '\n'
            || end > LONGEST_FIELD
            || (close != ')' && matches!(c, '"' | '`' | ':' | '(' | '=' | '<' | '{'))
        {
            return None;
        }
        end += c.len_utf8();
    }
    let inner = rest.get(open..end)?;
    let is_closed = rest[end..].starts_with(close);
    let is_field = inner
        .starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '-' | '%'));
    let is_wide = close == '>' && inner.split_whitespace().count() > 3;
    (is_closed && !inner.is_empty() && (is_field || close == ')') && !is_wide).then_some(end + 1)
}

/// `[2-9]` within a pattern.
fn character_class(rest: &str) -> Option<usize> {
    let end = rest
        .bytes()
        .take(LONGEST_CLASS + 2)
        .position(|b| b == b']')?;
    let inner = rest.get(1..end)?;
    let fits = !inner.is_empty()
        && inner
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'^' | b'!'))
        && (inner.len() == 1 || inner.contains('-') || inner.bytes().all(|b| b.is_ascii_digit()));
    let goes_on = rest[end + 1..].starts_with(|c: char| c.is_alphanumeric() || "/._-*".contains(c));
    (fits && goes_on).then_some(end + 1)
}

/// A piece without the marks of emphasis and quotation around it.
fn trimmed(text: &str, span: Span) -> Span {
    let piece = &text[span.clone()];
    let is_edge = |c: char| is_apostrophe(c) || matches!(c, '\u{2018}' | '!' | '"');
    let mut start = span.start;
    let mut end = span.end;
    let emphasis = |c: char| matches!(c, '*' | '_');
    let is_pattern = piece.contains('/') || (piece.starts_with('*') && piece.contains('.'));
    loop {
        let piece = &text[start..end];
        let (Some(first), Some(last)) = (piece.chars().next(), piece.chars().next_back()) else {
            break;
        };
        if is_edge(first) || (emphasis(first) && (!is_pattern || piece.starts_with("**"))) {
            start += first.len_utf8();
        } else if is_edge(last) || matches!(last, ':' | '.') || (emphasis(last) && !is_pattern) {
            end -= last.len_utf8();
        } else {
            break;
        }
    }
    start..end.max(start)
}

/// Where punctuation was cut from the end of a piece, it is a mark of its own, unless it is that of an
/// abbreviation.
fn stop_behind(text: &str, piece: &Span, end: usize) -> Option<()> {
    let cut = &text[piece.end..end];
    if cut.is_empty() {
        return None;
    }
    let lower = text[piece.clone()].to_ascii_lowercase();
    let is_abbreviated = cut.starts_with('.') && ABBREVIATIONS.contains(&lower.as_str());
    (cut.contains([':', '.', '!']) && !is_abbreviated).then_some(())
}

/// The words of which a piece is made: runs of letters and digits, with apostrophes.
pub(super) fn subwords(text: &str) -> impl Iterator<Item = Span> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let is_part = |c: char| c.is_alphanumeric() || is_apostrophe(c);
        let start = at + text.get(at..)?.find(is_part)?;
        let rest = &text[start..];
        let plain = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let rest = &rest[plain..];
        let end = text.len() - rest.len() + rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        at = end;
        Some(start..end)
    })
}
