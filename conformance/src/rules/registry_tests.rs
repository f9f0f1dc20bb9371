//! What belongs to a rule, and in which file: a test that fails says what is missing, and where it goes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Check, FAMILIES, Level, Rule, all};
use crate::agent::reference::find_mutant;
use crate::case::Kind;
use crate::trace::{self, Row};
use crate::verdict::Verdict;

#[test]
fn nothing_is_missing_of_any_rule() {
    let traced = trace::table().unwrap();
    let missing: Vec<String> = all().flat_map(|rule| missing(rule, &traced)).collect();
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn every_file_of_a_family_is_a_listed_rule() {
    for family in FAMILIES {
        let name = family.name.to_lowercase();
        let folder = root().join("conformance/src/rules").join(&name);
        let listed: BTreeSet<String> = family
            .rules
            .iter()
            .map(|rule| rule.slug.replace('-', "_"))
            .collect();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap();
            assert!(
                stem == "mod" || listed.contains(stem),
                "conformance/src/rules/{name}/mod.rs: add `mod {stem};` and `&{stem}::RULE`, by its code, for {}; \
                 its slug is the file's name with hyphens",
                path.display()
            );
        }
        assert_eq!(
            listed.len(),
            family.rules.len(),
            "{name}: two rules of one slug"
        );
    }
}

#[test]
fn what_is_missing_is_named_with_its_file() {
    let rule = Rule {
        code: "LAY999",
        slug: "no-such-rule",
        level: Level::Must,
        summary: "nothing",
        sources: &[],
        source_text: "//! Prompt: \"words that no prompt has\"\n",
        check: Check::Plan(|_| Verdict::not_applicable("it is none")),
    };
    let told = missing(&rule, &trace::table_of(&[&rule]).unwrap());
    for (file, wants) in [
        ("fixtures/rules/lay/no-such-rule.md", "scenarios"),
        ("agent/reference/mutant/lay.rs", "a mutant"),
        ("rules/lay/no_such_rule.rs", "a block ```told"),
        ("trace/planning.toml", "a `[[requirement]]`"),
        (
            "fixtures/skills/wild_v2_planning/SKILL.md",
            "words that no prompt has",
        ),
        ("rules/lay/no_such_rule.rs", "# LAY999 no-such-rule (MUST)"),
    ] {
        let is_told = told
            .iter()
            .any(|line| line.contains(file) && line.contains(wants));
        assert!(is_told, "{file}: {told:?}");
    }
}

#[test]
fn a_rule_stands_in_the_row_of_the_sentence_that_it_quotes() {
    let rule = Rule {
        code: "LAY998",
        source_text: "//! Prompt: \"deterministic run names\"\n",
        ..*super::find("LAY001").unwrap()
    };
    let rows = trace::table_of(&[&rule]).unwrap();
    let own = rows.iter().find(|row| names(row, &rule)).unwrap();
    assert_eq!(own.requirement.says, "Deterministic run names.");
    let told = missing(&rule, &rows);
    assert!(told.iter().all(|line| !line.contains("trace")), "{told:?}");
}

/// What a rule lacks, a line each: the file, and what belongs there.
fn missing(rule: &Rule, traced: &[Row]) -> Vec<String> {
    let (code, family) = (rule.code, rule.family().to_lowercase());
    let mut missing = Vec::new();
    if find_mutant(code).is_none() {
        missing.push(format!(
            "conformance/src/agent/reference/mutant/{family}.rs: {code} wants a mutant that only this rule catches"
        ));
    }
    let scenarios = format!("fixtures/rules/{family}/{}.md", rule.slug);
    if !root().join(&scenarios).is_file() {
        missing.push(format!(
            "{scenarios}: {code} wants two passing and two failing scenarios at least, as its neighbours have"
        ));
    }
    missing.extend(undocumented(rule));
    missing.extend(unquoted(rule));
    if !traced.iter().any(|row| names(row, rule)) {
        let file = match rule.scope().told_in() {
            Kind::Execution => "execution",
            Kind::Planning | Kind::Campaign => "planning",
        };
        missing.push(format!(
            "conformance/src/trace/{file}.toml: no row has the sentence that {code} quotes; add a \
             `[[requirement]]` with words of it as `quote`, or {code} to the `rules` of another"
        ));
    }
    missing
}

fn names(row: &Row, rule: &Rule) -> bool {
    let mut codes = row.requirement.rules.iter();
    codes.any(|code| code == rule.code)
}

/// What the rule's documentation lacks of its fixed form.
fn undocumented(rule: &Rule) -> Vec<String> {
    let (file, documentation) = (rule.source_file(), rule.documentation());
    let title = format!("# {} {} ({})", rule.code, rule.slug, rule.level.word());
    let mut lacking = Vec::new();
    if !documentation.starts_with(&format!("{title}\n")) {
        lacking.push(format!("the title `{title}`"));
    }
    for part in ["Prompt: \"", "Conforming:", "Violating:"] {
        if !documentation.contains(&format!("\n{part}")) {
            lacking.push(format!("a paragraph `{part}`"));
        }
    }
    if rule.told_by().is_none() {
        let block = "a block ```told at its end, with the signs by which a prompt tells it";
        lacking.push(block.to_owned());
    }
    let lacking = lacking.into_iter();
    lacking
        .map(|lacking| format!("{file}: its documentation lacks {lacking}"))
        .collect()
}

/// Nobody is judged by what they were not told: what the prompt does not say of what the rule quotes.
fn unquoted(rule: &Rule) -> Option<String> {
    let skill = match rule.scope().told_in() {
        Kind::Execution => "wild_v2_iteration",
        Kind::Planning | Kind::Campaign => "wild_v2_planning",
    };
    let (file, quote) = (format!("fixtures/skills/{skill}/SKILL.md"), rule.quote()?);
    (!folded(&text(&file)).contains(&quote)).then(|| {
        format!(
            "{file}: it does not say \"{quote}\", which {} quotes",
            rule.code
        )
    })
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of a file of the repository; empty where there is none.
fn text(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap_or_default()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
