//! From Markdown events to the plan model.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::task::{self, Checkbox};
use super::{Heading, Item, Phase, Plan};

pub(super) fn parse(source: &str) -> Plan {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let mut builder = Builder {
        source,
        lines: line_starts(source),
        ..Builder::default()
    };
    for (event, span) in Parser::new_ext(source, Options::ENABLE_TABLES).into_offset_iter() {
        builder.take(&event, span);
    }
    let mut plan = builder.plan;
    plan.tasks = plan.items.iter().filter_map(task::read).collect();
    plan
}

fn line_starts(source: &str) -> Vec<usize> {
    source.match_indices('\n').map(|(at, _)| at + 1).collect()
}

#[derive(Default)]
struct Builder<'s> {
    source: &'s str,
    lines: Vec<usize>,
    plan: Plan,
    /// Items that are open, as indices into the plan's items with where their own text starts.
    open: Vec<(usize, usize)>,
}

impl Builder<'_> {
    fn take(&mut self, event: &Event<'_>, span: Range<usize>) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => self.heading(*level, span),
            Event::Start(Tag::List(_)) => self.close_text(span.start),
            Event::Start(Tag::Item) => self.open_item(&span),
            Event::End(TagEnd::Item) => {
                self.close_text(span.end);
                self.open.pop();
            }
            _ => {}
        }
    }

    fn line(&self, at: usize) -> usize {
        1 + self.lines.partition_point(|start| *start <= at)
    }

    fn heading(&mut self, level: HeadingLevel, span: Range<usize>) {
        let raw = self.source.get(span.clone()).unwrap_or_default();
        // An underlined heading has its marker on the line below.
        let first_line = raw.trim().lines().next().unwrap_or_default();
        let text = first_line
            .trim_start_matches('#')
            .trim()
            .trim_end_matches('#')
            .trim();
        let heading = Heading {
            level: level as u8,
            text: text.to_owned(),
            line: self.line(span.start),
            span,
        };
        if let Some(phase) = phase_of(&heading) {
            self.plan.phases.push(phase);
        }
        self.plan.headings.push(heading);
    }

    fn open_item(&mut self, span: &Range<usize>) {
        let raw = self.source.get(span.clone()).unwrap_or_default();
        let (checkbox, text_start) = box_of(raw);
        self.open
            .push((self.plan.items.len(), span.start + text_start));
        self.plan.items.push(Item {
            depth: self.open.len(),
            checkbox,
            text: String::new(),
            line: self.line(span.start),
            phase: self.plan.phases.len().checked_sub(1),
        });
    }

    /// The own text of the innermost open item ends at `end`, unless it ended before: what follows a
    /// nested list is a remark, not a part of the line.
    fn close_text(&mut self, end: usize) {
        let Some((item, start)) = self.open.last().copied() else {
            return;
        };
        let Some(item) = self.plan.items.get_mut(item) else {
            return;
        };
        if item.text.is_empty()
            && let Some(raw) = self.source.get(start..end)
        {
            item.text = folded(raw);
        }
    }
}

/// White space folded to single blanks, so that wrapped lines read as one.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// The box of an item's source and where the text behind marker and box starts.
fn box_of(raw: &str) -> (Option<Checkbox>, usize) {
    let marker = raw.find(|c: char| !matches!(c, '-' | '*' | '+' | '.' | ')' | '0'..='9'));
    let body_start = marker.unwrap_or(raw.len());
    let body = raw[body_start..].trim_start();
    let body_start = raw.len() - body.len();
    let mut chars = body.chars();
    let (Some('['), Some(mark), Some(']')) = (chars.next(), chars.next(), chars.next()) else {
        return (None, body_start);
    };
    let rest = chars.as_str();
    if !(rest.is_empty() || rest.starts_with(char::is_whitespace)) {
        return (None, body_start);
    }
    (Some(Checkbox::from(mark)), raw.len() - rest.len())
}

/// A heading below the title that starts with the word `Phase` heads a phase, well-formed or not.
fn phase_of(heading: &Heading) -> Option<Phase> {
    let mut words = heading.text.split_whitespace();
    let is_phase = heading.level >= 2 && words.next()?.eq_ignore_ascii_case("phase");
    let number = words.next().map(|word| {
        let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    // "Phase overview" is not a phase; "Phase 2" and "Phase II - x" are.
    let has_separator = heading.text.contains(['-', '–', '—', ':']);
    let number = number.flatten();
    (is_phase && (number.is_some() || has_separator)).then(|| Phase {
        title: heading.text.clone(),
        number,
        line: heading.line,
    })
}
