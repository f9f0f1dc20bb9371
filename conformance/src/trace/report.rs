//! Telling the table.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Row;
use crate::case::Kind;

/// For people: a block a demand.
pub fn text(rows: &[Row]) -> String {
    let mut text = String::new();
    let mut section = String::new();
    for row in rows {
        // Writing to a String cannot fail, here and below.
        let own = format!("{}: {}", prompt(row), row.requirement.section);
        if own != section {
            section = own;
            let _ = writeln!(text, "{section}");
        }
        let _ = writeln!(text, "  {}", row.requirement.says);
        if let Some(reason) = &row.requirement.reason {
            let _ = writeln!(text, "      not judged: {reason}");
        } else {
            let _ = writeln!(text, "      rules {}", rules(row));
            let _ = writeln!(text, "      cases {}", or_none(&row.cases.join(", ")));
            let _ = writeln!(text, "      mutants {}", or_none(&row.mutants.join(", ")));
        }
    }
    text
}

/// For documents: a table.
pub fn markdown(rows: &[Row]) -> String {
    let mut text =
        "| prompt | section | demand | rules | cases | mutants |\n|---|---|---|---|---|---|\n"
            .to_owned();
    for row in rows {
        let demand = &row.requirement;
        let decided = match &demand.reason {
            Some(reason) => format!("not judged: {reason}"),
            None => rules(row),
        };
        let cells = [
            prompt(row),
            demand.section.as_str(),
            demand.says.as_str(),
            &decided,
            &row.cases.join(", "),
            &row.mutants.join(", "),
        ];
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}

/// For programs.
pub fn json(rows: &[Row]) -> Value {
    let row = |row: &Row| {
        json!({
            "prompt": row.prompt,
            "section": row.requirement.section,
            "requirement": row.requirement.says,
            "quote": row.requirement.quote,
            "rules": row.requirement.rules,
            "reason": row.requirement.reason,
            "cases": row.cases,
            "mutants": row.mutants,
        })
    };
    json!({"format": 1, "requirements": rows.iter().map(row).collect::<Vec<_>>()})
}

fn rules(row: &Row) -> String {
    row.requirement.rules.join(", ")
}

fn prompt(row: &Row) -> &'static str {
    match row.prompt {
        Kind::Planning => "planning",
        Kind::Execution => "execution",
        Kind::Campaign => "campaign",
    }
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}
