//! # LAY003 output-capture-task (MUST)
//!
//! Some task provides that the stdout and stderr of runs are captured to files.
//!
//! What a run printed is the only witness of how it failed.
//!
//! Prompt: "capture of stdout and stderr to files"
//!
//! Conforming: `Write a launcher that redirects stdout and stderr to exp/logs/<run>.log`, with the
//! name filled in
//!
//! Violating: a plan in which nothing is captured

use crate::facts::{PlanFacts, Source, Task, TaskReading};
use crate::rules::{
    Check, Level, Rule,
    condition::{self, Sign},
};
use crate::verdict::Verdict;
use crate::vocabulary::{Topic, Topics, follows};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "LAY003",
    slug: "output-capture-task",
    level: Level::Must,
    summary: "a task provides capture of stdout and stderr to files",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("output_capture_task.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let unasked = condition::unless_experiments(facts).or_else(|| condition::unless_tasks(facts));
    if let Some(verdict) = unasked {
        return verdict;
    }
    let missing =
        "no task captures stdout and stderr to files; plan it, for example in the launcher";
    condition::some_task(facts, missing, Sign::Words, captures)
}

fn captures(task: &Task, reading: &TaskReading) -> bool {
    reading.all.has(Topic::Capture)
        || reading.all.has_all(&[Topic::LogFile, Topic::Writing])
        || keeps_output(task.full_text())
        || [">&", "&>", "|&", "--output=", "--error=", "2> "]
            .iter()
            .any(|mark| task.full_text().contains(mark))
}

/// How far behind what runs print the place may stand that it goes to.
const REACH: usize = 12;

/// Whether what runs print is said to go to a log: `output and errors land in logs/`.
fn keeps_output(text: &str) -> bool {
    const PRINTED: [&str; 10] = [
        "output",
        "print",
        "everything",
        "errors",
        "prints",
        "printed",
        "messages",
        "stream",
        "streams",
        "says",
    ];
    const GOING: [&str; 11] = [
        "kept", "goes", "go", "land", "lands", "sent", "written", "into", "ends", "end", "routed",
    ];
    const LOGS: [&str; 4] = ["log", "logs", "logfile*", "transcript*"];
    text.split(';').any(|clause| {
        let goes = Topics::of(clause).has(Topic::Writing) || follows(clause, &GOING, &["*"], 1);
        goes && follows(clause, &PRINTED, &LOGS, REACH)
    })
}
