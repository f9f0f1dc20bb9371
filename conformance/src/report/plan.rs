//! Findings about one plan file: as a compiler shows them, and for programs.

use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level as Mark, Origin, Renderer, Snippet};
use serde_json::{Value, json};

use crate::lint::PlanFinding;
use crate::rules::Level;

/// Longest excerpt of a line, in characters around what is meant.
const LONGEST_EXCERPT: usize = 2_000;

/// `{findings: [{code, level, message, file, line, column, end_line, end_column}]}`
pub fn plan_json(findings: &[PlanFinding], file: &str) -> String {
    let list: Vec<Value> = findings
        .iter()
        .map(|finding| {
            json!({
                "code": finding.rule.code,
                "level": finding.rule.level.word(),
                "message": finding.message,
                "file": file,
                "line": finding.place.line,
                "column": finding.place.column,
                "end_line": finding.place.end_line,
                "end_column": finding.place.end_column,
            })
        })
        .collect();
    super::json::pretty(&json!({ "findings": list }))
}

/// For people: each finding with an excerpt and a caret, and a summary.
pub fn plan_text(findings: &[PlanFinding], source: &str, file: &str, strict: bool) -> String {
    let lines: Vec<&str> = source.lines().collect();
    let mut text = String::new();
    let (mut errors, mut warnings) = (0, 0);
    for finding in findings {
        let is_error = strict || finding.rule.level == Level::Must;
        if is_error {
            errors += 1;
        } else {
            warnings += 1;
        }
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "{}\n", shown(finding, &lines, file, is_error));
    }
    let _ = match (errors, warnings) {
        (0, 0) => writeln!(text, "{file}: no findings"),
        _ => writeln!(
            text,
            "{file}: {}, {}",
            counted(errors, "error"),
            counted(warnings, "warning")
        ),
    };
    text
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn shown(finding: &PlanFinding, lines: &[&str], file: &str, is_error: bool) -> String {
    let mark = if is_error { Mark::ERROR } else { Mark::WARNING };
    let rule = finding.rule;
    let note = format!(
        "{} ({}); `wild-conformance explain {}` says more",
        rule.slug,
        rule.level.word(),
        rule.code
    );
    let title = mark.primary_title(finding.message.as_str()).id(rule.code);
    let place = finding.place;
    let line = lines
        .get(place.line.saturating_sub(1))
        .filter(|_| finding.is_located)
        .map(|line| line.trim_start_matches('\u{feff}'));
    let group = match line {
        None => title.element(Origin::path(file)),
        Some(line) => {
            let until = if place.end_line == place.line {
                place.end_column
            } else {
                usize::MAX
            };
            let (excerpt, span) = excerpt(line, place.column, until);
            title.element(
                Snippet::source(excerpt)
                    .line_start(place.line)
                    .path(file)
                    .annotation(AnnotationKind::Primary.span(span)),
            )
        }
    };
    Renderer::plain().render(&[group.element(Mark::NOTE.message(note))])
}

/// The line, or what is around the place in a very long one, and the bytes between the columns.
fn excerpt(line: &str, column: usize, end_column: usize) -> (&str, Range<usize>) {
    let byte_of = |column: usize| {
        line.char_indices()
            .nth(column.saturating_sub(1))
            .map_or(line.len(), |(at, _)| at)
    };
    let from = byte_of(column.saturating_sub(LONGEST_EXCERPT / 2).max(1));
    let start = byte_of(column);
    let end = byte_of(end_column.min(column.saturating_add(LONGEST_EXCERPT / 4))).max(start);
    let to = line[end..]
        .char_indices()
        .nth(LONGEST_EXCERPT / 4)
        .map_or(line.len(), |(at, _)| end + at);
    (&line[from..to], start - from..end - from)
}
