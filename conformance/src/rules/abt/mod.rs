//! ABT: aborting.

mod abort_is_immediate;
mod abort_on_failed_preflight;
mod abort_promise_done;
mod abort_summary_exact;
mod checklist_well_formed;
mod no_false_abort;
mod no_plan_in_abort;
mod nothing_created_in_abort;
mod preferred_abort_mode;
mod workspace_untouched_in_abort;

use super::{Family, Scope};

/// The family.
pub(super) static FAMILY: Family = Family {
    name: "ABT",
    title: "abort",
    scope: Scope::Planning,
    also_later: &[],
    rules: &[
        &abort_on_failed_preflight::RULE,
        &no_false_abort::RULE,
        &nothing_created_in_abort::RULE,
        &checklist_well_formed::RULE,
        &no_plan_in_abort::RULE,
        &abort_summary_exact::RULE,
        &abort_promise_done::RULE,
        &preferred_abort_mode::RULE,
        &abort_is_immediate::RULE,
        &workspace_untouched_in_abort::RULE,
    ],
};
