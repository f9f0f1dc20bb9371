//! Numbers in the README and the book are those of this version.

use std::fs;

use wild_conformance::case::builtin_cases;
use wild_conformance::evidence::Wall;
use wild_conformance::preset;
use wild_conformance::report::Format;
use wild_conformance::rules;
use wild_mock_server::fault::{actions, kinds};

use super::page::root;

/// A page without its line ends, so that sentences can be looked for.
fn text(page: &str) -> String {
    let text = fs::read_to_string(root().join(page)).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn says(page: &str, sentence: &str) {
    let text = text(page);
    let stale = || match other_numbers(&text, sentence) {
        Some(found) => format!("{page} says `{found}`: write `{sentence}`"),
        None => format!("{page} does not say `{sentence}`"),
    };
    assert!(text.contains(sentence), "{}", stale());
}

/// What stands there in the place of a sentence, where only its numbers are others.
fn other_numbers(text: &str, sentence: &str) -> Option<String> {
    let bare = |word: &str| word.replace(|c: char| c.is_ascii_digit(), "");
    let text: Vec<&str> = text.split(' ').collect();
    let words: Vec<&str> = sentence.split(' ').collect();
    let is_alike = |there: &&[&str]| {
        let mut pairs = there.iter().zip(&words);
        pairs.all(|(there, word)| bare(there).contains(&bare(word)))
    };
    let found = text.windows(words.len()).find(is_alike)?;
    Some(found.join(" "))
}

#[test]
fn rules_and_cases_are_counted() {
    let rules = rules::all().count();
    let ids: Vec<String> = builtin_cases()
        .unwrap()
        .into_iter()
        .map(|case| case.id)
        .collect();
    let cases = ids.len();
    says(
        "README.md",
        &format!("{rules} rules, each a sentence of a prompt"),
    );

    let count = |fits: &dyn Fn(&str) -> bool| ids.iter().filter(|id| fits(id)).count();
    let flapping = count(&|id| id.contains("-flapping-"));
    let dying = count(&|id| id.starts_with("abort-server-dies-after-"));
    let beside = count(&|id| id.starts_with("proceed-no-probe-"));
    // The longest name that fits is the kind's: `slow-uniform`, not `uniform`.
    let kinds = kinds();
    let of_kind = |id: &str| {
        kinds
            .iter()
            .any(|kind| id.ends_with(&format!("-{}", kind.name)))
    };
    let failures =
        count(&|id| id.starts_with("abort-") && !id.contains("-flapping-") && of_kind(id));
    let successes = count(&|id| {
        id.starts_with("proceed-") && !id.starts_with("proceed-no-probe-") && of_kind(id)
    });
    let matrix = failures + successes + flapping + dying + beside;
    for row in [
        format!("`abort-PROBE-KIND`, 5 x {}", failures / 5),
        format!("`proceed-PROBE-KIND`, 5 x {}", successes / 5),
        format!("`-reset`, 5 x {}", flapping / 5),
        format!("`abort-server-dies-after-N`, {dying}"),
        format!("`proceed-no-probe-ENDPOINT`, {beside}"),
        format!("{matrix} cases hold an agent to it"),
    ] {
        says("docs/src/abort-matrix.md", &row);
    }
    says(
        "README.md",
        &format!("{matrix} of the {cases} built-in cases"),
    );
}

/// A row of a table tells what its first cell names.
#[track_caller]
fn has_rows<'a>(page: &str, names: impl Iterator<Item = &'a str>) {
    let text = fs::read_to_string(root().join(page)).unwrap();
    for name in names {
        let row = format!("| `{name}` |");
        let is_told = text.lines().any(|line| line.starts_with(&row));
        assert!(is_told, "a table of {page} has no row: {row}");
    }
}

#[test]
fn walls_formats_and_agent_programs_have_rows() {
    has_rows("docs/src/walls.md", Wall::ALL.into_iter().map(Wall::word));
    has_rows("docs/src/reports.md", Format::words());
    let presets = preset::all(None).unwrap();
    has_rows(
        "docs/src/agents.md",
        presets.iter().map(|preset| preset.name.as_str()),
    );
}

#[test]
fn faults_and_agent_programs_are_counted() {
    says(
        "docs/src/failing.md",
        &format!("There are {} actions", actions().count()),
    );
    let presets = preset::all(None).unwrap();
    let words = ["Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"];
    let word = words[presets.len() - 7];
    says("README.md", &format!("{word} agent programs are known"));
    says(
        "docs/src/agents.md",
        &format!("which know {} of them", word.to_lowercase()),
    );
    let names: Vec<String> = presets
        .iter()
        .map(|preset| format!("`{}`", preset.name))
        .collect();
    says(
        "docs/src/exec.md",
        &format!("{word} agent programs are known ({})", names.join(", ")),
    );
}

/// What is said of how often the judge errs follows from the table of batches.
#[test]
fn errors_are_those_of_the_batches() {
    let table = fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let (_, table) = table.split_once("| accused at first sight |").unwrap();
    let rows = table.split("\n\n").next().unwrap().lines().skip(2);
    let first = |cell: &str| {
        cell.split_whitespace()
            .next()
            .unwrap()
            .parse::<u32>()
            .unwrap()
    };
    let batches: Vec<(u32, u32)> = rows
        .map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            (first(cells[2]), first(cells[3]))
        })
        .collect();
    let [.., (plans, accused)] = batches[..] else {
        panic!("there is no batch");
    };
    let before = batches[3..batches.len() - 1]
        .iter()
        .fold((0, 0), |sum, batch| (sum.0 + batch.0, sum.1 + batch.1));
    assert_eq!(accused, 0, "the sentence below has to be put otherwise");
    says(
        "docs/src/plans.md",
        &format!("none of the last {plans} conforming plans was accused"),
    );
    says(
        "docs/src/plans.md",
        &format!("of the {} before them {}, all falsely", before.0, before.1),
    );
}

#[test]
fn the_readme_is_short() {
    let lines = fs::read_to_string(root().join("README.md"))
        .unwrap()
        .lines()
        .count();
    assert!(
        lines <= 150,
        "{lines} lines: what is longer is a page of docs/src"
    );
}
