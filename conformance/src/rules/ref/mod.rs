//! REF: reflection gates.

mod final_task;
mod midpoint_after_results;
mod midpoint_task;
mod reflection_criteria;
mod reflection_evidence;
mod reflection_follow_ups;

use super::{Family, Scope};

/// The family.
pub(super) static FAMILY: Family = Family {
    name: "REF",
    title: "reflection gates",
    scope: Scope::Planning,
    also_later: &[],
    rules: &[
        &midpoint_task::RULE,
        &final_task::RULE,
        &midpoint_after_results::RULE,
        &reflection_evidence::RULE,
        &reflection_follow_ups::RULE,
        &reflection_criteria::RULE,
    ],
};
