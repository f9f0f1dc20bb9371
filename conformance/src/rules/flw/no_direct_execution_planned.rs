//! # FLW006 no-direct-execution-planned (MUST)
//!
//! No task tells the agent to execute a training, evaluation or benchmark script itself: such an
//! invocation appears only as the command of a run. Looking is allowed (`--help`, `-m py_compile`,
//! tests), and so is a prohibition.
//!
//! What is started by hand is invisible to the user and cannot be audited.
//!
//! Prompt: "no task of the plan may tell an iteration to execute such a script; a script invocation
//! appears only as the `command` of a run"
//!
//! Conforming: `Create a run with the command python train.py --lr 0.1`
//!
//! Violating: `Run python train.py --lr 0.1 and note the loss`

use crate::facts::{Execution, PlanFacts, Source};
use crate::rules::{Check, Level, Rule, condition};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "FLW006",
    slug: "no-direct-execution-planned",
    level: Level::Must,
    summary: "no task executes an experiment itself",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("no_direct_execution_planned.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let unasked = condition::unless_experiments(facts).or_else(|| condition::unless_tasks(facts));
    if let Some(verdict) = unasked {
        return verdict;
    }
    let entry_points = facts.context.entry_points.as_deref();
    let mut findings = Vec::new();
    for (task, reading) in facts.tasks() {
        let ordered = Execution::ordered_by(task, reading, entry_points);
        findings.extend(ordered.map(|execution| {
            facts.finding(
                format!(
                    "{} executes `{}` itself; make it the command of a run created with `POST /runs`",
                    task.name(),
                    execution.script
                ),
                &task.first_line,
            )
        }));
    }
    Verdict::from_findings(findings, vec![facts.whole()])
}
