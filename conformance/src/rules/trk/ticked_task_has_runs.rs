//! # TRK019 ticked-task-has-runs (MUST)
//!
//! A task that is an experiment is ticked only when a run of it has ended: finished, failed or
//! stopped, in this iteration or in an earlier one. The case says which tasks are experiments;
//! where it does not, those are that name the request which starts runs. A task whose words merely speak
//! of runs may go on with those of a task that it depends on.
//!
//! The end of a run is what the server was told: one that the agent reported itself counts.
//!
//! A ticked box without a run is a result that somebody made up.
//!
//! Prompt: "Every trial is a run made by `POST {{server_url}}/runs`"
//!
//! Conforming: `[x] [P2-T2]` after the benchmark's run has finished
//!
//! Violating: `[x] [P2-T2]` and a table, and no run on the server
//!
//! ```told
//! told = ["@create", "every|each|all trial*|experiment*|run|runs ..6 tracked"]
//! ```

use crate::facts::{ExecutionFacts, Experiment, Facts, RunFacts, Source, Ticked};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Doubt, Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK019",
    slug: "ticked-task-has-runs",
    level: Level::Must,
    summary: "an experiment is ticked only after a run of it has ended",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("ticked_task_has_runs.rs"),
    check: Check::Iteration(check),
};

fn check(facts: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let ticked = execution.ticked.iter();
    let experiments: Vec<&Ticked> = ticked
        .filter(|task| task.experiment != Experiment::No)
        .collect();
    if experiments.is_empty() {
        return Verdict::not_applicable("no experiment was ticked");
    }
    let (mut findings, mut doubts, mut shown) = (Vec::new(), Vec::new(), Vec::new());
    for task in experiments {
        let at = Reference::line(facts.workspace.tasks_file, task.line);
        match trial(execution, task) {
            Trial::Ended => shown.push(at),
            Trial::OfAnother => doubts.push(Doubt::of(
                format!(
                    "Does any run that has ended belong to {}? None starts a script that it names.",
                    task.id
                ),
                at,
            )),
            Trial::None if task.experiment == Experiment::Sure => findings.push(Finding::new(
                format!(
                    "{} is ticked, and no tracked run of it has ended; leave it at `[/]` until one has",
                    task.id
                ),
                vec![at],
            )),
            Trial::None => doubts.push(Doubt::of(
                format!("Is {} an experiment? It is ticked, and no run has ended.", task.id),
                at,
            )),
        }
    }
    if findings.is_empty() && !doubts.is_empty() {
        return Verdict::Doubtful(doubts);
    }
    Verdict::from_findings(findings, shown)
}

/// What there is of runs for a task.
enum Trial {
    /// A run of it has ended.
    Ended,
    /// Runs have ended that seem to belong to another task.
    OfAnother,
    /// None has.
    None,
}

fn trial(execution: &ExecutionFacts<'_>, task: &Ticked) -> Trial {
    let owner = |run: &RunFacts<'_>| execution.tracing.owners.get(&run.id).copied();
    let plan = &execution.before;
    let goes_on_with = |earlier| {
        let pair = plan.task(task.id).zip(plan.task(earlier));
        let follows = pair.is_some_and(|(own, earlier)| plan.depends_transitively(own, earlier));
        task.experiment == Experiment::Likely && follows
    };
    let is_own = |run: &&RunFacts<'_>| match owner(run) {
        Some(owner) => owner == task.id || goes_on_with(owner),
        // What starts no planned script may start one by another way; what was there before may be
        // anybody's.
        None => run.created.is_some(),
    };
    let mut ended = iteration::session_runs(execution).filter(|run| run.has_ended());
    if ended.clone().any(|run| is_own(&run)) {
        Trial::Ended
    } else if ended.next().is_some() {
        Trial::OfAnother
    } else {
        Trial::None
    }
}
