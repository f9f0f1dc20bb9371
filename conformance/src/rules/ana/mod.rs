//! ANA: analytics contract.

mod ablation_task;
mod artifacts_have_paths;
mod contract_entries;
mod contract_section;

use super::{Family, Scope};

/// The family.
pub(super) static FAMILY: Family = Family {
    name: "ANA",
    title: "analytics contract",
    scope: Scope::Planning,
    also_later: &[],
    rules: &[
        &contract_section::RULE,
        &contract_entries::RULE,
        &ablation_task::RULE,
        &artifacts_have_paths::RULE,
    ],
};
