//! # PLN009 task-ids (MUST)
//!
//! Task ids are unique, name the phase they stand in, and count up from 1 without gaps.
//!
//! Dependencies and progress reports refer to tasks by their ids.
//!
//! Prompt: "Ids are unique, carry the number of the phase they stand in, and count up from 1
//! without gaps."
//!
//! Conforming: `[P2-T1]`, `[P2-T2]`, `[P2-T3]` in phase 2
//!
//! Violating: two tasks `[P2-T1]`, `[P2-T3]` behind `[P2-T1]`, or `[P3-T2]` in phase 2
//!
//! ```told
//! told = ["#task", "text: [Pn-Tm]", "task id|ids", "ids ..3 unique"]
//! ```

use crate::facts::{Phase, PlanFacts, Source, Task, TaskId};
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN009",
    slug: "task-ids",
    level: Level::Must,
    summary: "task ids are unique, in order, and those of their phase",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("task_ids.rs"),
    check: Check::Tasks(Matters::Always, check),
};

use std::collections::BTreeSet;

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let mut seen = BTreeSet::new();
    // A task that is right where it stands is not told for another that has its id and was.
    let mut told = BTreeSet::new();
    let mut findings = Vec::new();
    for (index, phase) in facts.plan.phases.iter().enumerate() {
        let tasks = facts.plan.tasks_of(phase);
        let number = number(phase, index, tasks);
        let mut expected: u32 = 1;
        let mut marked = tasks.iter().filter(|task| task.is_marked()).peekable();
        while let Some(task) = marked.next() {
            // A task without a usable id is told by PLN008; it takes its place all the same.
            let Some(id) = task.id() else {
                expected = expected.saturating_add(1);
                continue;
            };
            let next = TaskId {
                phase: number.unwrap_or(id.phase),
                task: expected,
            };
            let is_double = !seen.insert(id);
            let problem = if is_double && id != next {
                Some(format!(
                    "the id {id} is there already; this should be {next}"
                ))
            } else if is_double && !told.contains(&id) {
                // Both are right where they stand, as where two phases have one number.
                Some(format!("the id {id} is there already"))
            } else if id.phase != next.phase {
                Some(format!("{id} names another phase; this should be {next}"))
            } else if id.task != next.task {
                Some(format!("{id} is out of order; {next} comes next"))
            } else {
                None
            };
            // One slip is told once: where the next task goes on as if nothing had happened, this id
            // alone is wrong; otherwise the count goes on from it.
            let goes_on = marked
                .peek()
                .and_then(|task| task.id())
                .is_some_and(|id| id.task == expected.saturating_add(1));
            let is_foreign = id.phase != next.phase || id.task < expected;
            expected = if problem.is_some() && (goes_on || is_foreign) {
                expected.saturating_add(1)
            } else {
                id.task.saturating_add(1)
            };
            if let Some(problem) = problem {
                told.insert(id);
                findings.push(facts.finding(problem, &task.first_line));
            }
        }
    }
    Verdict::from_findings(findings, vec![facts.whole()])
}

/// The number that ids of the phase must name: the one that the heading states. Where the heading
/// is out of count, which PLN007 tells, and all tasks agree on the phase's place, they are right.
fn number(phase: &Phase, index: usize, tasks: &[Task]) -> Option<u32> {
    let place = u32::try_from(index).ok().map(|index| index + 1);
    let ids: BTreeSet<u32> = tasks
        .iter()
        .filter_map(Task::id)
        .map(|id| id.phase)
        .collect();
    let agreed = ids.first().copied().filter(|_| ids.len() == 1);
    if phase.number != place && agreed.is_some() && agreed == place {
        return place;
    }
    phase.number
}
