//! # TRK008 command-workdir (SHOULD)
//!
//! The command of a run starts with `cd` to the working directory, or the run's `workdir` is set to
//! it.
//!
//! A run starts wherever its server does.
//!
//! Prompt: "The command starts with `cd {{workdir}} &&`"
//!
//! Conforming: `cd /w && python train.py`
//!
//! Violating: `python train.py`
//!
//! ```told
//! told = [
//!     "command* ..4 cd|begin*|start*|working",
//!     "workdir|working directory & command*",
//!     "text: cd {{workdir}} &&",
//! ]
//! ```

use crate::facts::{Command, ExecutionFacts, Facts, Source};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK008",
    slug: "command-workdir",
    level: Level::Should,
    summary: "commands start in the working directory",
    sources: &[Source::Journal],
    source_text: include_str!("command_workdir.rs"),
    check: Check::Iteration(check),
};

fn check(_: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let is_workdir = |path: &str| path.trim_end_matches('/') == execution.workdir;
    let findings = execution.runs.created().filter_map(|run| {
        let starts_there = run.commands().all(|command| {
            let command = Command::parse(command);
            command.starts_in().is_some_and(is_workdir)
        });
        let is_set = run.workdir.as_deref().is_some_and(is_workdir);
        (!starts_there && !is_set).then(|| {
            Finding::new(
                format!(
                    "the command of run {} does not start with `cd {} &&`",
                    run.name, execution.workdir
                ),
                run.created.map(Reference::exchange).into_iter().collect(),
            )
        })
    });
    iteration::settled(execution, findings.collect())
}
