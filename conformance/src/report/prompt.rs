//! What a prompt's template tells, demand by demand.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::case::Kind;
use crate::prompt::{Telling, Told};

/// For people: a line a rule with where it is told, and what is told there.
pub fn prompt_text(file: &str, tellings: &[Telling], warnings: &[String]) -> String {
    let mut text = String::new();
    let slugs = tellings.iter().map(|telling| telling.rule.slug.len());
    let width = slugs.max().unwrap_or(0);
    for Telling { rule, told } in tellings {
        let (code, slug) = (rule.code, rule.slug);
        // Writing to a String cannot fail, here and below.
        let _ = match told {
            Told::Here { line, text: told } => {
                writeln!(
                    text,
                    "{code}  {slug:width$}  told at line {line}: \"{told}\""
                )
            }
            Told::Granted(reason) => {
                writeln!(text, "{code}  {slug:width$}  goes without saying: {reason}")
            }
            Told::Nowhere => writeln!(text, "{code}  {slug:width$}  not told: {}", rule.summary),
        };
    }
    let missing = tellings.iter().filter(|telling| telling.told.is_missing());
    let codes: Vec<&str> = missing.map(|telling| telling.rule.code).collect();
    let _ = match codes.as_slice() {
        [] => writeln!(text, "\n{file} tells all {} demands", tellings.len()),
        _ => writeln!(
            text,
            "\n{file} tells {} of {} demands; rules that are not asked under it: {}",
            tellings.len() - codes.len(),
            tellings.len(),
            codes.join(", ")
        ),
    };
    for warning in warnings {
        let _ = writeln!(text, "warning: {warning}");
    }
    text
}

/// ```text
/// {file, kind, warnings: [..],
///  demands: [{code, slug, level, family, told: true | false, line, text, reason}]}
/// ```
///
/// `line` and `text` are there where a sentence tells it, `reason` where it need not be told.
pub fn prompt_json(file: &str, kind: Kind, tellings: &[Telling], warnings: &[String]) -> String {
    let demands = tellings.iter().map(|Telling { rule, told }| {
        let mut demand = json!({
            "code": rule.code,
            "slug": rule.slug,
            "level": rule.level.word(),
            "family": rule.family(),
            "told": !told.is_missing(),
        });
        match told {
            Told::Here { line, text } => {
                demand["line"] = json!(line);
                demand["text"] = json!(text);
            }
            Told::Granted(reason) => demand["reason"] = json!(reason),
            Told::Nowhere => {}
        }
        demand
    });
    super::json::pretty(&json!({
        "file": file,
        "kind": kind,
        "warnings": warnings,
        "demands": demands.collect::<Vec<Value>>(),
    }))
}
