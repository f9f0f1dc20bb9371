//! # TRK006 no-shell-grid (MUST)
//!
//! The command of a run starts an experiment script exactly once: no loop, no sequence of trials,
//! no `xargs`, no `parallel`, no background jobs, and no script of the agent's own that does one of
//! these.
//!
//! That is read in the command and in the agent's scripts. Starts are not counted while the run goes on: a command that
//! names a script and starts none, and a program that puts its name together, pass.
//!
//! Commands with which a run was started are looked at, too: a run whose command is replaced has done what it did.
//!
//! Trials hidden in one run can be neither compared nor stopped alone.
//!
//! Prompt: "A command starts its script exactly once: no loop, no sequence of trials, no `xargs`,
//! no `parallel`, no background jobs."
//!
//! Conforming: `cd /w && python train.py --seed 1`
//!
//! Violating: `for s in 1 2; do python train.py --seed $s; done`
//!
//! ```told
//! told = [
//!     "not: loop*|xargs|parallel|background|sequence",
//!     "no loop*|sequence",
//!     "script|program|command ..3 exactly|only ?once",
//!     "<one> <config> ..3 one run",
//! ]
//! ```

use crate::facts::{Command, ExecutionFacts, Facts, Repetition, Source};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK006",
    slug: "no-shell-grid",
    level: Level::Must,
    summary: "a command starts its script once",
    sources: &[Source::Journal],
    source_text: include_str!("no_shell_grid.rs"),
    check: Check::Iteration(check),
};

fn check(facts: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let entry_points = &facts.case.entry_points;
    let findings = execution.runs.created().filter_map(|run| {
        let mut commands = run.commands().chain(&run.replaced);
        let repetition = commands.find_map(|command| {
            let command = Command::parse(command);
            Repetition::of(&command, entry_points, facts.workspace.texts)
        })?;
        Some(Finding::new(
            format!(
                "the command of run {} starts an experiment {}; create a run for each",
                run.name,
                repetition.words()
            ),
            run.created.map(Reference::exchange).into_iter().collect(),
        ))
    });
    let findings: Vec<Finding> = findings.collect();
    let untold = execution.runs.created().find(|run| run.has_untold);
    match untold.filter(|_| findings.is_empty()) {
        Some(run) => Verdict::Untestable(format!(
            "run {} had a command that the journal does not tell whole, and that was replaced",
            run.name
        )),
        None => iteration::settled(execution, findings),
    }
}
