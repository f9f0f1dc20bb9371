//! From Markdown events to headings, items and blocks. What they mean is found out in `shape`.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::lexis::{self, fold_without};
use super::section::{Block, BlockKind};
use super::task::{self, Checkbox, Label};
use super::{Heading, Item, Plan, Span, shape};

pub(super) fn parse(source: &str) -> Plan {
    let start = front_matter_end(source);
    let mut builder = Builder::default();
    source.clone_into(&mut builder.plan.source);
    builder.plan.line_starts = source.match_indices('\n').map(|(at, _)| at + 1).collect();
    builder.plan.character_counts = lexis::character_counts(source, super::NOTED_EVERY);
    if start > 0 {
        builder.plan.comments.push(0..start);
    }
    let body = source.get(start..).unwrap_or_default();
    for (event, span) in Parser::new_ext(body, Options::ENABLE_TABLES).into_offset_iter() {
        builder.take(&event, span.start + start..span.end + start);
    }
    let mut plan = builder.plan;
    plan.finish_items();
    shape::find(&mut plan);
    plan
}

/// Where the text begins behind a byte order mark and front matter between `---` or `+++`.
fn front_matter_end(source: &str) -> usize {
    let mark = if source.starts_with('\u{feff}') { 3 } else { 0 };
    let mut lines = source[mark..].split_inclusive('\n');
    let Some(fence) = lines.next().map(str::trim_end) else {
        return mark;
    };
    if fence != "---" && fence != "+++" {
        return mark;
    }
    let mut end = mark + source[mark..].find('\n').map_or(0, |at| at + 1);
    for (index, line) in lines.enumerate() {
        end += line.len();
        let text = line.trim_end();
        if text == fence || (fence == "---" && text == "...") {
            return end;
        }
        // A rule at the top of the document is no front matter, whose lines are keys and values.
        let is_entry = text.contains([':', '=']) && !text.starts_with(['#', ' ']);
        if index == 0 && !is_entry {
            return mark;
        }
    }
    mark
}

#[derive(Default)]
struct Builder {
    plan: Plan,
    /// Items that are open: index into the plan's items, and where the current stretch of own text
    /// started, if one is running.
    open: Vec<(usize, Option<usize>)>,
    quotes: usize,
    lists: usize,
    /// Cells of the table row that is open.
    cells: Vec<Span>,
    in_head: bool,
}

impl Builder {
    fn take(&mut self, event: &Event<'_>, span: Span) {
        match event {
            Event::Start(tag) => self.open(tag, span),
            Event::End(tag) => self.close(*tag, &span),
            Event::Code(_) => self.plan.code.push(span),
            // A comment of several lines comes as events of their own; all but the first are told
            // by the block's beginning.
            Event::Html(html) | Event::InlineHtml(html) if html.starts_with("<!--") => {
                self.push_comment(span);
            }
            _ => {}
        }
    }

    fn open(&mut self, tag: &Tag<'_>, span: Span) {
        match tag {
            Tag::Heading { level, .. } => self.heading(*level, &span),
            Tag::BlockQuote(_) => {
                self.block(BlockKind::Other, &span);
                self.quotes += 1;
            }
            Tag::Paragraph => self.block(BlockKind::Paragraph, &span),
            Tag::List(_) => {
                self.pause_text(span.start);
                self.lists += 1;
            }
            Tag::Item => self.open_item(&span),
            Tag::CodeBlock(_) => {
                self.pause_text(span.start);
                self.plan.code.push(span.clone());
                self.block(BlockKind::Other, &span);
            }
            Tag::HtmlBlock => {
                let text = self.plan.source.get(span.clone()).unwrap_or_default();
                if text.trim_start().starts_with("<!--") {
                    self.push_comment(span);
                }
            }
            Tag::TableHead => {
                self.in_head = true;
                self.cells.clear();
            }
            Tag::TableRow => self.cells.clear(),
            Tag::TableCell => self.cells.push(span),
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd, span: &Span) {
        match tag {
            TagEnd::Item => {
                self.pause_text(span.end);
                self.open.pop();
            }
            TagEnd::List(_) => {
                self.lists -= 1;
                self.resume_text(span.end);
            }
            TagEnd::CodeBlock => self.resume_text(span.end),
            TagEnd::BlockQuote(_) => self.quotes -= 1,
            TagEnd::TableHead => {
                self.in_head = false;
                let cells = std::mem::take(&mut self.cells);
                self.block(BlockKind::Row(cells, true), span);
            }
            TagEnd::TableRow => {
                let cells = std::mem::take(&mut self.cells);
                self.block(BlockKind::Row(cells, false), span);
            }
            _ => {}
        }
    }

    /// Up to and including `-->`: a block of HTML may go on behind the comment's end.
    fn push_comment(&mut self, span: Span) {
        let text = self.plan.source.get(span.clone()).unwrap_or_default();
        let end = text.find("-->").map_or(span.end, |at| span.start + at + 3);
        let known = self.plan.comments.last().map_or(0, |last| last.end);
        if end > known {
            self.plan.comments.push(span.start.max(known)..end);
        }
    }

    fn block(&mut self, kind: BlockKind, span: &Span) {
        if self.lists == 0 && self.quotes == 0 {
            let span = lexis::trimmed(&self.plan.source, span);
            self.plan.blocks.push(Block { kind, span });
        }
    }

    fn heading(&mut self, level: HeadingLevel, span: &Span) {
        if self.lists > 0 || self.quotes > 0 {
            return;
        }
        let span = lexis::trimmed(&self.plan.source, span);
        let raw = self.plan.source.get(span.clone()).unwrap_or_default();
        // An underlined heading has its marker on the line below.
        let first_line = raw.lines().next().unwrap_or_default();
        let text = first_line
            .trim_start_matches('#')
            .trim()
            .trim_end_matches('#')
            .trim();
        let heading = Heading {
            level: level as u8,
            text: fold_without(text, &(0..text.len()), &[]),
            line: self.plan.line_of(span.start),
            span: span.clone(),
        };
        self.block(BlockKind::Heading(heading.level), &span);
        self.plan.headings.push(heading);
    }

    fn open_item(&mut self, span: &Span) {
        let raw = self.plan.source.get(span.clone()).unwrap_or_default();
        let (checkbox, text_start) = box_of(raw);
        let is_numbered = raw.trim_start().starts_with(|c: char| c.is_ascii_digit());
        let start = span.start + text_start;
        let kept = lexis::trimmed(&self.plan.source, span);
        if self.lists == 1 {
            self.block_of_item(&kept);
        }
        self.open.push((self.plan.items.len(), Some(start)));
        self.plan.items.push(Item {
            depth: self.open.len(),
            checkbox,
            is_numbered,
            is_quoted: self.quotes > 0,
            text: String::new(),
            id: None,
            line: self.plan.line_of(kept.start),
            text_span: start..kept.end.max(start),
            span: kept,
            own: Vec::new(),
        });
    }

    fn block_of_item(&mut self, span: &Span) {
        if self.quotes == 0 {
            self.plan.blocks.push(Block {
                kind: BlockKind::Item,
                span: span.clone(),
            });
        }
    }

    /// The own text of the innermost open item is interrupted at `end`.
    fn pause_text(&mut self, end: usize) {
        if let Some((item, start)) = self.open.last_mut()
            && let Some(start) = start.take()
            && let Some(item) = self.plan.items.get_mut(*item)
            && start < end
        {
            item.own.push(start..end);
        }
    }

    fn resume_text(&mut self, at: usize) {
        if let Some((_, start)) = self.open.last_mut() {
            *start = Some(at);
        }
    }
}

impl Plan {
    /// Texts and ids, which need all code and comments to be known.
    fn finish_items(&mut self) {
        self.code.sort_by_key(|span| span.start);
        let mut items = std::mem::take(&mut self.items);
        give_back_fields(&self.source, &mut items);
        for item in &mut items {
            let texts = item.own.iter().map(|own| self.text(own));
            item.text = texts
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join(" ");
            if let (Label::Id(id), _) = task::label(&self.source, item) {
                item.id = Some(id);
            }
        }
        self.items = items;
    }
}

/// Fields on lines of their own behind nested bullets belong to the outermost item, though Markdown
/// takes them for a continuation of the last bullet.
fn give_back_fields(source: &str, items: &mut [Item]) {
    let mut outermost = None;
    for index in 0..items.len() {
        if items[index].depth == 1 {
            outermost = Some(index);
            continue;
        }
        let Some(owner) = outermost else { continue };
        let Some(last) = items[index].own.last_mut() else {
            continue;
        };
        let text = source.get(last.clone()).unwrap_or_default();
        let bar = text
            .match_indices('\n')
            .map(|(at, _)| at + 1)
            .find(|at| text[*at..].trim_start().starts_with('|'));
        if let Some(bar) = bar {
            let given = last.start + bar..last.end;
            last.end = given.start;
            items[owner].own.push(given);
        }
    }
}

/// The box of an item's source and where the text behind marker and box starts.
fn box_of(raw: &str) -> (Option<Checkbox>, usize) {
    let unindented = raw.trim_start();
    let body = match unindented.strip_prefix(['-', '*', '+']) {
        Some(body) => body,
        None => unindented
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .trim_start_matches(['.', ')']),
    };
    let body = body.trim_start();
    let body_start = raw.len() - body.len();
    let mut chars = body.chars();
    let (Some('['), Some(mark), Some(']')) = (chars.next(), chars.next(), chars.next()) else {
        return (None, body_start);
    };
    let rest = chars.as_str();
    // A box right in front of a bracket is a box whose blank was forgotten.
    if !(rest.is_empty() || rest.starts_with(char::is_whitespace) || rest.starts_with('[')) {
        return (None, body_start);
    }
    (Some(Checkbox::from(mark)), raw.len() - rest.len())
}
