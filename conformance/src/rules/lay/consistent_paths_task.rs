//! # LAY005 consistent-paths-task (MUST)
//!
//! Some task makes run commands use the planned script and log paths consistently: it states so, or
//! it shows run commands with such paths.
//!
//! A log that lies where nobody planned it is not collected.
//!
//! Prompt: "consistent paths: run commands use the planned script and log paths and no others"
//!
//! Conforming: `Run commands use exp/scripts/launch.sh and exp/logs/ consistently`
//!
//! Violating: a plan whose commands name neither script nor log of the layout

use crate::facts::{PlanFacts, Source, Task, TaskReading};
use crate::rules::{
    Check, Level, Rule,
    condition::{self, Sign},
};
use crate::verdict::Verdict;
use crate::vocabulary::{Topic, folded, follows, near};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "LAY005",
    slug: "consistent-paths-task",
    level: Level::Must,
    summary: "run commands use the planned paths consistently",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("consistent_paths_task.rs"),
    check: Check::Plan(check),
};

/// Signs of a path of the layout.
const PLANNED: [&str; 7] = [
    "scripts/", "logs/", ".log", ".sh", ".out", ".err", ".sbatch",
];

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let unasked = condition::unless_experiments(facts).or_else(|| condition::unless_tasks(facts));
    if let Some(verdict) = unasked {
        return verdict;
    }
    let missing = "no task makes run commands use the planned script and log paths; say so in one";
    condition::some_task(facts, missing, Sign::Words, |task, reading| {
        reading.all.has(Topic::PathRule)
            || binds_commands(&task.text)
            || shows_planned_paths(task, reading)
    })
}

/// Whether commands are said to keep to places: `no command may point anywhere but there`.
fn binds_commands(text: &str) -> bool {
    const PLACES: [&str; 13] = [
        "launcher",
        "directory",
        "directories",
        "path",
        "paths",
        "location*",
        "place",
        "places",
        "these",
        "those",
        "folder",
        "folders",
        "wrapper",
    ];
    const TOOLS: [&str; 4] = ["script", "launcher", "wrapper", "runner"];
    const EXCLUSIVE: [&str; 5] = ["only", "other", "else", "exclusively", "always"];
    let names_commands = |clause: &str| {
        let words = folded(clause);
        [
            " commands ",
            " invocations ",
            " run command ",
            " no command ",
            " each command ",
            " every command ",
        ]
        .iter()
        .any(|phrase| words.contains(phrase))
    };
    let is_exclusive = |clause: &str| {
        follows(clause, &["every", "each", "all"], &["run", "runs"], 2)
            && near(clause, &EXCLUSIVE, &TOOLS, 8)
    };
    text.split([';', '.']).any(is_exclusive)
        || text.split(';').any(|clause| {
            names_commands(clause)
                && near(clause, &["command", "commands", "invocations"], &PLACES, 12)
        })
}

/// Whether the task shows how runs are started, with paths of the layout.
fn shows_planned_paths(task: &Task, reading: &TaskReading) -> bool {
    let has_path = |text: &str| PLANNED.iter().any(|sign| text.contains(sign));
    // What a done-when runs is a check, and no command of a run.
    let done_when = task.field("done-when").unwrap_or_default();
    let is_command =
        |code: &&String| code.contains([' ', '\n']) && !done_when.contains(code.as_str());
    let words = folded(&task.text);
    let speaks_of_commands = [
        " commands ",
        " run command ",
        " each command ",
        " every command ",
    ]
    .iter()
    .any(|phrase| words.contains(phrase));
    task.code_spans()
        .iter()
        .filter(is_command)
        .any(|code| has_path(code))
        || ((speaks_of_commands || reading.starts_runs()) && has_path(&task.text))
}
