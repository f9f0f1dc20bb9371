//! A template as a page: its paragraphs, items, headings and lines of code, with what announces each.
//!
//! Templates are pasted from everywhere, so that this is kinder than Markdown: code may stand outside
//! of fences, bullets may be doubled (`- •`), nesting may be lost. A line belongs to the one before it
//! where it plainly goes on.

use std::ops::Range;

use super::placeholder;
use crate::prose::{Before, Prose, Reader, Segment, Zone};

/// A template that was read.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) prose: Prose,
    /// Where each of the prose's segments stands.
    pub(super) spans: Vec<Range<usize>>,
}

impl Page {
    pub(super) fn read(text: &str) -> Self {
        let text = placeholder::as_fields(text);
        let mut writer = Writer::new(&text);
        for block in blocks(&text) {
            writer.write(&block);
        }
        Self {
            prose: writer.reader.finish(),
            spans: writer.spans,
        }
    }

    /// The segment that a byte stands in or behind.
    pub(super) fn segment_at(&self, at: usize) -> Option<usize> {
        self.spans
            .partition_point(|span| span.start <= at)
            .checked_sub(1)
    }

    /// A segment and all that announce it, from the inside to the outside.
    pub(super) fn with_governors(&self, segment: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(segment), |at| self.prose.segments.get(*at)?.governor)
    }
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
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
struct Block {
    shape: Shape,
    span: Range<usize>,
    /// How many bytes at the beginning are marks.
    marks: usize,
}

/// From this length on, in bytes, a line is taken to have been wrapped.
const WRAPPED: usize = 60;

fn blocks(text: &str) -> Vec<Block> {
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

/// Reads blocks, and keeps in mind what announces the next one.
struct Writer<'t> {
    text: &'t str,
    backticks: Vec<usize>,
    reader: Reader,
    spans: Vec<Range<usize>>,
    headings: Vec<Heading>,
    items: Vec<Item>,
    /// The text that announces what follows, by a colon at its end.
    lead: Option<usize>,
    /// The code that is under way.
    code: Option<Code>,
}

struct Heading {
    level: usize,
    segment: usize,
}

struct Item {
    indent: usize,
    segment: usize,
    announces: bool,
}

struct Code {
    /// How many headings stand outside of it.
    headings: usize,
    governor: Option<usize>,
}

impl<'t> Writer<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            backticks: text.match_indices('`').map(|(at, _)| at).collect(),
            reader: Reader::default(),
            spans: Vec::new(),
            headings: Vec::new(),
            items: Vec::new(),
            lead: None,
            code: None,
        }
    }

    fn write(&mut self, block: &Block) {
        match block.shape {
            Shape::Blank => {}
            Shape::Heading(level) => self.heading(block, level),
            Shape::Item(indent) => self.item(block, indent),
            Shape::Text => self.paragraph(block),
            Shape::Code => {
                self.segment(block, self.around());
            }
            Shape::Fence { opens: true } => {
                let item = self.items.last().map(|item| item.segment);
                let governor = item.or(self.lead).or(self.around());
                self.code = Some(Code {
                    headings: self.headings.len(),
                    governor,
                });
            }
            Shape::Fence { opens: false } => {
                if let Some(code) = self.code.take() {
                    self.headings.truncate(code.headings);
                }
            }
        }
    }

    /// The heading, within code that of the code or what announces it, under which something stands.
    fn around(&self) -> Option<usize> {
        let heading = self.headings.last().map(|heading| heading.segment);
        match &self.code {
            Some(code) if self.headings.len() == code.headings => code.governor,
            _ => heading,
        }
    }

    /// Headings within code end with it, and leave those outside alone.
    fn heading(&mut self, block: &Block, level: usize) {
        let kept = self.code.as_ref().map_or(0, |code| code.headings);
        let is_outer = |heading: &Heading| heading.level < level;
        while self.headings.len() > kept && !self.headings.last().is_some_and(is_outer) {
            self.headings.pop();
        }
        let segment = self.segment(block, self.around());
        self.headings.push(Heading { level, segment });
        if self.code.is_none() {
            self.items.clear();
            self.lead = None;
        }
    }

    fn item(&mut self, block: &Block, indent: usize) {
        let announces = self.announces(block);
        // Where nesting was lost, an item that ends in a colon announces those beside it.
        let is_outer = |item: &Item| {
            item.indent < indent || (item.indent == indent && item.announces && !announces)
        };
        while !self.items.is_empty() && !self.items.last().is_some_and(is_outer) {
            self.items.pop();
        }
        let parent = self.items.last().map(|item| item.segment);
        let segment = self.segment(block, parent.or(self.lead).or(self.around()));
        self.items.push(Item {
            indent,
            segment,
            announces,
        });
    }

    fn paragraph(&mut self, block: &Block) {
        let item = self.items.last().filter(|item| item.announces);
        let governor = item.map(|item| item.segment).or(self.lead);
        let segment = self.segment(block, governor.or(self.around()));
        self.items.clear();
        self.lead = self.announces(block).then_some(segment);
    }

    fn announces(&self, block: &Block) -> bool {
        self.text[block.span.clone()].trim_end().ends_with(':')
    }

    fn segment(&mut self, block: &Block, governor: Option<usize>) -> usize {
        let ticks_before = |at: usize| self.backticks.partition_point(|tick| *tick < at);
        let first = ticks_before(block.span.start);
        let is_fenced = self.code.is_some();
        let is_code = |at: usize| is_fenced || (ticks_before(at) - first) % 2 == 1;
        let segment = Segment {
            zone: Zone::Protocol,
            governor,
            ..Segment::default()
        };
        self.spans.push(block.span.clone());
        let pieces = [(block.span.start + block.marks..block.span.end, Before::Stop)];
        self.reader.read(self.text, &pieces, segment, is_code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(text: &str) -> &str {
        text.trim().trim_start_matches(['-', '•', '#', ' ', '\n'])
    }

    /// Each segment with the texts of what announces it.
    fn governed(text: &str) -> Vec<Vec<&str>> {
        let page = Page::read(text);
        (0..page.spans.len())
            .map(|segment| {
                let chain = page.with_governors(segment);
                chain
                    .map(|at| bare(&text[page.spans[at].clone()]))
                    .collect()
            })
            .collect()
    }

    #[test]
    fn lists_code_and_headings_are_announced() {
        let text =
            "# A\nDo this:\n- x:\n  - y\n- z\n```sh\ncurl a \\\n  -X\n## B\nb\n```\n## C\nc\n";
        assert_eq!(
            governed(text),
            [
                vec!["A"],
                vec!["Do this:", "A"],
                vec!["x:", "Do this:", "A"],
                vec!["y", "x:", "Do this:", "A"],
                vec!["z", "x:", "Do this:", "A"],
                vec!["curl a \\\n  -X", "z", "x:", "Do this:", "A"],
                vec!["B", "z", "x:", "Do this:", "A"],
                vec!["b", "B", "z", "x:", "Do this:", "A"],
                vec!["C", "A"],
                vec!["c", "C", "A"],
            ]
        );
    }

    #[test]
    fn lost_nesting_and_doubled_bullets_are_taken_as_they_are_meant() {
        let text = "- •Stop at once in one of two ways:\n- •First: write\n{{tasks_path}}with it\n- •\nSecond\n";
        let segments = governed(text);
        assert_eq!(segments[1][0], "First: write\n{{tasks_path}}with it");
        assert_eq!(segments[1][1], "Stop at once in one of two ways:");
        assert_eq!(segments.last().unwrap()[0], "Second");
    }
}
