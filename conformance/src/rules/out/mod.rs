//! OUT: the output contract.

mod agent_completed;
mod no_early_done;
mod no_questions;
mod one_plan_block;
mod plan_block_matches_file;
mod tags_well_formed;
mod tasks_file_written;

use super::{Family, Scope};

/// The family.
pub(super) static FAMILY: Family = Family {
    name: "OUT",
    title: "output contract",
    scope: Scope::Planning,
    also_later: &[],
    rules: &[
        &tasks_file_written::RULE,
        &one_plan_block::RULE,
        &plan_block_matches_file::RULE,
        &tags_well_formed::RULE,
        &no_early_done::RULE,
        &no_questions::RULE,
        &agent_completed::RULE,
    ],
};
