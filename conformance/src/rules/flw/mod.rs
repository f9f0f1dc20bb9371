//! FLW: tracked flow in the plan.

mod evo_sweep_task;
mod no_direct_execution_planned;
mod plans_capacity;
mod plans_gpu_pinning;
mod plans_monitoring;
mod plans_parallel_starts;
mod plans_run_per_config;
mod plans_runs;
mod plans_slurm_flags;
mod plans_sweep;

use super::{Family, Scope};

/// The family.
pub(super) static FAMILY: Family = Family {
    name: "FLW",
    title: "tracked flow in the plan",
    scope: Scope::Planning,
    also_later: &[],
    rules: &[
        &plans_sweep::RULE,
        &plans_runs::RULE,
        &plans_capacity::RULE,
        &plans_monitoring::RULE,
        &plans_run_per_config::RULE,
        &no_direct_execution_planned::RULE,
        &evo_sweep_task::RULE,
        &plans_gpu_pinning::RULE,
        &plans_slurm_flags::RULE,
        &plans_parallel_starts::RULE,
    ],
};
