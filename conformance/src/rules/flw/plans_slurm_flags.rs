//! # FLW009 plans-slurm-flags (MUST)
//!
//! On Slurm some planned command carries one of the partition, account and QoS that the workspace
//! shows, and none carries another value.
//!
//! Jobs with a wrong account are refused, or somebody else pays.
//!
//! Prompt: "planned commands carry exactly those values"
//!
//! Conforming: `srun --partition=gpu --account=lab`, where the job scripts say so
//!
//! Violating: `srun --partition=debug`, where they say `gpu`

use crate::facts::{PlanFacts, Slurm, SlurmOption, Source, Task};
use crate::rules::{Check, Level, Rule, condition};
use crate::verdict::{Finding, Verdict};
use wild_mock_server::ClusterKind;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "FLW009",
    slug: "plans-slurm-flags",
    level: Level::Must,
    summary: "planned commands carry the Slurm values that the project uses",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("plans_slurm_flags.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let unasked = condition::unless_experiments(facts).or_else(|| condition::unless_tasks(facts));
    if let Some(verdict) = unasked {
        return verdict;
    }
    let Some(cluster) = facts.context.cluster else {
        return Verdict::not_applicable("the cluster is not known");
    };
    if cluster.kind != ClusterKind::Slurm {
        return Verdict::not_applicable("the cluster is not Slurm");
    }
    let Some(slurm) = facts
        .context
        .slurm
        .as_ref()
        .filter(|slurm| !slurm.is_empty())
    else {
        return Verdict::not_applicable("the workspace shows no partition, account or QoS");
    };
    let mut wrong = Vec::new();
    let mut right = None;
    for task in facts.plan.tasks() {
        for option in SlurmOption::read(task.full_text()) {
            match slurm.allows(&option) {
                Some(true) => right = right.or(Some(task)),
                Some(false) => wrong.push(finding(facts, task, slurm, &option)),
                None => {}
            }
        }
        if slurm.is_named_in(task.full_text()) {
            right = right.or(Some(task));
        }
    }
    match (wrong.is_empty(), right) {
        (false, _) => Verdict::Fail(wrong),
        (true, Some(task)) => Verdict::Pass(vec![facts.at_task(task)]),
        (true, None) => Verdict::fail(
            format!("no planned command carries what the workspace shows: {slurm}"),
            vec![facts.whole()],
        ),
    }
}

fn finding(facts: &PlanFacts<'_>, task: &Task, slurm: &Slurm, option: &SlurmOption) -> Finding {
    let message = format!(
        "{} asks for `--{}={}`; the workspace shows {slurm}",
        task.name(),
        option.name,
        option.value
    );
    facts.finding(message, &task.first_line)
}
