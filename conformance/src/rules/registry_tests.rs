//! What belongs to a rule, and in which file: a test that fails says what is missing, and where it goes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Check, FAMILIES, Level, Rule, Scope, all};
use crate::verdict::Verdict;

/// A place that names every rule of its own by the code.
struct Place {
    files: &'static [&'static str],
    /// What a rule has there.
    wants: &'static str,
}

/// `FAMILY` and `SLUG` are the rule's.
const NAMED_IN: [Place; 3] = [
    Place {
        files: &["conformance/src/agent/reference/mutant/FAMILY.rs"],
        wants: "a mutant that only this rule catches",
    },
    Place {
        files: &["conformance/src/prompt/told.toml"],
        wants: "a `[[demand]]` with the signs by which a prompt tells it",
    },
    Place {
        files: &[
            "conformance/src/trace/planning.toml",
            "conformance/src/trace/execution.toml",
        ],
        wants: "the code in the row of the prompt's sentence, or in a row of its own",
    },
];

/// Where the literate scenarios of a rule are.
const SCENARIOS: &str = "fixtures/rules/FAMILY/SLUG.md";

#[test]
fn nothing_is_missing_of_any_rule() {
    let missing: Vec<String> = all().flat_map(missing).collect();
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
    let told = missing(&rule);
    for (file, wants) in [
        ("fixtures/rules/lay/no-such-rule.md", "scenarios"),
        ("agent/reference/mutant/lay.rs", "a mutant"),
        ("prompt/told.toml", "a `[[demand]]`"),
        ("trace/planning.toml", "the prompt's sentence"),
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

/// What a rule lacks, a line each: the file, and what belongs there.
fn missing(rule: &Rule) -> Vec<String> {
    let own = |file: &str| {
        let file = file.replace("FAMILY", &rule.family().to_lowercase());
        file.replace("SLUG", rule.slug)
    };
    let code = format!("\"{}\"", rule.code);
    let mut missing = Vec::new();
    for place in &NAMED_IN {
        let files: Vec<String> = place.files.iter().map(|file| own(file)).collect();
        if !files.iter().any(|file| text(file).contains(&code)) {
            missing.push(format!(
                "{}: {code} wants {}",
                files.join(" or "),
                place.wants
            ));
        }
    }
    let scenarios = own(SCENARIOS);
    if !root().join(&scenarios).is_file() {
        missing.push(format!(
            "{scenarios}: {code} wants two passing and two failing scenarios at least, as its neighbours have"
        ));
    }
    missing.extend(undocumented(rule));
    missing.extend(unquoted(rule));
    missing
}

/// What the rule's documentation lacks of its fixed form.
fn undocumented(rule: &Rule) -> Option<String> {
    let documentation = rule.documentation();
    let title = format!("# {} {} ({})", rule.code, rule.slug, rule.level.word());
    let mut parts = ["Prompt: ", "Conforming:", "Violating:"].into_iter();
    let lacking = if documentation.starts_with(&format!("{title}\n")) {
        parts.find(|part| !documentation.contains(&format!("\n{part}")))?
    } else {
        &title
    };
    let (family, stem) = (rule.family().to_lowercase(), rule.slug.replace('-', "_"));
    Some(format!(
        "conformance/src/rules/{family}/{stem}.rs: its documentation lacks `{lacking}`"
    ))
}

/// Nobody is judged by what they were not told: what the prompt does not say of what the rule quotes.
fn unquoted(rule: &Rule) -> Option<String> {
    let skill = match rule.scope() {
        Scope::Planning | Scope::Every => "wild_v2_planning",
        Scope::Execution | Scope::Campaign => "wild_v2_iteration",
    };
    let file = format!("fixtures/skills/{skill}/SKILL.md");
    let documentation = folded(&rule.documentation());
    let behind = documentation
        .split_once("Prompt: \"")
        .map(|(_, behind)| behind);
    let Some((quote, _)) = behind.and_then(|behind| behind.split_once('"')) else {
        return Some(format!(
            "{}: its documentation quotes nothing behind `Prompt:`",
            rule.code
        ));
    };
    (!folded(&text(&file)).contains(quote)).then(|| {
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
