//! From a list item to a task with fields.

use super::lexis::{covers, fold_without, overlapping, trimmed};
use super::task::{self, Field};
use super::{Item, Plan, Span, Task, depend};

/// Longest name of a field, in bytes.
const LONGEST_KEY: usize = 30;

/// Reads an item as the task number `index`, standing in the phase `phase`.
pub(super) fn read(plan: &Plan, item: &Item, index: usize, phase: usize) -> Task {
    let source = &plan.source;
    let (label, text_start) = task::label(source, item);
    let own: Vec<Span> = item
        .own
        .iter()
        .filter(|own| own.end > text_start)
        .map(|own| own.start.max(text_start)..own.end)
        .collect();
    let bars = bars(plan, &own);
    let end = own.last().map_or(text_start, |own| own.end);
    let text_end = bars.first().copied().unwrap_or(end);
    let hidden = hidden(plan, &own, &(text_start..end));
    let fields = fields(source, &bars, end, &hidden);
    let first_line = source.get(item.span.clone()).unwrap_or_default();
    let first_line = first_line.lines().next().unwrap_or_default().trim_end();
    let prose = prose(plan, &own);
    Task {
        index,
        phase,
        label,
        checkbox: item.checkbox,
        is_numbered: item.is_numbered,
        text: fold_without(source, &(text_start..text_end), &hidden),
        dependencies: depend::read(source, &fields, &prose),
        fields,
        text_start,
        line: item.line,
        first_line: item.span.start..item.span.start + first_line.len(),
        full_text: plan.text(&(text_start..item.span.end.max(text_start))),
        code_spans: codes(plan, &item.span),
        span: item.span.clone(),
    }
}

/// Names of fields that may begin a line without a bar.
const OWN_LINES: [&str; 4] = ["deliverable:", "done-when:", "done when:", "depends:"];

/// The bars that separate: outside code and comments, and not behind a backslash; and the ends of
/// lines ahead of a field that has a line of its own.
fn bars(plan: &Plan, own: &[Span]) -> Vec<usize> {
    let mut bars = Vec::new();
    for span in own {
        let text = plan.source.get(span.clone()).unwrap_or_default();
        let mut is_escaped = false;
        for (offset, c) in text.char_indices() {
            let at = span.start + offset;
            let separates = match c {
                '|' => !is_escaped,
                '\n' => begins_field(&text[offset..]),
                _ => false,
            };
            if separates && !plan.is_code(at) && !plan.is_comment(at) {
                bars.push(at);
            }
            is_escaped = c == '\\' && !is_escaped;
        }
    }
    bars
}

fn begins_field(lines: &str) -> bool {
    let line = lines.trim_start().trim_start_matches(['*', '_']);
    OWN_LINES.iter().any(|name| {
        line.get(..name.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(name))
    })
}

/// What does not belong to the task's line: nested blocks between stretches of own text, comments.
fn hidden(plan: &Plan, own: &[Span], within: &Span) -> Vec<Span> {
    let gaps = own.windows(2).map(|pair| pair[0].end..pair[1].start);
    let mut hidden: Vec<Span> = gaps
        .chain(overlapping(&plan.comments, within).cloned())
        .filter(|span| !span.is_empty())
        .collect();
    hidden.sort_by_key(|span| span.start);
    hidden
}

/// The parts behind the bars. A part that does not start with a name goes on with what came before:
/// a bar in a shell command is no separator.
fn fields(source: &str, bars: &[usize], end: usize, hidden: &[Span]) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for (index, bar) in bars.iter().enumerate() {
        let part_end = bars.get(index + 1).copied().unwrap_or(end);
        let part = bar + 1..part_end;
        let named = key(source, &part);
        match (named, fields.last_mut()) {
            (Some((name, value_start)), _) => {
                let span = trimmed(source, &part);
                fields.push(Field {
                    key: name,
                    value: String::new(),
                    value_span: value_start..span.end.max(value_start),
                    span,
                });
            }
            (None, Some(last)) => {
                let more = trimmed(source, &part);
                if !more.is_empty() {
                    last.span.end = more.end;
                    last.value_span.end = more.end;
                }
            }
            (None, None) => {}
        }
    }
    for field in &mut fields {
        let shown = trimmed(source, &field.value_span);
        field.value_span = shown;
        let value = fold_without(source, &field.value_span, hidden);
        unemphasised(&value).clone_into(&mut field.value);
    }
    fields
}

/// The name of a field at the beginning of `part`, and where its value starts.
fn key(source: &str, part: &Span) -> Option<(String, usize)> {
    let text = source.get(part.clone()).unwrap_or_default();
    let head = text.get(..text.len().min(LONGEST_KEY * 2)).unwrap_or(text);
    let (name, _) = head.split_once(':').or_else(|| text.split_once(':'))?;
    let behind = &text[name.len() + 1..];
    let bare = name.trim().trim_matches(['*', '_', '`']).trim();
    let fits = !bare.is_empty()
        && bare.len() <= LONGEST_KEY
        && bare
            .bytes()
            .all(|b| b.is_ascii_alphabetic() || matches!(b, b' ' | b'-' | b'_'))
        && !behind.starts_with("//");
    let name = bare.to_lowercase().replace(['_', ' '], "-");
    let name = match name.as_str() {
        "deliverables" => "deliverable".to_owned(),
        "done" | "donewhen" => "done-when".to_owned(),
        _ => name,
    };
    let behind_marks = behind.len() - behind.trim_start_matches(['*', '_']).len();
    // The value's own emphasis stays: only marks that close the name's are skipped.
    let skipped = if name_is_emphasised(text) {
        behind_marks
    } else {
        0
    };
    fits.then(|| (name, part.start + text.len() - behind.len() + skipped))
}

fn name_is_emphasised(part: &str) -> bool {
    part.trim_start().starts_with(['*', '_'])
}

fn unemphasised(value: &str) -> &str {
    let value = value.trim();
    value
        .strip_prefix("**")
        .and_then(|inner| inner.strip_suffix("**"))
        .unwrap_or(value)
}

/// Own text outside code.
fn prose(plan: &Plan, own: &[Span]) -> Vec<Span> {
    let mut prose = Vec::new();
    for span in own {
        let mut at = span.start;
        for code in overlapping(&plan.code, span) {
            // Ids in backticks are ids: only code that holds more interrupts the prose.
            let text = plan.source.get(code.clone()).unwrap_or_default();
            if task::TaskId::read(text.trim_matches('`')).is_some() {
                continue;
            }
            prose.push(at..code.start.max(at));
            at = code.end;
        }
        prose.push(at..span.end.max(at));
    }
    prose
}

/// The contents of code spans and blocks within `span`.
fn codes(plan: &Plan, span: &Span) -> Vec<String> {
    overlapping(&plan.code, span)
        .map(|code| {
            let text = plan.source.get(code.clone()).unwrap_or_default();
            if text.starts_with("```") || text.starts_with("~~~") {
                let inner = text.split_once('\n').map_or("", |(_, rest)| rest);
                let inner = inner.trim_end().trim_end_matches(['`', '~']);
                inner.trim().to_owned()
            } else {
                let inner = text.trim_matches('`').trim();
                fold_without(inner, &(0..inner.len()), &[])
            }
        })
        .collect()
}

/// Whether the item is to be read as a task at all: an outermost bullet, not quoted.
pub(super) fn is_task(plan: &Plan, item: &Item) -> bool {
    item.depth == 1 && !item.is_quoted && !covers(&plan.comments, item.span.start)
}

#[cfg(test)]
mod tests {
    use crate::facts::Plan;

    fn keys(line: &str) -> Vec<String> {
        let plan = Plan::parse(&format!("## Phase 1 - A\n- [ ] [P1-T1] {line}\n"));
        let task = plan.tasks().next().unwrap();
        task.fields.iter().map(|field| field.key.clone()).collect()
    }

    #[test]
    fn names_of_fields_may_be_written_in_several_ways() {
        for (line, expected) in [
            (
                "x | deliverable: a.md | done-when: y",
                "deliverable done-when",
            ),
            ("x | Deliverables: a.md | Done: y", "deliverable done-when"),
            (
                "x | **deliverable**: a.md | `done_when`: y",
                "deliverable done-when",
            ),
        ] {
            assert_eq!(keys(line).join(" "), expected, "{line}");
        }
    }

    #[test]
    fn what_stands_ahead_of_a_colon_may_be_no_name() {
        for line in [
            "x | : y",
            "x | a1: y",
            "x | https://example.org",
            "x | words that are many more than any name of a field has: y",
        ] {
            assert_eq!(keys(line), [""; 0], "{line}");
        }
    }
}
