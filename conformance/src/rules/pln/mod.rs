//! PLN: the plan's shape.

mod baseline_and_proposed;
mod deliverable_is_path;
mod dependencies_resolve;
mod done_when_verifiable;
mod environment_task;
mod goal;
mod no_placeholders;
mod notes_grounded;
mod paths_stay_inside;
mod phase_count;
mod phase_heading;
mod phase_size;
mod planning_notes;
mod section_order;
mod task_ids;
mod task_line;
mod task_total;
mod tasks_open;
mod title;
mod understanding_first;

use super::{Family, Scope};

/// The family.
pub(super) static FAMILY: Family = Family {
    name: "PLN",
    title: "plan shape",
    scope: Scope::Planning,
    also_later: &[],
    rules: &[
        &title::RULE,
        &goal::RULE,
        &planning_notes::RULE,
        &phase_count::RULE,
        &phase_size::RULE,
        &task_total::RULE,
        &phase_heading::RULE,
        &task_line::RULE,
        &task_ids::RULE,
        &tasks_open::RULE,
        &deliverable_is_path::RULE,
        &done_when_verifiable::RULE,
        &dependencies_resolve::RULE,
        &no_placeholders::RULE,
        &section_order::RULE,
        &paths_stay_inside::RULE,
        &baseline_and_proposed::RULE,
        &notes_grounded::RULE,
        &environment_task::RULE,
        &understanding_first::RULE,
    ],
};
