//! # PLN013 dependencies-resolve (MUST)
//!
//! Each dependency names a task that exists, none depends on itself, and dependencies close no
//! circle. A dependency may point forward.
//!
//! A task with a dependency that is never met is never started.
//!
//! Prompt: "Dependencies name tasks that exist and never form a circle."
//!
//! Conforming: `depends: P1-T2`
//!
//! Violating: `depends: P9-T9`, or two tasks that wait for each other
//!
//! ```told
//! told = [
//!     "task* ..1 dependenc*|depend*",
//!     "dependenc* ..5 task*|exist*|circle*|cycl*",
//!     "depend* ..2 #task",
//! ]
//! ```

use crate::facts::{Dependency, Plan, PlanFacts, Source, Task, TaskId};
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::{Finding, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN013",
    slug: "dependencies-resolve",
    level: Level::Must,
    summary: "dependencies name other tasks and form no circle",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("dependencies_resolve.rs"),
    check: Check::Tasks(Matters::Always, check),
};

/// How many unknown tasks a finding names.
const NAMED: usize = 5;

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let plan = facts.plan;
    let mut findings = Vec::new();
    for task in plan.tasks() {
        let own = |dependency: &&Dependency| Some(dependency.id) == task.id();
        if let Some(dependency) = task.dependencies.iter().find(own) {
            let message = format!("{} depends on itself", dependency.id);
            findings.push(facts.finding(message, &dependency.span));
        }
        findings.extend(unknown(facts, task));
    }
    findings.extend(circles(plan).into_iter().map(|(task, text)| {
        let message = format!("these tasks wait for each other: {text}");
        facts.finding(message, &task.first_line)
    }));
    Verdict::from_findings(findings, vec![facts.whole()])
}

/// What a task waits for although there is no such task: one finding with all of its places.
fn unknown(facts: &PlanFacts<'_>, task: &Task) -> Option<Finding> {
    let plan = facts.plan;
    let others = task.dependencies.iter().filter(|dependency| {
        let id = dependency.id;
        Some(id) != task.id() && plan.task(id).is_none() && !is_misnamed(plan, id)
    });
    let mut unknown: Vec<&Dependency> = others.collect();
    unknown.dedup_by_key(|dependency| dependency.id);
    let named: Vec<String> = unknown
        .iter()
        .take(NAMED)
        .map(|dependency| dependency.id.to_string())
        .collect();
    let more = unknown.len().saturating_sub(named.len());
    let named = named.join(", ");
    let message = match (unknown.len(), more) {
        (0, _) => return None,
        (1, _) => format!("there is no task {named} to depend on"),
        (_, 0) => format!("there are no tasks {named} to depend on"),
        (_, more) => format!("there are no tasks {named} and {more} more to depend on"),
    };
    let places = unknown.iter().take(NAMED).map(|d| facts.at(&d.span));
    Some(Finding::new(message, places.collect()))
}

/// Whether a task stands where `id` would be: then its own id is wrong, which PLN008 or PLN009 tells.
fn is_misnamed(plan: &Plan, id: TaskId) -> bool {
    let place = |number: u32| usize::try_from(number).ok()?.checked_sub(1);
    let phase = place(id.phase).and_then(|index| plan.phases.get(index));
    phase
        .zip(place(id.task))
        .is_some_and(|(phase, index)| plan.tasks_of(phase).get(index).is_some())
}

/// How far a task has been followed.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Unseen,
    Open,
    Closed,
}

/// One task of each circle, with the circle in words. Tasks that wait for themselves are told
/// elsewhere.
fn circles(plan: &Plan) -> Vec<(&Task, String)> {
    let tasks: Vec<&Task> = plan.tasks().collect();
    let mut states = vec![State::Unseen; tasks.len()];
    let mut found = Vec::new();
    for root in &tasks {
        let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
        open(plan, root, &mut states, &mut path);
        while let Some((index, rest)) = path.last_mut() {
            let Some(next) = rest.pop() else {
                states[*index] = State::Closed;
                path.pop();
                continue;
            };
            match states[next] {
                State::Closed => {}
                State::Unseen => open(plan, tasks[next], &mut states, &mut path),
                State::Open => {
                    let start = path.iter().position(|(on, _)| *on == next).unwrap_or(0);
                    let names: Vec<String> = path[start..]
                        .iter()
                        .map(|(on, _)| tasks[*on].name())
                        .collect();
                    found.push((tasks[next], names.join(", ")));
                }
            }
        }
    }
    found
}

fn open(plan: &Plan, task: &Task, states: &mut [State], path: &mut Vec<(usize, Vec<usize>)>) {
    if states[task.index] != State::Unseen {
        return;
    }
    states[task.index] = State::Open;
    let others = plan.dependencies(task).map(|other| other.index);
    path.push((
        task.index,
        others.filter(|index| *index != task.index).collect(),
    ));
}
