//! `rules` and `explain`.

use std::io::Write;

use super::Failure;
use super::formats::ListFormat;
use crate::agent::reference::find_mutant;
use crate::demand::own;
use crate::prompt;
use crate::report::rules_json;
use crate::rules::{self, Rule};

pub(super) fn rules(format: ListFormat, out: &mut impl Write) -> Result<u8, Failure> {
    match format {
        ListFormat::Json => out.write_all(rules_json().as_bytes())?,
        ListFormat::Text => {
            let width = rules::all().map(|rule| rule.slug.len()).max().unwrap_or(0);
            for rule in rules::all() {
                let (code, slug, level) = (rule.code, rule.slug, rule.level.word());
                writeln!(out, "{code}  {slug:width$}  {level:6}  {}", rule.summary)?;
            }
        }
    }
    Ok(0)
}

/// The JSON Schema of files of rules.
pub(super) fn schema(out: &mut impl Write) -> Result<u8, Failure> {
    writeln!(out, "{:#}", own::schema())?;
    Ok(0)
}

pub(super) fn explain(code: &str, out: &mut impl Write) -> Result<u8, Failure> {
    let rule = find(code)?;
    writeln!(out, "{}", rule.documentation())?;
    if let Some(sentence) = prompt::told_by(rule) {
        writeln!(out, "\n{sentence}")?;
    }
    vocabulary(rule, out)?;
    if let Some(mutant) = find_mutant(rule.code) {
        writeln!(
            out,
            "\nTo see it violated: `wild-conformance run --case {} -- wild-conformance agent \
             --break {}`, an agent that {}.",
            mutant.case, mutant.code, mutant.summary
        )?;
    }
    Ok(0)
}

/// The rule of this code or slug.
pub(super) fn find(name: &str) -> Result<&'static Rule, Failure> {
    rules::find(name).ok_or_else(|| {
        let hint = rules::nearest(name).map_or_else(
            || ";".to_owned(),
            |near| format!("; did you mean {} ({})?", near.code, near.slug),
        );
        Failure::usage(format!(
            "there is no rule `{name}`{hint} `wild-conformance rules` lists all"
        ))
    })
}

/// What a rule looks for in a plan's text, from the same data by which it is decided.
fn vocabulary(rule: &Rule, out: &mut impl Write) -> Result<(), Failure> {
    let Some(demand) = rule.demand() else {
        return Ok(());
    };
    writeln!(out, "\nAsked of the text: {}", demand.asks)?;
    for matter in demand.matters() {
        let (name, entry) = demand.entry(matter);
        writeln!(out, "- {name}: {}", entry.about)?;
        for (what, signs) in [
            ("says it", &entry.strong),
            ("speaks of it", &entry.weak),
            ("says the opposite", &entry.counter),
            ("is done instead", &entry.instead),
        ] {
            for sign in signs {
                writeln!(out, "    {what}: {sign}")?;
            }
        }
    }
    Ok(())
}
