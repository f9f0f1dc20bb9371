//! # CAP004 gpu-pinning (MUST)
//!
//! On a local machine with several GPUs, runs that are alive at the same time are pinned to
//! different devices, by `CUDA_VISIBLE_DEVICES` or by an option such as `--gpu 1` or `--device cuda:1`.
//!
//! Runs that are not pinned all take the first device.
//!
//! Prompt: "each run is pinned with `CUDA_VISIBLE_DEVICES` to a device that no other living run
//! uses"
//!
//! Conforming: `CUDA_VISIBLE_DEVICES=0` and `CUDA_VISIBLE_DEVICES=1`
//!
//! Violating: two runs without, or both with `0`
//!
//! ```told
//! told = [
//!     "cuda visible devices",
//!     "assign*|pin|pins|pinned|pinning ..5 gpu*|device*",
//!     "own|separate|different gpu*|device*",
//!     "one|a gpu|device per|for run|runs",
//! ]
//! ```

use crate::facts::{Command, ExecutionFacts, Facts, RunFacts, Source};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Finding, Verdict};
use wild_mock_server::ClusterKind;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "CAP004",
    slug: "gpu-pinning",
    level: Level::Must,
    summary: "runs that live at the same time have devices of their own",
    sources: &[Source::Journal],
    source_text: include_str!("gpu_pinning.rs"),
    check: Check::Iteration(check),
};

fn check(facts: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let has_several = facts.context.cluster.is_some_and(|cluster| {
        cluster.kind == ClusterKind::LocalGpu && cluster.gpus.is_some_and(|gpus| gpus > 1)
    });
    if !has_several {
        return Verdict::not_applicable("the cluster is no local machine with several GPUs");
    }
    let mut findings: Vec<Finding> = Vec::new();
    for moment in execution
        .timeline
        .starts()
        .filter(|moment| moment.alive.len() > 1)
    {
        let Some(started) = execution.runs.find(&moment.run) else {
            continue;
        };
        let others = moment.alive.iter().filter(|id| **id != started.id);
        let clash = others
            .filter_map(|id| execution.runs.find(id))
            .find_map(|other| Some((other, clash(started, other)?)));
        if let Some((other, how)) = clash {
            findings.push(Finding::new(
                format!(
                    "run {} was started while {} was alive, and {how}",
                    started.name, other.name
                ),
                iteration::at(facts, moment.seq),
            ));
        }
    }
    iteration::settled(execution, findings)
}

/// How two runs get into each other's way, if they do. Of a run that somebody else started only what
/// its command says is known.
fn clash(started: &RunFacts<'_>, other: &RunFacts<'_>) -> Option<String> {
    let Some(own) = Command::parse(&started.command).devices() else {
        return Some("its command pins it to no device".to_owned());
    };
    let others = match Command::parse(&other.command).devices() {
        Some(devices) => devices,
        None if other.created.is_some() => {
            return Some("the other's command pins it to no device".to_owned());
        }
        None => return None,
    };
    let shared = own.iter().find(|device| others.contains(device))?;
    Some(format!("both are pinned to device {shared}"))
}
