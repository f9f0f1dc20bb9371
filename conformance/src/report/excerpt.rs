//! Excerpts of a file with what is meant underlined, as a compiler shows them.

use std::collections::HashMap;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Origin, Snippet, Title};

use crate::facts::Place;

/// Longest excerpt of a line, in characters around what is meant.
const LONGEST_EXCERPT: usize = 2_000;

/// A file as it is shown.
pub(super) struct Page<'a> {
    lines: Vec<Line<'a>>,
    file: &'a str,
}

/// How many characters there are between notes of where they begin.
const NOTED_EVERY: usize = 256;

/// A line, with the byte at which each so many-th character begins, so that many findings in one long
/// line do not each count all of it.
struct Line<'a> {
    text: &'a str,
    noted: Vec<usize>,
}

impl<'a> Line<'a> {
    fn of(text: &'a str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let starts = text.char_indices().step_by(NOTED_EVERY);
        Self {
            text,
            noted: starts.map(|(at, _)| at).collect(),
        }
    }

    /// The byte at which a column begins, counted from 1; the end where there are fewer.
    fn byte_of(&self, column: usize) -> usize {
        let ahead = column.saturating_sub(1);
        let Some(from) = self.noted.get(ahead / NOTED_EVERY) else {
            return self.text.len();
        };
        self.text[*from..]
            .char_indices()
            .nth(ahead % NOTED_EVERY)
            .map_or(self.text.len(), |(at, _)| from + at)
    }
}

impl<'a> Page<'a> {
    /// A file with this text and name.
    pub(super) fn of(source: &'a str, file: &'a str) -> Self {
        Self {
            lines: source.lines().map(Line::of).collect(),
            file,
        }
    }

    /// The title with an excerpt for each line that places begin in, the first place underlined as
    /// what is meant and the others as what belongs to it.
    pub(super) fn excerpts<'t>(&'t self, title: Title<'t>, places: &[Place]) -> Group<'t> {
        let lines = by_line(places).into_iter().filter_map(|(line, places)| {
            let text = self.lines.get(line.saturating_sub(1))?;
            Some((line, text, places))
        });
        let snippets: Vec<Snippet<'t, Annotation<'t>>> = lines
            .enumerate()
            .map(|(at, (line, text, places))| {
                let (excerpt, spans) = excerpt(text, line, &places);
                let kinds = [at == 0].into_iter().chain(std::iter::repeat(false));
                let annotations = kinds.zip(spans).map(|(is_first, span)| {
                    let kind = if is_first {
                        AnnotationKind::Primary
                    } else {
                        AnnotationKind::Context
                    };
                    kind.span(span)
                });
                Snippet::source(excerpt)
                    .line_start(line)
                    .path(self.file)
                    .annotations(annotations)
            })
            .collect();
        if snippets.is_empty() {
            title.element(Origin::path(self.file))
        } else {
            title.elements(snippets)
        }
    }
}

/// The places by the line that they begin in, in their order, each line once.
fn by_line(places: &[Place]) -> Vec<(usize, Vec<Place>)> {
    let mut lines: Vec<(usize, Vec<Place>)> = Vec::new();
    let mut seen: HashMap<usize, usize> = HashMap::new();
    for place in places {
        let at = *seen.entry(place.line).or_insert_with(|| {
            lines.push((place.line, Vec::new()));
            lines.len() - 1
        });
        lines[at].1.push(*place);
    }
    lines
}

/// The line, or what is around the first place in a very long one, and the bytes between the columns
/// of each place that is in it.
fn excerpt<'l>(shown: &Line<'l>, line: usize, places: &[Place]) -> (&'l str, Vec<Range<usize>>) {
    let text = shown.text;
    let byte_of = |column: usize| shown.byte_of(column);
    let span = |place: &Place| {
        let until = if place.end_line == line {
            place.end_column
        } else {
            usize::MAX
        };
        let start = byte_of(place.column);
        let longest = place.column.saturating_add(LONGEST_EXCERPT / 4);
        start..byte_of(until.min(longest)).max(start)
    };
    let column = places.first().map_or(1, |place| place.column);
    let from = byte_of(column.saturating_sub(LONGEST_EXCERPT / 2).max(1));
    let end = places.first().map_or(from, |place| span(place).end);
    let to = text[end..]
        .char_indices()
        .nth(LONGEST_EXCERPT / 4)
        .map_or(text.len(), |(at, _)| end + at);
    let spans = places.iter().map(span);
    let inside = spans.filter(|span| from <= span.start && span.end <= to);
    let shifted = inside.map(|span| span.start - from..span.end - from);
    (&text[from..to], shifted.collect())
}
