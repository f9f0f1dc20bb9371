//! Plans with a single defect: `fixtures/plans/defects/defects.toml`.

use std::fmt::Write;
use std::path::Path;

use wild_conformance::facts::Tree;
use wild_conformance::lint::PlanFinding;
use wild_conformance::rules::{self, Rule};

use crate::literate_told::shortened;
use crate::plans::{context_of, corpus, linted};

#[derive(serde::Deserialize)]
struct Defects {
    #[serde(rename = "defect", alias = "defects")]
    defects: Vec<Defect>,
}

#[derive(serde::Deserialize)]
struct Defect {
    name: String,
    base: String,
    rule: String,
    find: String,
    replace: String,
    /// What there is in the working directory, for rules that look.
    #[serde(default)]
    files: Vec<String>,
    /// What its rule tells: line, what is marked there, and the message. Empty where it leaves a doubt.
    #[serde(default)]
    told: Vec<String>,
}

/// Of a hundred defects, how many are surfaced and told at least, and beside how many another rule
/// accuses at most. These are bounds of what is reached, and may only be tightened.
const SURFACED: usize = 91;
const TOLD: usize = 80;
const OTHERS: usize = 3;

fn tree_of(files: &[String]) -> Option<Tree> {
    let dir = tempfile::tempdir().unwrap();
    for file in files {
        let path = dir.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
    (!files.is_empty()).then(|| Tree::list(dir.path(), Path::new("")))
}

/// A defect is told as a finding or as a doubt, and nothing else is accused. Where prose alone decides,
/// an author who did not know the lexicon may well leave a doubt: most are to be told all the same, and
/// of these it is stated where and how. `UPDATE_FIXTURES=1` writes that anew.
#[test]
fn each_defect_is_surfaced_by_its_rule_and_no_other_accuses() {
    let file = corpus().join("defects/defects.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let defects: Defects = toml::from_str(&text).unwrap();
    let (mut told, mut surfaced) = (Vec::new(), 0);
    let (mut missed, mut accused, mut otherwise) = (Vec::new(), Vec::new(), Vec::new());
    for defect in &defects.defects {
        assert!(
            rules::find(&defect.rule).is_some(),
            "{}: no rule",
            defect.rule
        );
        let base = corpus().join(&defect.base);
        let broken = broken(defect, &std::fs::read_to_string(&base).unwrap());
        let tree = tree_of(&defect.files);
        let linted = linted(&broken, &context_of(&base), tree.as_ref());
        let is_own = |rule: &Rule| rule.code == defect.rule;
        let (own, others): (Vec<_>, Vec<_>) = linted.findings.iter().partition(|f| is_own(f.rule));
        let shown = format!("{} ({})", defect.name, defect.rule);
        accused.extend(others.iter().map(|f| format!("{shown}: {}", f.rule.code)));
        if own.is_empty() && !linted.doubts.iter().any(|doubt| is_own(doubt.rule)) {
            missed.push(shown.clone());
        } else {
            surfaced += 1;
        }
        let lines: Vec<String> = own.iter().map(|f| line(f, &broken)).collect();
        if lines != defect.told {
            otherwise.push(format!("{shown}: {lines:#?}"));
        }
        told.push(lines);
    }
    let writes = std::env::var_os("UPDATE_FIXTURES").is_some();
    if writes {
        std::fs::write(&file, rewritten(&text, &told)).unwrap();
    }
    let count = defects.defects.len();
    let told = told.iter().filter(|lines| !lines.is_empty()).count();
    assert!(
        surfaced * 100 >= count * SURFACED,
        "{surfaced} of {count}; missed: {missed:#?}"
    );
    assert!(told * 100 >= count * TOLD, "{told} of {count}");
    assert!(
        accused.len() * 100 <= count * OTHERS,
        "{}: {accused:#?}",
        accused.len()
    );
    assert!(
        writes || otherwise.is_empty(),
        "`told` in {} is, and UPDATE_FIXTURES=1 writes it:\n{}",
        file.display(),
        otherwise.join("\n")
    );
}

fn broken(defect: &Defect, plan: &str) -> String {
    let name = &defect.name;
    let is_found = plan.contains(&defect.find);
    assert!(is_found, "{name}: `find` does not stand in {}", defect.base);
    plan.replacen(&defect.find, &defect.replace, 1)
}

/// Where a finding shows first, and what it says; `the plan` where something is missing from it.
fn line(finding: &PlanFinding, plan: &str) -> String {
    let message = &finding.message;
    let Some(place) = finding.places.first() else {
        return format!("the plan => {message}");
    };
    let text = plan.split('\n').nth(place.line - 1).unwrap();
    let to = if place.end_line == place.line {
        place.end_column - 1
    } else {
        text.chars().count()
    };
    let marked: String = text.chars().take(to).skip(place.column - 1).collect();
    format!("{}: {} => {message}", place.line, shortened(&marked))
}

/// The same file with what is told, by defect.
fn rewritten(text: &str, told: &[Vec<String>]) -> String {
    let mut entries = text.split("\n[[");
    let mut written = entries.next().unwrap().to_owned();
    for (entry, told) in entries.zip(told) {
        let lines = entry.lines().filter(|line| !line.starts_with("told = "));
        let kept = lines.collect::<Vec<_>>().join("\n");
        written.push_str("\n[[");
        written.push_str(kept.trim_end());
        written.push('\n');
        if !told.is_empty() {
            let told = toml::Value::from(told.clone());
            writeln!(written, "told = {told}").unwrap();
        }
    }
    written
}
