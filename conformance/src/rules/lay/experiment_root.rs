//! # LAY001 experiment-root (MUST)
//!
//! The planning notes state the experiment root: `exp` where that folder existed beforehand,
//! `.wild/experiments` where it did not. No deliverable lies under the other of the two. Where it
//! is not known whether `exp` existed, either will do.
//!
//! Two roots, or one that nobody announced, scatter what belongs together.
//!
//! Prompt: "State it in the planning notes."
//!
//! Conforming: `Experiment root and logging layout: .wild/experiments, as there is no exp/`
//!
//! Violating: `Experiment root: results/`, or a deliverable `exp/log.csv` in a project without
//! `exp`

use crate::facts::{Part, PlanFacts, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;
use crate::vocabulary::{Topic, Topics, folded};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "LAY001",
    slug: "experiment-root",
    level: Level::Must,
    summary: "the notes state the right experiment root, and deliverables lie under it",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("experiment_root.rs"),
    check: Check::Plan(check),
};

/// The root for a project that has it already.
const EXISTING: &str = "exp";

/// The root for all others.
const OTHERWISE: &str = ".wild/experiments";

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let allowed = allowed(facts);
    let mut findings = Vec::new();
    if let Some(section) = facts.plan.notes() {
        let parts = facts.plan.parts(section);
        let places: Vec<&Part> = parts.iter().filter(|part| is_about_root(part)).collect();
        if let Some(part) = places
            .iter()
            .find(|part| decides_otherwise(facts, part, allowed))
        {
            findings.push(facts.finding(wrong_root(allowed), &part.span));
        } else if !parts
            .iter()
            .any(|part| names_one_of(facts, &words_of(part), allowed))
        {
            let span = places.first().map_or(&section.heading, |part| &part.span);
            findings.push(facts.finding(
                format!(
                    "the notes do not state the experiment root; it is {}",
                    shown(allowed)
                ),
                span,
            ));
        }
    }
    if let [root] = allowed {
        findings.extend(misplaced(facts, root));
    }
    if facts.plan.notes().is_none() && findings.is_empty() {
        return Verdict::not_applicable("there are no planning notes, see PLN003");
    }
    Verdict::from_findings(findings, vec![facts.whole()])
}

/// The roots that may be chosen.
fn allowed(facts: &PlanFacts<'_>) -> &'static [&'static str] {
    // A folder that is there now may be the agent's own; one that is not there never was.
    let existed = facts.context.exp_existed.or_else(|| {
        facts
            .tree
            .is_some_and(|tree| !tree.is_folder(EXISTING))
            .then_some(false)
    });
    match existed {
        Some(true) => &[EXISTING],
        Some(false) => &[OTHERWISE],
        None => &[EXISTING, OTHERWISE],
    }
}

fn shown(roots: &[&str]) -> String {
    let roots: Vec<String> = roots.iter().map(|root| format!("`{root}`")).collect();
    roots.join(" or ")
}

fn wrong_root(allowed: &[&str]) -> String {
    match allowed {
        [EXISTING] => "the experiment root must be `exp`, which existed already".to_owned(),
        [OTHERWISE] => {
            "the experiment root must be `.wild/experiments`, as there was no `exp`".to_owned()
        }
        _ => format!("the experiment root must be {}", shown(allowed)),
    }
}

fn is_about_root(part: &Part) -> bool {
    let label = if part.label.is_empty() {
        &part.text
    } else {
        &part.label
    };
    Topics::of(label).has(Topic::Root)
}

fn words_of(part: &Part) -> Vec<String> {
    words_of_text(&format!("{} {}", part.label, part.text))
}

fn words_of_text(text: &str) -> Vec<String> {
    let is_separator = |c: char| c.is_whitespace() || ",;`\"'()[]*:|=".contains(c);
    text.split(is_separator)
        .map(|word| word.trim_end_matches(['.', '!', '?']).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether a word is this root or a path below it.
fn is_root(facts: &PlanFacts<'_>, word: &str, root: &str) -> bool {
    let relative = facts.relative(word);
    let bare = relative.trim_start_matches("./").trim_end_matches('/');
    bare == root
        || bare
            .strip_prefix(root)
            .is_some_and(|rest| rest.starts_with('/'))
}

fn names_one_of(facts: &PlanFacts<'_>, words: &[String], roots: &[&str]) -> bool {
    words
        .iter()
        .any(|word| roots.iter().any(|root| is_root(facts, word, root)))
}

/// Words that tell English from other languages in one sentence.
const ENGLISH: [&str; 9] = [
    " the ",
    " is ",
    " as ",
    " because ",
    " there ",
    " and ",
    " no ",
    " which ",
    " since ",
];

/// How many words behind the word `root` a path is still what it is about.
const REACH: usize = 6;

/// Whether the note gives another root: it names none of those that may be chosen, and some other
/// path; or the first path behind the word `root` is the other one, and is not denied.
fn decides_otherwise(facts: &PlanFacts<'_>, part: &Part, allowed: &[&str]) -> bool {
    let [root] = allowed else {
        return false;
    };
    let other = if *root == EXISTING {
        OTHERWISE
    } else {
        EXISTING
    };
    let words = words_of(part);
    let names_other = names_one_of(facts, &words, &[other]);
    if !names_one_of(facts, &words, allowed) {
        return names_other;
    }
    // What is said of both in another language may well deny the first.
    if !is_english(&part.text) {
        return false;
    }
    let text = words_of_text(&part.text);
    // Behind a label that speaks of the root the text begins with it.
    let is_labelled = Topics::of(&part.label).has(Topic::Root);
    let at = text
        .iter()
        .position(|word| word.eq_ignore_ascii_case("root"));
    let Some(from) = at.map(|at| at + 1).or(is_labelled.then_some(0)) else {
        return false;
    };
    let behind = &text[from..];
    let first = behind
        .iter()
        .take(REACH)
        .position(|word| names_one_of(facts, std::slice::from_ref(word), &[EXISTING, OTHERWISE]));
    first.is_some_and(|first| {
        is_root(facts, &behind[first], other) && !is_denied(&behind[..first], &behind[first + 1..])
    })
}

fn is_english(text: &str) -> bool {
    let words = folded(text);
    let is_known = |word: &&str| words.contains(*word);
    text.is_ascii() && ENGLISH.iter().any(is_known)
}

/// Whether the words around a path deny it: `no exp`, `exp does not exist`.
fn is_denied(before: &[String], behind: &[String]) -> bool {
    let reasons = ["because", "since", "as", "so", "for"];
    let behind: Vec<&str> = behind
        .iter()
        .take(3)
        .map(String::as_str)
        .take_while(|word| !reasons.contains(word))
        .collect();
    let around = format!("{} / {}", before.join(" "), behind.join(" "));
    Topics::of(&around).has(Topic::Negation)
}

/// Deliverables under the root that was not to be chosen.
fn misplaced(facts: &PlanFacts<'_>, root: &str) -> Vec<crate::verdict::Finding> {
    let other = if root == EXISTING {
        OTHERWISE
    } else {
        EXISTING
    };
    let mut findings = Vec::new();
    for field in facts.plan.tasks().filter_map(|task| task.deliverable()) {
        for (path, span) in facts.plan.paths(field) {
            if is_root(facts, &path, other) && !facts.is_beside_plan(&path) {
                let message =
                    format!("{path} is outside the experiment root; put it below `{root}`");
                findings.push(facts.finding(message, &span));
            }
        }
    }
    findings
}
