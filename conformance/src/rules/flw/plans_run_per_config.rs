//! # FLW005 plans-run-per-config (MUST)
//!
//! Where the goal has a grid, some task says that each configuration is a run of its own.
//!
//! A loop within one run hides which configuration failed.
//!
//! Prompt: "Where the goal has a grid, a task of the plan says that each configuration gets a run
//! of its own."
//!
//! Conforming: `one run per combination of lr and schedule`
//!
//! Violating: a task that starts the grid search as one run

use crate::facts::{PlanFacts, Source, Task, TaskReading};
use crate::rules::{
    Check, Level, Rule,
    condition::{self, Sign},
};
use crate::verdict::Verdict;
use crate::vocabulary::{Topic, folded, follows, near};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "FLW005",
    slug: "plans-run-per-config",
    level: Level::Must,
    summary: "each configuration of the grid is its own run",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("plans_run_per_config.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let unasked = condition::unless_experiments(facts).or_else(|| condition::unless_tasks(facts));
    if let Some(verdict) = unasked {
        return verdict;
    }
    match facts.context.has_grid() {
        Some(true) => {}
        Some(false) => return Verdict::not_applicable("the goal has no grid"),
        None => return Verdict::not_applicable("whether the goal has a grid is not known"),
    }
    let missing = "the goal has a grid, and no task says that each configuration is its own run";
    condition::some_task(facts, missing, Sign::Words, |task, reading| {
        says_so(task, reading)
    })
}

fn says_so(task: &Task, reading: &TaskReading) -> bool {
    reading.all.has(Topic::OneRunEach)
        || (may_create(reading) && makes_each_one(task.full_text()))
        || (creates(reading) && reading.text.has(Topic::EachConfiguration))
}

/// What a run is made by.
const RUNS: [&str; 6] = ["run", "runs", "post", "request", "job", "call"];

/// Whether each of several things is said to become a run: `each cell a POST /runs`, `registered
/// separately`, `one call for every pair`.
fn makes_each_one(text: &str) -> bool {
    const MAKING: [&str; 8] = [
        "register*",
        "creat*",
        "submit*",
        "post*",
        "launch*",
        "queue*",
        "enqueue*",
        "request*",
    ];
    near(text, &["separately", "individually"], &MAKING, 4)
        || text
            .split(['.', ';'])
            .any(|clause| becomes_one(clause) || is_of_one(clause) || one_for_each(clause))
}

/// `each cell a POST /runs`
fn becomes_one(clause: &str) -> bool {
    const ARTICLES: [&str; 5] = ["a", "an", "one", "own", "separate"];
    let words = folded(clause);
    let is_made = |article: &str| {
        RUNS.iter()
            .any(|run| words.contains(&format!(" {article} {run} ")))
    };
    let distributes = [" each ", " every ", " per "]
        .iter()
        .any(|word| words.contains(word));
    distributes
        && ARTICLES.iter().any(|article| {
            is_made(article) && follows(clause, &["each", "every", "per"], &[article], 6)
        })
}

/// `each with exactly one pair of rate and seed`
fn is_of_one(clause: &str) -> bool {
    const POINTS: [&str; 6] = ["pair", "combination", "config*", "cell", "setting", "point"];
    follows(clause, &["each", "every"], &["one", "single"], 6)
        && follows(clause, &["one", "single"], &POINTS, 3)
}

/// `one call for every pair`
fn one_for_each(clause: &str) -> bool {
    const REACH: usize = 5;
    let words = folded(clause);
    [" per ", " for each ", " for every "].iter().any(|each| {
        words.split_once(each).is_some_and(|(before, _)| {
            let last: Vec<&str> = before.rsplit(' ').take(REACH).collect();
            let has = |wanted: &[&str]| last.iter().any(|word| wanted.contains(word));
            has(&["one", "single", "separate"]) && has(&RUNS)
        })
    })
}

fn creates(reading: &TaskReading) -> bool {
    reading.text.has(Topic::Creating) && may_create(reading)
}

fn may_create(reading: &TaskReading) -> bool {
    reading.names("POST", "/runs") || reading.starts_runs()
}
