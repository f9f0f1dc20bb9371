//! CAP: capacity.

mod capacity_before_start;
mod capacity_used;
mod gpu_pinning;
mod slurm_flags;
mod within_capacity;

use super::{Family, Scope};

/// The family.
pub(super) static FAMILY: Family = Family {
    name: "CAP",
    title: "capacity",
    scope: Scope::Execution,
    also_later: &[],
    rules: &[
        &capacity_before_start::RULE,
        &within_capacity::RULE,
        &capacity_used::RULE,
        &gpu_pinning::RULE,
        &slurm_flags::RULE,
    ],
};
