//! # FLW003 plans-capacity (MUST)
//!
//! Where the goal asks for experiments, some task names one of `/cluster/detect`, `/cluster` and
//! `/wild/v2/system-health`, and not only after runs were started in parallel.
//!
//! How many runs fit is asked, not guessed.
//!
//! Prompt: "The plan has a task for this, before the first parallel start."
//!
//! Conforming: `Discover capacity: POST /cluster/detect, GET /cluster`
//!
//! Violating: a plan that starts four runs and never asks

use crate::facts::{PlanFacts, Source, Task, TaskReading};
use crate::rules::{Check, Level, Rule, condition};
use crate::verdict::Verdict;
use crate::vocabulary::Topic;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "FLW003",
    slug: "plans-capacity",
    level: Level::Must,
    summary: "a task discovers capacity before runs start in parallel",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("plans_capacity.rs"),
    check: Check::Plan(check),
};

/// Where capacity is read.
const ENDPOINTS: [&str; 3] = ["/cluster/detect", "/cluster", "/wild/v2/system-health"];

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let unasked = condition::unless_experiments(facts).or_else(|| condition::unless_tasks(facts));
    if let Some(verdict) = unasked {
        return verdict;
    }
    let asks = |reading: &TaskReading| {
        let named = |path: &&str| {
            reading
                .endpoints
                .iter()
                .any(|endpoint| endpoint.path == **path)
        };
        ENDPOINTS.iter().any(named)
    };
    let asking: Vec<&Task> = facts
        .tasks()
        .filter(|(_, reading)| asks(reading))
        .map(|(task, _)| task)
        .collect();
    let Some(first) = asking.first() else {
        return Verdict::fail(
            "no task reads `/cluster/detect`, `/cluster` or `/wild/v2/system-health`; plan one before \
             runs start in parallel",
            vec![facts.whole()],
        );
    };
    let starts = facts
        .tasks()
        .find(|(_, reading)| starts_in_parallel(reading));
    match starts {
        Some((start, _)) if start.index < first.index && !waits(facts, start, &asking) => {
            Verdict::Fail(vec![facts.finding(
                format!(
                    "{} starts runs in parallel before {} discovers capacity",
                    start.name(),
                    first.name()
                ),
                &start.first_line,
            )])
        }
        _ => Verdict::Pass(vec![facts.at_task(first)]),
    }
}

fn starts_in_parallel(reading: &TaskReading) -> bool {
    reading.is_experiment() && reading.text.has(Topic::Parallel)
}

fn waits(facts: &PlanFacts<'_>, start: &Task, asking: &[&Task]) -> bool {
    asking
        .iter()
        .any(|task| facts.plan.depends_transitively(start, task))
}
