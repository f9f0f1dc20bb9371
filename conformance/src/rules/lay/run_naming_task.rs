//! # LAY002 run-naming-task (MUST)
//!
//! Some task provides deterministic run naming: the same configuration always gets the same run
//! name.
//!
//! A run that cannot be found by its configuration is run twice, or never found again.
//!
//! Prompt: "deterministic run names, derived from the configuration"
//!
//! Conforming: `Derive run names from method, parameters and seed`
//!
//! Violating: a plan that never says how runs are named

use crate::facts::{PlanFacts, Source, Task, TaskReading};
use crate::rules::{
    Check, Level, Rule,
    condition::{self, Sign},
};
use crate::verdict::Verdict;
use crate::vocabulary::{Topic, folded, near};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "LAY002",
    slug: "run-naming-task",
    level: Level::Must,
    summary: "a task provides deterministic run naming",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("run_naming_task.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let unasked = condition::unless_experiments(facts).or_else(|| condition::unless_tasks(facts));
    if let Some(verdict) = unasked {
        return verdict;
    }
    let missing =
        "no task provides deterministic run naming; plan names derived from the configuration";
    condition::some_task(facts, missing, Sign::Words, names_runs)
}

fn names_runs(task: &Task, reading: &TaskReading) -> bool {
    reading.all.has(Topic::Naming)
        || reading.text.has_all(&[Topic::RunName, Topic::Deriving])
        || (reading.text.has(Topic::RunName) && says_from_what(&task.text))
        || (!reading.text.has(Topic::Playbook)
            && (near(&task.text, &NAMES, &ORIGINS, REACH) || shows_pattern(task)))
}

/// What a run is told by.
const NAMES: [&str; 9] = [
    "designation*",
    "name",
    "names",
    "named",
    "naming",
    "identifier*",
    "slug*",
    "label",
    "labels",
];

/// How it comes about that the same run always gets the same.
const ORIGINS: [&str; 13] = [
    "after",
    "determin*",
    "deriv*",
    "function",
    "hash*",
    "encod*",
    "comput*",
    "compos*",
    "scheme",
    "convention",
    "pattern",
    "template",
    "reproducib*",
];

/// Whether a name is shown by its pattern or by an example: `vit-{rate}-s{seed}`, `btree-q1-0`.
fn shows_pattern(task: &Task) -> bool {
    let words = folded(&task.text);
    let speaks_of_names = [
        " name",
        " label",
        " identifier",
        " slug",
        " called ",
        " run id",
    ]
    .iter()
    .any(|word| words.contains(word));
    let mut codes = task.text.split('`').skip(1).step_by(2);
    codes.any(|code| is_pattern(code) || (speaks_of_names && is_example(code)))
}

fn is_word(code: &str) -> bool {
    !code.contains(|c: char| c.is_whitespace() || "/.:|=,(".contains(c))
}

/// Two things to be filled in, joined like the parts of a name.
fn is_pattern(code: &str) -> bool {
    is_word(code) && code.contains(['-', '_']) && code.matches(['{', '<']).count() >= 2
}

fn is_example(code: &str) -> bool {
    let parts = code.split(['-', '_']).filter(|part| !part.is_empty());
    is_word(code) && parts.count() >= 3 && code.contains(|c: char| c.is_ascii_digit())
}

/// How many words there may be between a name and what it is made from.
const REACH: usize = 8;

/// Whether a name is said to be made from something: `run name lr0.1-s1 from rate and seed`.
fn says_from_what(text: &str) -> bool {
    let words = folded(text);
    let words: Vec<&str> = words.split_whitespace().collect();
    words.iter().enumerate().any(|(at, word)| {
        let behind = &words[at..words.len().min(at + REACH)];
        word.starts_with("name") && behind.contains(&"from")
    })
}
