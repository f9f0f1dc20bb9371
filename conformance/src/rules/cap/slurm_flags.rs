//! # CAP005 slurm-flags (MUST)
//!
//! On Slurm the command of a run that starts an experiment carries resource flags, and no other
//! partition, account or QoS than the workspace shows.
//!
//! A job without an account is refused; one with another is charged to somebody else.
//!
//! Prompt: "the command carries the resource flags of this project, with its partition, account and
//! QoS"
//!
//! Conforming: `srun --partition=gpu --account=lab python train.py`
//!
//! Violating: `python train.py`

use crate::facts::{Command, Facts, SlurmOption, Source};
use crate::rules::{Check, Level, Rule, working};
use crate::verdict::{Finding, Reference, Verdict};
use wild_mock_server::ClusterKind;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "CAP005",
    slug: "slurm-flags",
    level: Level::Must,
    summary: "commands on Slurm carry the project's resource flags",
    sources: &[Source::Journal],
    source_text: include_str!("slurm_flags.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    let execution = match working::at_work(facts) {
        Ok(execution) => execution,
        Err(verdict) => return verdict,
    };
    let is_slurm = facts
        .context
        .cluster
        .is_some_and(|cluster| cluster.kind == ClusterKind::Slurm);
    if !is_slurm {
        return Verdict::not_applicable("the cluster is not Slurm");
    }
    let mut findings = Vec::new();
    for run in execution.runs.created() {
        let command = Command::parse(&run.command);
        if command.starts_of(&facts.case.entry_points) == 0 {
            continue;
        }
        let at = || run.created.map(Reference::exchange).into_iter().collect();
        let carries = command
            .words()
            .any(|word| FLAGS.iter().any(|flag| word.starts_with(flag)));
        if !carries {
            findings.push(Finding::new(
                format!(
                    "the command of run {} carries no resource flags for Slurm",
                    run.name
                ),
                at(),
            ));
            continue;
        }
        let Some(slurm) = &facts.context.slurm else {
            continue;
        };
        let wrong =
            SlurmOption::read(&run.command).filter(|option| slurm.allows(option) == Some(false));
        findings.extend(wrong.map(|option| {
            Finding::new(
                format!(
                    "run {} asks for `--{}={}`; the workspace shows {slurm}",
                    run.name, option.name, option.value
                ),
                at(),
            )
        }));
    }
    working::settled(execution, findings)
}

/// Options by which resources are asked for.
const FLAGS: [&str; 14] = [
    "--partition",
    "--account",
    "--qos",
    "--gres",
    "--gpus",
    "--nodes",
    "--ntasks",
    "--mem",
    "--time",
    "--cpus-per-task",
    "-p",
    "-A",
    "-q",
    "-G",
];
