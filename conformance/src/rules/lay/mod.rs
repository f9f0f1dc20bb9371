//! LAY: experiment root and logging.

mod consistent_paths_task;
mod experiment_root;
mod manifest_task;
mod output_capture_task;
mod run_naming_task;

use super::{Family, Scope};

/// The family.
pub(super) static FAMILY: Family = Family {
    name: "LAY",
    title: "experiment root and logging",
    scope: Scope::Planning,
    also_later: &[],
    rules: &[
        &experiment_root::RULE,
        &run_naming_task::RULE,
        &output_capture_task::RULE,
        &manifest_task::RULE,
        &consistent_paths_task::RULE,
    ],
};
