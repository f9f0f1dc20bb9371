//! The table of what a template has to say for each rule, from the rules' own files.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::sign::Row;
use crate::prose::Signs;
use crate::rules::{self, Rule};

/// The table, with its signs ready to be found.
#[derive(Debug)]
pub(super) struct Table {
    /// By the codes of their rules.
    pub(super) rows: BTreeMap<&'static str, Row>,
    pub(super) signs: Signs,
}

type Endpoints = BTreeMap<String, Vec<String>>;

/// The table of this program.
pub(super) fn table() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        read(rules::catalogue()).unwrap_or_else(|error| {
            unreachable!("the table of what prompts tell is broken: {error}")
        })
    });
    &TABLE
}

/// Reads the signs of rules. A rule that has none is told by nothing.
fn read<'r>(rules: impl Iterator<Item = &'r Rule>) -> Result<Table, String> {
    let endpoints: Endpoints = toml::from_str(include_str!("endpoints.toml"))
        .map_err(|error| format!("conformance/src/prompt/endpoints.toml: {error}"))?;
    let (mut rows, mut patterns) = (BTreeMap::new(), Vec::new());
    for rule in rules {
        let Some(block) = rule.told_by() else {
            continue;
        };
        let row = Row::read(&block, patterns.len()).map_err(|error| blamed(rule, &error))?;
        let own = row.patterns().map(|pattern| (rule, pattern.to_owned()));
        patterns.extend(own);
        rows.insert(rule.code, row);
    }
    let texts = patterns.iter().map(|(_, pattern)| pattern);
    let signs = compiled(texts, &endpoints).map_err(|error| {
        // All together do not tell whose it is.
        let mut each = patterns.iter().filter_map(|(rule, pattern)| {
            let error = compiled([pattern].into_iter(), &endpoints).err()?;
            Some(blamed(rule, &error))
        });
        each.next().unwrap_or(error)
    })?;
    Ok(Table { rows, signs })
}

fn compiled<'p>(
    patterns: impl Iterator<Item = &'p String>,
    endpoints: &Endpoints,
) -> Result<Signs, String> {
    Signs::compile(patterns.map(String::as_str), &BTreeMap::new(), endpoints)
}

fn blamed(rule: &Rule, error: &str) -> String {
    format!("{}: the block `told`: {error}", rule.source_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prompt::sign::Sign;
    use crate::prompt::variables::NAMES;
    use crate::rules::{Check, Level};
    use crate::verdict::Verdict;

    #[test]
    fn the_table_has_a_row_for_every_rule() {
        let table = read(rules::catalogue()).unwrap();
        let missing = rules::catalogue().filter(|rule| !table.rows.contains_key(rule.code));
        let missing: Vec<String> = missing.map(Rule::source_file).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn placeholders_are_known() {
        for (code, row) in &table().rows {
            for sign in row.signs() {
                if let Sign::Placeholder(name) = sign {
                    assert!(NAMES.contains(&name.as_str()), "{code}: {name}");
                }
            }
        }
    }

    #[test]
    fn what_is_wrong_with_a_block_is_told_with_its_file() {
        let error = |signs: &str| {
            let text = format!("//! # LAY999\n//!\n//! ```told\n//! {signs}\n//! ```\n");
            let rule = Rule {
                code: "LAY999",
                slug: "no-such-rule",
                level: Level::Must,
                summary: "nothing",
                sources: &[],
                source_text: text.leak(),
                check: Check::Plan(|_| Verdict::not_applicable("it is none")),
            };
            let healthy = rules::find("LAY001").unwrap();
            read([healthy, &rule].into_iter()).unwrap_err()
        };
        for (signs, wants) in [
            ("told = [\"one\"", "TOML parse error at line 1"),
            ("tells = [\"one\"]", "unknown field `tells`"),
            ("told = [\"words: one\"]", "no kind of sign `words:`"),
            ("told = [\"topic: nowhere\"]", "no topic `nowhere`"),
            ("told = [\"one <nothing>\"]", "`one <nothing>`: "),
            ("told = [\"@nothing\"]", "nothing"),
            ("under = [\"one\"]", "either signs, `told`, or a reason"),
        ] {
            let error = error(signs);
            let file = "conformance/src/rules/lay/no_such_rule.rs: the block `told`: ";
            assert!(error.starts_with(file), "{error}");
            assert!(error.contains(wants), "{error}");
        }
    }
}
