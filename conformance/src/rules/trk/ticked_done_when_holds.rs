//! # TRK021 ticked-done-when-holds (MUST)
//!
//! A task is ticked only when its done-when holds, so far as that can be computed: a number of runs
//! that have finished, a file that exists, a table with so many rows. The case says what a done-when
//! computes to; where it does not, its words are read, and what they leave open is not asked.
//!
//! The next iteration builds on what is ticked.
//!
//! Prompt: "Set the task to `[x]` if its done-when holds, and leave it at `[/]` if it is not
//! finished"
//!
//! Conforming: `[/] [P3-T1]` while 7 of the 8 runs of its done-when have finished
//!
//! Violating: `[x] [P3-T1]` then
//!
//! ```told
//! told = [
//!     "text: `[x]`",
//!     "mark|tick|check|set ..8 done when",
//!     "only|if|when ..3 done when ..2 holds|hold|met|satisfied|true",
//! ]
//! ```

use crate::facts::{
    Condition, ExecutionFacts, Experiment, Facts, RunFacts, Source, Ticked, has_file, rows,
};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Doubt, Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK021",
    slug: "ticked-done-when-holds",
    level: Level::Must,
    summary: "a task is ticked only when its done-when holds",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("ticked_done_when_holds.rs"),
    check: Check::Iteration(check),
};

fn check(facts: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    if execution.ticked.is_empty() {
        return Verdict::not_applicable("no task was ticked");
    }
    let (mut findings, mut doubts, mut shown) = (Vec::new(), Vec::new(), Vec::new());
    for task in &execution.ticked {
        let at = Reference::line(facts.workspace.tasks_file, task.line);
        for condition in &task.conditions {
            match holds(facts, execution, task, condition) {
                Held::Yes => shown.push(at.clone()),
                Held::Unknown => {}
                Held::No(why) if !task.is_rewritten => findings.push(Finding::new(
                    format!(
                        "{} is ticked, and its done-when does not hold: {why}",
                        task.id
                    ),
                    vec![at.clone()],
                )),
                Held::No(why) => {
                    let was = "The done-when that this iteration found does not hold";
                    doubts.push(Doubt::of(
                        format!(
                            "{was}: {why}. Was there a good reason to change that of {}?",
                            task.id
                        ),
                        at.clone(),
                    ));
                }
                Held::Unclear(why) => {
                    doubts.push(Doubt::of(
                        format!("Does the done-when of {} hold? {why}.", task.id),
                        at.clone(),
                    ));
                }
            }
        }
    }
    if !findings.is_empty() {
        Verdict::Fail(findings)
    } else if !doubts.is_empty() {
        Verdict::Doubtful(doubts)
    } else if shown.is_empty() {
        Verdict::not_applicable("no done-when of a ticked task can be computed")
    } else {
        Verdict::Pass(shown)
    }
}

/// Whether a condition holds.
enum Held {
    Yes,
    /// It does not, and why.
    No(String),
    /// A reader could take it either way, and why.
    Unclear(String),
    /// The evidence does not tell.
    Unknown,
}

fn holds(
    facts: &Facts<'_>,
    execution: &ExecutionFacts<'_>,
    task: &Ticked,
    condition: &Condition,
) -> Held {
    let workspace = &facts.workspace;
    match condition {
        Condition::Runs { count, state } => {
            let there = iteration::session_runs(execution).filter(|run| state.has(&run.last));
            let there: Vec<&RunFacts<'_>> = there.collect();
            let owner = |run: &RunFacts<'_>| execution.tracing.owners.get(&run.id);
            let of_others = there
                .iter()
                .filter(|run| owner(run).is_some_and(|owner| *owner != task.id))
                .count();
            // A task that is not there to start runs asks for those of others, whether it has some or none.
            let is_to_have = task.experiment != Experiment::No;
            let (own, all) = ((there.len() - of_others) as u64, there.len() as u64);
            let state = state.word();
            if own >= *count || all >= *count && !is_to_have {
                Held::Yes
            } else if all >= *count && task.is_declared {
                Held::No(format!(
                    "it asks for {count} {state} runs, and {own} of the {all} are its own"
                ))
            } else if all >= *count {
                let why = "runs of other tasks make up the number";
                Held::Unclear(format!(
                    "It asks for {count} {state} runs, and {why}: {own} are its own"
                ))
            } else {
                Held::No(format!(
                    "it asks for {count} {state} runs, and there are {all}"
                ))
            }
        }
        Condition::File(file) if has_file(workspace.after, file) => Held::Yes,
        Condition::File(file) => Held::No(format!("there is no {file}")),
        Condition::Rows { file, .. } if !has_file(workspace.after, file) => {
            Held::No(format!("there is no {file}"))
        }
        Condition::Rows { file, count } => match rows(workspace.after, workspace.texts, file) {
            None => Held::Unknown,
            Some(rows) if rows >= *count => Held::Yes,
            Some(rows) => Held::No(format!("it asks for {count} rows, and {file} has {rows}")),
        },
    }
}
