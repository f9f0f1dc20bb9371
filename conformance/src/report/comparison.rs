//! Two runs beside each other, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::json::pretty;
use super::rates::{rate_json, rounded};
use super::totals::plural;
use crate::comparison::{Comparison, Flip, Row, Trend};
use crate::statistics::{ALPHA, Tally};
use crate::visible;

/// For people: what differs, and what chance would not make.
pub fn comparison_text(comparison: &Comparison) -> String {
    let mut text = String::new();
    let (base, new) = (comparison.base.join(", "), comparison.new.join(", "));
    let (count, cases) = (comparison.cases, plural(comparison.cases, "case", "cases"));
    // Writing to a String cannot fail, here and below.
    let _ = writeln!(
        text,
        "BASE is of {base}, NEW of {new}; {count} {cases} in both"
    );
    for mark in &comparison.marks {
        let _ = writeln!(text, "note: {}", mark.message);
    }
    push_rows(&mut text, "over all cases", &comparison.pooled);
    push_rows(&mut text, "case by case", &comparison.by_case);
    push_flips(&mut text, &comparison.flips);
    let _ = write!(text, "\n{}", comparison_summary(comparison));
    visible::text(&text)
}

/// What two runs come to beside each other, in a line.
pub fn comparison_summary(comparison: &Comparison) -> String {
    let worse = comparison.worse().count();
    let better = comparison.better().count();
    let rates = |count| plural(count, "rate is", "rates are");
    format!(
        "{worse} {} worse, and {better} {} better, than chance would make them (p, corrected by Holm for \
         all that were compared, at most {ALPHA})\n",
        rates(worse),
        rates(better)
    )
}

fn push_rows(text: &mut String, title: &str, rows: &[Row]) {
    let differs = |row: &&Row| row.difference.is_none_or(|difference| difference != 0.0);
    let mut shown: Vec<&Row> = rows.iter().filter(differs).collect();
    let same = rows.len() - shown.len();
    shown.sort_by(|a, b| a.adjusted.total_cmp(&b.adjusted).then(a.p.total_cmp(&b.p)));
    let _ = writeln!(
        text,
        "\n{title}: {same} of {} rates are the same",
        rows.len()
    );
    for row in shown {
        push_row(text, row);
    }
}

fn push_row(text: &mut String, row: &Row) {
    let case = row.case.as_deref().map(|case| format!("{case}  "));
    let (name, interval) = (case.unwrap_or_default(), row.interval);
    let difference = match row.difference {
        Some(difference) => format!("{:+.1}", difference * 100.0),
        None => "unknown".to_owned(),
    };
    // Where cases were played unequally often, their sum may go the other way.
    let sum = row.difference.unwrap_or_default();
    let against = match row.trend {
        Trend::Better if sum < 0.0 => "; case by case it is better",
        Trend::Worse if sum > 0.0 => "; case by case it is worse",
        _ => "",
    };
    let _ = writeln!(
        text,
        "  {name}{}  {} -> {}  {difference} points ({:+.1} to {:+.1}), p {}, corrected {}{against}",
        row.subject,
        share(row.base),
        share(row.new),
        interval.low * 100.0,
        interval.high * 100.0,
        p(row.p),
        p(row.adjusted),
    );
}

fn push_flips(text: &mut String, flips: &[Flip]) {
    if flips.is_empty() {
        return;
    }
    text.push_str("\nflipped in most plays:\n");
    for flip in flips {
        let word = if flip.is_broken { "broken" } else { "mended" };
        let _ = writeln!(
            text,
            "  {word}  {}  {}  {} -> {}",
            flip.case,
            flip.subject,
            share(flip.base),
            share(flip.new)
        );
    }
}

fn share(tally: Tally) -> String {
    let share = format!("{} of {}", tally.kept, tally.decided());
    match tally.undecided {
        0 => share,
        unsure => format!("{share} (+{unsure} undecided)"),
    }
}

fn p(p: f64) -> String {
    if p < 0.0001 {
        "< 0.0001".to_owned()
    } else {
        format!("{p:.4}")
    }
}

/// For programs: every rate.
pub fn comparison_json(comparison: &Comparison) -> String {
    let rows = |rows: &[Row]| -> Vec<Value> { rows.iter().map(row_json).collect() };
    let flips = comparison.flips.iter().map(|flip| {
        json!({
            "case": flip.case,
            "subject": flip.subject,
            "state": if flip.is_broken { "broken" } else { "mended" },
        })
    });
    pretty(&json!({
        "format": 1,
        "tool": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
        "base": {"agents": comparison.base},
        "new": {"agents": comparison.new},
        "exit_code": comparison.exit_code(),
        "confidence": 0.95,
        "correction": "holm",
        "cases_in_common": comparison.cases,
        "unjudged": comparison.unjudged,
        "marks": comparison.marks,
        "pooled": rows(&comparison.pooled),
        "cases": rows(&comparison.by_case),
        "flips": flips.collect::<Vec<_>>(),
    }))
}

fn row_json(row: &Row) -> Value {
    let mut value = json!({
        "subject": row.subject,
        "base": rate_json(row.base, row.base.interval()),
        "new": rate_json(row.new, row.new.interval()),
        "difference": row.difference.map(rounded),
        "low": rounded(row.interval.low),
        "high": rounded(row.interval.high),
        "trend": row.trend.word(),
        "p": rounded(row.p),
        "p_corrected": rounded(row.adjusted),
    });
    if let (Some(case), Some(fields)) = (&row.case, value.as_object_mut()) {
        fields.shift_insert(0, "case".to_owned(), case.clone().into());
    }
    value
}
