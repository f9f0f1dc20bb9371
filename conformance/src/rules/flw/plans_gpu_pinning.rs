//! # FLW008 plans-gpu-pinning (MUST)
//!
//! On a local machine with more than one GPU some task assigns `CUDA_VISIBLE_DEVICES`.
//!
//! Runs that pick their device themselves all pick the first.
//!
//! Prompt: "give every run its own device (`CUDA_VISIBLE_DEVICES=0`, `CUDA_VISIBLE_DEVICES=1` and
//! so on) and say so in a task"
//!
//! Conforming: `each run with its own CUDA_VISIBLE_DEVICES`
//!
//! Violating: a plan for two GPUs that never mentions them
//!
//! ```told
//! told = [
//!     "cuda visible devices",
//!     "assign*|pin|pins|pinned|pinning ..5 gpu*|device*",
//!     "own|separate|different gpu*|device*",
//!     "one|a gpu|device per|for run|runs",
//! ]
//! ```

use crate::demand;
use crate::facts::{PlanFacts, Source};
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::Verdict;
use wild_mock_server::ClusterKind;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "FLW008",
    slug: "plans-gpu-pinning",
    level: Level::Must,
    summary: "runs are assigned to GPUs where there are several",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("plans_gpu_pinning.rs"),
    check: Check::Tasks(Matters::WithRuns, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let Some(cluster) = facts.context.cluster else {
        return Verdict::not_applicable("the cluster is not known");
    };
    if cluster.kind != ClusterKind::LocalGpu || cluster.gpus.is_none_or(|gpus| gpus < 2) {
        return Verdict::not_applicable("the cluster is no local machine with several GPUs");
    }
    demand::judge(facts, RULE.code)
}
