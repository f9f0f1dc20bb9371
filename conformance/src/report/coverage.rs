//! Which sentence of a plan meets which demand, as a table and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::demand::{Passage, Row, State};
use crate::visible;

/// How many columns a line of the table has.
const COLUMNS: usize = 100;

/// A line a demand: its code, how the plan stands to it, and the first sentence that shows it.
pub fn coverage_text(rows: &[Row]) -> String {
    let wheres: Vec<String> = rows
        .iter()
        .map(|row| row.passages.first().map_or(String::new(), place))
        .collect();
    let width = wheres.iter().map(|text| text.chars().count()).max();
    let width = width.unwrap_or(0);
    let mut text = String::new();
    for (row, place) in rows.iter().zip(&wheres) {
        let shown = match (row.passages.first(), &row.remark) {
            (Some(passage), _) => passage.text.as_str(),
            (None, Some(remark)) => remark.as_str(),
            (None, None) => "nothing in the plan speaks against it",
        };
        let line = format!(
            "{}  {:9}  {place:width$}  {shown}",
            row.code,
            row.state.word()
        );
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "{}", cut(&line));
    }
    let counts = State::ALL.map(|state| {
        let count = rows.iter().filter(|row| row.state == state).count();
        format!("{count} {}", state.word())
    });
    let _ = writeln!(text, "{} demands: {}", rows.len(), counts.join(", "));
    visible::text(&text)
}

/// Line, and task or zone.
pub(super) fn place(passage: &Passage) -> String {
    let task = passage.task.as_deref();
    let what = task.unwrap_or_else(|| passage.zone_word());
    format!("{}: {what}", passage.line)
}

/// What fits into a line of the table.
fn cut(line: &str) -> String {
    match line.char_indices().nth(COLUMNS) {
        None => line.to_owned(),
        Some(_) => line.chars().take(COLUMNS - 1).chain(['…']).collect(),
    }
}

/// ```text
/// [{code, asks, state: "met" | "doubtful" | "violated" | "not_asked", remark,
///   sentences: [{start, end, line, zone, task, text}]}]
/// ```
pub(super) fn coverage_json(rows: &[Row]) -> Value {
    table(rows, true)
}

/// The same without the sentences' texts, which name paths of the machine on which a case was played.
pub(super) fn places_json(rows: &[Row]) -> Value {
    table(rows, false)
}

fn table(rows: &[Row], has_texts: bool) -> Value {
    let rows = rows.iter().map(|row| {
        let sentences = row.passages.iter().map(|passage| {
            let mut place = json!({
                "start": passage.span.start,
                "end": passage.span.end,
                "line": passage.line,
                "zone": passage.zone_word(),
                "task": passage.task,
            });
            if has_texts {
                place["text"] = passage.text.as_str().into();
            }
            place
        });
        json!({
            "code": row.code,
            "asks": row.asks,
            "state": row.state.word().replace(' ', "_"),
            "remark": row.remark,
            "sentences": sentences.collect::<Vec<Value>>(),
        })
    });
    rows.collect()
}
