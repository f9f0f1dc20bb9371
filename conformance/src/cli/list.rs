//! `rules` and `explain`.

use std::io::Write;

use super::Failure;
use super::args::ListFormat;
use crate::agent::reference::find_mutant;
use crate::report::rules_json;
use crate::rules;
use crate::vocabulary::entries;

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

pub(super) fn explain(code: &str, out: &mut impl Write) -> Result<u8, Failure> {
    let Some(rule) = rules::find(code) else {
        let hint = rules::nearest(code)
            .map(|near| format!("; did you mean {} ({})?", near.code, near.slug))
            .unwrap_or_default();
        let message = format!("there is no rule `{code}`{hint} `wild-conformance rules` lists all");
        return Err(Failure::usage(message));
    };
    writeln!(out, "{}", rule.documentation())?;
    vocabulary(rule.code, out)?;
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

/// The words by which a rule recognises what it looks for.
fn vocabulary(code: &str, out: &mut impl Write) -> Result<(), Failure> {
    let topics: Vec<_> = entries()
        .filter(|entry| entry.rules.contains(&code))
        .collect();
    if topics.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\nVocabulary (a star stands for the rest of a word; in doubt the rule passes):"
    )?;
    for topic in topics {
        let terms: Vec<&str> = topic.terms().collect();
        writeln!(out, "- {}: {}", topic.about, terms.join(", "))?;
    }
    Ok(())
}
