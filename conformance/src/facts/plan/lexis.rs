//! Reading stretches of the source as text.

use super::Span;

/// Text under construction, white space folded to single blanks.
#[derive(Default)]
pub(super) struct Folded(String);

impl Folded {
    pub(super) fn push(&mut self, text: &str) {
        if is_folded(text) {
            let leads = text.starts_with(' ') && (self.0.is_empty() || self.0.ends_with(' '));
            self.0.push_str(&text[usize::from(leads)..]);
            return;
        }
        for (index, word) in text.split_whitespace().enumerate() {
            let joins = index == 0 && !text.starts_with(char::is_whitespace);
            if !joins && !self.0.is_empty() && !self.0.ends_with(' ') {
                self.0.push(' ');
            }
            self.0.push_str(word);
        }
        if text.ends_with(char::is_whitespace) && !self.0.is_empty() && !self.0.ends_with(' ') {
            self.0.push(' ');
        }
    }

    pub(super) fn finish(mut self) -> String {
        self.0.truncate(self.0.trim_end().len());
        self.0
    }
}

/// Whether nothing in a text is to be folded: it is plain, with single blanks. What is not is counted,
/// which is faster than to stop at the first.
fn is_folded(text: &str) -> bool {
    let bytes = text.as_bytes();
    let strange = bytes.iter().filter(|byte| !(b' '..0x7f).contains(*byte));
    let double = bytes.windows(2).filter(|pair| pair == b"  ");
    strange.count() == 0 && double.count() == 0
}

/// The text of `within`, less what is in `skipped` (sorted, without overlap), white space folded.
pub(super) fn fold_without(source: &str, within: &Span, skipped: &[Span]) -> String {
    let mut folded = Folded::default();
    let mut at = within.start;
    for skip in overlapping(skipped, within) {
        folded.push(source.get(at..skip.start.max(at)).unwrap_or_default());
        folded.push(" ");
        at = skip.end.max(at);
    }
    folded.push(source.get(at..within.end.max(at)).unwrap_or_default());
    folded.finish()
}

/// The spans of a sorted list without overlaps that reach into `within`.
pub(super) fn overlapping<'a>(spans: &'a [Span], within: &Span) -> impl Iterator<Item = &'a Span> {
    let end = within.end;
    let first = spans.partition_point(|span| span.end <= within.start);
    spans[first..]
        .iter()
        .take_while(move |span| span.start < end)
}

/// Whether `at` is in one of the sorted spans.
pub(super) fn covers(spans: &[Span], at: usize) -> bool {
    let after = spans.partition_point(|span| span.start <= at);
    after
        .checked_sub(1)
        .and_then(|index| spans.get(index))
        .is_some_and(|span| at < span.end)
}

/// Lower case, without the marks of emphasis and code, with plain hyphens and apostrophes.
pub(super) fn searchable(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '*' | '`' => {}
            '\u{2010}'..='\u{2015}' | '\u{2212}' => plain.push('-'),
            '\u{2018}' | '\u{2019}' => plain.push('\''),
            '\u{a0}' | '\u{202f}' => plain.push(' '),
            c => plain.extend(c.to_lowercase()),
        }
    }
    plain
}

/// How many characters begin in these bytes of a text.
pub(super) fn characters(bytes: &[u8]) -> usize {
    // Bytes that go on with a character have the form 10xxxxxx.
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// How many characters there are ahead of the beginning of each stretch of `every` bytes.
pub(super) fn character_counts(source: &str, every: usize) -> Vec<usize> {
    let mut count = 0;
    let mut counts = vec![0];
    for stretch in source.as_bytes().chunks(every) {
        count += characters(stretch);
        counts.push(count);
    }
    counts
}

/// The part of `span` without white space at its ends.
pub(super) fn trimmed(source: &str, span: &Span) -> Span {
    let text = source.get(span.clone()).unwrap_or_default();
    let start = span.start + text.len() - text.trim_start().len();
    start..(start + text.trim().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skipped_stretches_leave_a_blank() {
        let source = "a <!-- b --> c\n  d";
        let comment = 2..12;
        assert_eq!(
            fold_without(source, &(0..source.len()), &[comment]),
            "a c d"
        );
        assert_eq!(fold_without("ab", &(0..2), &[]), "ab");
        for (first, second) in [
            ("a ", " b"),
            (" a", " b "),
            ("a", "\tb"),
            ("  a", "  b"),
            ("a ", "\u{a0}b"),
        ] {
            let mut folded = Folded::default();
            folded.push(first);
            folded.push(second);
            assert_eq!(folded.finish().trim(), "a b", "{first:?} {second:?}");
        }
    }

    #[test]
    fn spans_are_found_by_place() {
        let spans = [2..4, 8..9];
        assert!(covers(&spans, 3) && !covers(&spans, 4) && !covers(&spans, 1));
        assert_eq!(overlapping(&spans, &(3..8)).count(), 1);
    }

    #[test]
    fn dashes_and_emphasis_do_not_hide_words() {
        assert_eq!(searchable("**Mid‑point** `Review`"), "mid-point review");
    }
}
