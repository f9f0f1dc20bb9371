//! A template as a page: its paragraphs, items, headings and lines of code, with what announces each.
//!
//! Templates are pasted from everywhere, so that nesting may be lost: what ends in a colon announces
//! what stands beside it as well as what stands below it.

use std::collections::BTreeSet;
use std::ops::Range;

use super::block::{Block, Shape, blocks};
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

    /// For each segment, whether it, or one that announces it, is among `those`.
    pub(super) fn stand_under(&self, those: &BTreeSet<usize>) -> Vec<bool> {
        let mut under: Vec<bool> = Vec::with_capacity(self.prose.segments.len());
        for (at, segment) in self.prose.segments.iter().enumerate() {
            // What announces stands ahead.
            let outer = segment.governor.and_then(|governor| under.get(governor));
            under.push(outer.copied().unwrap_or(false) || those.contains(&at));
        }
        under
    }
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
                let segments = &page.prose.segments;
                let chain = std::iter::successors(Some(segment), |at| segments[*at].governor);
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
    fn what_is_announced_stands_under_all_that_announce_it() {
        let page = Page::read("# A\nFirst:\n- one:\n  - two\n- three\n\nNext\n\n# B\nb\n");
        let under = |segment: usize| {
            let under = page.stand_under(&[segment].into()).into_iter().enumerate();
            let under = under.filter(|(_, is_under)| *is_under).map(|(at, _)| at);
            under.collect::<Vec<usize>>()
        };
        assert_eq!(under(0), [0, 1, 2, 3, 4, 5]);
        assert_eq!(under(2), [2, 3, 4]);
        assert_eq!(under(3), [3]);
        assert_eq!(under(6), [6, 7]);
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
