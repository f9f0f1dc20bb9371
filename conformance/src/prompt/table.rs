//! The table of what a template has to say for each rule.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::prose::{Signs, Topic};

/// What a template has to say so that it tells the demand of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The code of the rule.
    pub(super) code: String,
    /// Any of these tells it.
    pub(super) told: Vec<Sign>,
    /// One of these must stand in the same paragraph or item, or in what announces it; nothing has to
    /// where there is none.
    pub(super) under: Vec<Sign>,
    /// Why it need not be told.
    pub(super) granted: Option<String>,
}

/// What shows that something is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sign {
    /// A sign in the lexicon's language, by its number; affirmed, or denied where that is how it is
    /// told.
    Pattern { number: usize, is_denied: bool },
    /// Topics that one sentence must affirm.
    Topics(Vec<Topic>),
    /// A whole line, blank space at its ends aside.
    Line(String),
    /// A stretch of text, wherever it stands.
    Text(String),
    /// A placeholder.
    Placeholder(String),
}

/// The table, with its signs ready to be found.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) rows: BTreeMap<String, Row>,
    pub(super) signs: Signs,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    endpoints: BTreeMap<String, Vec<String>>,
    demand: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    #[serde(default)]
    told: Vec<String>,
    #[serde(default)]
    under: Vec<String>,
    granted: Option<String>,
}

/// The table of this program.
pub(super) fn table() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        read(include_str!("told.toml")).unwrap_or_else(|error| {
            unreachable!("the table of what prompts tell is broken: {error}")
        })
    });
    &TABLE
}

fn read(text: &str) -> Result<Table, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut patterns = Vec::new();
    let mut rows = BTreeMap::new();
    for entry in file.demand {
        let mut signs = |texts: Vec<String>| -> Result<Vec<Sign>, String> {
            let signs = texts.iter().map(|text| sign(text, &mut patterns));
            signs
                .collect::<Result<_, _>>()
                .map_err(|error: String| format!("{}: {error}", entry.code))
        };
        let row = Row {
            told: signs(entry.told)?,
            under: signs(entry.under)?,
            granted: entry.granted,
            code: entry.code.clone(),
        };
        if rows.insert(entry.code.clone(), row).is_some() {
            return Err(format!("{} is there twice", entry.code));
        }
    }
    let patterns = patterns.iter().map(String::as_str);
    let signs = Signs::compile(patterns, &BTreeMap::new(), &file.endpoints)?;
    Ok(Table { rows, signs })
}

fn sign(text: &str, patterns: &mut Vec<String>) -> Result<Sign, String> {
    let (kind, rest) = text.split_once(": ").unwrap_or(("", text));
    Ok(match kind {
        "line" => Sign::Line(rest.to_owned()),
        "text" => Sign::Text(rest.to_owned()),
        "placeholder" => Sign::Placeholder(rest.to_owned()),
        "topic" => Sign::Topics(rest.split(" + ").map(topic).collect::<Result<_, _>>()?),
        "" | "not" => {
            patterns.push(rest.to_owned());
            Sign::Pattern {
                number: patterns.len() - 1,
                is_denied: kind == "not",
            }
        }
        other => return Err(format!("there is no kind of sign `{other}:`")),
    })
}

fn topic(key: &str) -> Result<Topic, String> {
    let mut all = Topic::ALL.iter().copied();
    all.find(|topic| topic.key() == key)
        .ok_or_else(|| format!("there is no topic `{key}`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prompt::variables::NAMES;
    use crate::rules;

    #[test]
    fn the_table_has_a_row_for_every_rule_and_no_other() {
        let table = read(include_str!("told.toml")).unwrap();
        let codes: Vec<&str> = table.rows.keys().map(String::as_str).collect();
        let mut rules: Vec<&str> = rules::all().map(|rule| rule.code).collect();
        rules.sort_unstable();
        assert_eq!(codes, rules);
        for row in table.rows.values() {
            assert_ne!(row.told.is_empty(), row.granted.is_none(), "{}", row.code);
        }
    }

    #[test]
    fn placeholders_are_known() {
        let table = read(include_str!("told.toml")).unwrap();
        let rows = table.rows.values();
        for sign in rows.flat_map(|row| row.told.iter().chain(&row.under)) {
            if let Sign::Placeholder(name) = sign {
                assert!(NAMES.contains(&name.as_str()), "{name}");
            }
        }
    }
}
