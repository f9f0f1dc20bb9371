//! Sentences of prose, where Markdown is only layout.

use std::ops::Range;

/// What ends a sentence.
const ENDS: [char; 8] = ['.', '?', '!', '。', '？', '！', '؟', '…'];

/// What may stand between the end of a sentence and the blank behind it.
const CLOSING: [char; 12] = ['*', '_', '"', '\'', '”', '’', '»', ')', ']', '`', '?', '!'];

/// The sentences of `text` within `range`. Code blocks and quotations are left out; a blank line, a
/// heading, a list item and a row of a table end what stands before them.
pub(super) fn sentences(text: &str, range: &Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open = None;
    let mut is_code = false;
    let mut at = range.start;
    let within = text.get(range.clone()).unwrap_or_default();
    for line in within.split_inclusive('\n') {
        let (start, trimmed) = (at, line.trim());
        at += line.len();
        let fences = trimmed.starts_with("```") || trimmed.starts_with("~~~");
        is_code ^= fences;
        let is_prose = !fences && !is_code && !trimmed.starts_with('>');
        if !is_prose || trimmed.is_empty() || starts_block(trimmed) {
            close(text, &mut open, start, &mut found);
        }
        if is_prose {
            cut(text, start..at, &mut open, &mut found);
        }
        if trimmed.starts_with('#') {
            close(text, &mut open, at, &mut found);
        }
    }
    close(text, &mut open, at, &mut found);
    found
}

/// Ends sentences where a line has a mark with a blank behind it.
fn cut(text: &str, line: Range<usize>, open: &mut Option<usize>, found: &mut Vec<Range<usize>>) {
    let mut ended = false;
    for (offset, c) in text[line.clone()].char_indices() {
        let at = line.start + offset;
        if c.is_whitespace() {
            if ended {
                close(text, open, at, found);
            }
            ended = false;
            continue;
        }
        open.get_or_insert(at);
        ended = ENDS.contains(&c) || (ended && CLOSING.contains(&c));
    }
    // Marks of other scripts have no blank behind them.
    if ended {
        close(text, open, line.end, found);
    }
}

fn close(text: &str, open: &mut Option<usize>, end: usize, found: &mut Vec<Range<usize>>) {
    if let Some(start) = open.take() {
        let length = text[start..end].trim_end().len();
        found.push(start..start + length);
    }
}

fn starts_block(line: &str) -> bool {
    let is_numbered = line.split_once(['.', ')']).is_some_and(|(number, rest)| {
        !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && rest.starts_with(' ')
    });
    is_numbered
        || ["#", "- ", "* ", "+ ", "|"]
            .iter()
            .any(|marker| line.starts_with(marker))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<&str> {
        let ranges = sentences(text, &(0..text.len()));
        ranges.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn marks_lists_and_blank_lines_end_sentences() {
        assert_eq!(
            of("One. Two?\nThree goes\non. "),
            ["One.", "Two?", "Three goes\non."]
        );
        assert_eq!(
            of("# Head\nText\n- item\n\nRest"),
            ["# Head", "Text", "- item", "Rest"]
        );
        assert_eq!(
            of("**Shall I go on?** \"Why?\" he asked"),
            ["**Shall I go on?**", "\"Why?\"", "he asked"]
        );
        assert_eq!(of("GET /a?b=c and v1.5 too"), ["GET /a?b=c and v1.5 too"]);
    }

    #[test]
    fn code_and_quotations_are_no_prose() {
        assert_eq!(of("a\n```\nDo you?\n```\n> Do you?\nb"), ["a", "b"]);
    }
}
