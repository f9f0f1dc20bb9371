//! The lines of a template, by what they are and which belong together.
//!
//! This is kinder than Markdown: code may stand outside of fences, bullets may be doubled (`- •`). A line
//! belongs to the one before it where it plainly goes on.

use std::ops::Range;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Blank,
    /// With its level.
    Heading(usize),
    /// With its indentation.
    Item(usize),
    Text,
    Code,
    /// The line ahead of code, and the one behind it.
    Fence {
        opens: bool,
    },
}

/// Lines that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) shape: Shape,
    /// All of its lines.
    pub(super) span: Range<usize>,
    /// How many bytes at the beginning are marks.
    pub(super) marks: usize,
}

/// From this length on, in bytes, a line is taken to have been wrapped.
const WRAPPED: usize = 60;

/// The blocks of a text, in order.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut fence: Option<&str> = None;
    let mut previous = "";
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let bare = line.trim();
        let (shape, marks) = shape(line, &mut fence);
        let is_text = |shape| matches!(shape, Shape::Text | Shape::Item(_) | Shape::Code);
        let last = blocks.last_mut().filter(|last| is_text(last.shape));
        match (shape, last) {
            (Shape::Blank, _) => {}
            (Shape::Text | Shape::Code, Some(last)) if goes_on(last.shape, previous, bare) => {
                last.span.end = at;
            }
            _ => blocks.push(Block {
                shape,
                span: start..at,
                marks,
            }),
        }
        previous = bare;
    }
    blocks
}

/// What a line is, and how many bytes at its beginning are no text. Keeps track of the fence that is open.
fn shape<'t>(line: &'t str, fence: &mut Option<&'t str>) -> (Shape, usize) {
    let bare = line.trim();
    let marks = fence_of(bare);
    if let Some(open) = *fence {
        let closes =
            marks.is_some_and(|marks| marks.starts_with(open) && marks.len() == bare.len());
        if closes {
            *fence = None;
            return (Shape::Fence { opens: false }, 0);
        }
    } else if marks.is_some() {
        *fence = marks;
        return (Shape::Fence { opens: true }, 0);
    }
    let indent = line.len() - line.trim_start().len();
    let level = bare.bytes().take_while(|byte| *byte == b'#').count();
    let marker = marker(&line[indent..]);
    if bare.is_empty() {
        (Shape::Blank, 0)
    } else if (1..=6).contains(&level) && bare[level..].starts_with(' ') {
        (Shape::Heading(level), indent + level)
    } else if fence.is_some() {
        (Shape::Code, 0)
    } else if marker > 0 {
        (Shape::Item(indent), indent + marker)
    } else {
        (Shape::Text, indent)
    }
}

/// The marks that open or close a fence.
fn fence_of(bare: &str) -> Option<&str> {
    let first = bare.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = bare.chars().take_while(|c| *c == first).count();
    let marks = &bare[..length];
    (length >= 3 && !bare[length..].contains('`')).then_some(marks)
}

/// How many bytes the marks of a list item take.
fn marker(line: &str) -> usize {
    let mut length = 0;
    loop {
        let rest = &line[length..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let mark = match rest[digits..].chars().next() {
            Some('.' | ')') if (1..=3).contains(&digits) => digits + 1,
            Some(c @ ('-' | '*' | '+' | '•')) if digits == 0 => c.len_utf8(),
            _ => return length,
        };
        let behind = &rest[mark..];
        let blank = behind.len() - behind.trim_start().len();
        if blank == 0 && !behind.is_empty() && !rest.starts_with('•') {
            return length;
        }
        length += mark + blank;
    }
}

/// Whether a line of text or code plainly continues the block whose last line is `previous`.
fn goes_on(block: Shape, previous: &str, line: &str) -> bool {
    if previous.is_empty() || previous.ends_with('\\') {
        return !previous.is_empty();
    }
    let is_inner =
        |c: char| c.is_lowercase() || matches!(c, '{' | '(' | '`' | '<' | '$' | '-' | '"');
    let is_item = matches!(block, Shape::Item(_));
    let is_unfinished = is_item && !previous.ends_with(['.', ':', ';', '!', '?']);
    block != Shape::Code
        && !line.starts_with('|')
        && (is_unfinished || previous.len() >= WRAPPED || line.starts_with(is_inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Shape, &str)> {
        let blocks = blocks(text).into_iter();
        blocks
            .map(|block| {
                (
                    block.shape,
                    text[block.span.start + block.marks..block.span.end].trim(),
                )
            })
            .collect()
    }

    #[test]
    fn lines_are_joined_where_they_go_on() {
        let text =
            "One line\ngoes on.\nAnother\n\n* an item\n  More of it\n1) next\n- • twice\n-H x\n";
        assert_eq!(
            read(text),
            [
                (Shape::Text, "One line\ngoes on."),
                (Shape::Text, "Another"),
                (Shape::Item(0), "an item\n  More of it"),
                (Shape::Item(0), "next"),
                (Shape::Item(0), "twice\n-H x"),
            ]
        );
    }

    #[test]
    fn fences_hold_code_and_headings() {
        let text = "~~~\n# T\n- a\n```\n~~~\n#hash\n";
        assert_eq!(
            read(text),
            [
                (Shape::Fence { opens: true }, "~~~"),
                (Shape::Heading(1), "T"),
                (Shape::Code, "- a"),
                (Shape::Code, "```"),
                (Shape::Fence { opens: false }, "~~~"),
                (Shape::Text, "#hash"),
            ]
        );
    }
}
