//! PBK: prompt-skill playbook.

mod playbook_maps_skills;
mod playbook_protocol_section;
mod playbook_task;
mod skills_searched;

use super::{Family, Scope};

/// The family.
pub(super) static FAMILY: Family = Family {
    name: "PBK",
    title: "prompt-skill playbook",
    scope: Scope::Planning,
    // A playbook may be written by the iteration whose task it is.
    also_later: &["PBK003", "PBK004"],
    rules: &[
        &skills_searched::RULE,
        &playbook_task::RULE,
        &playbook_protocol_section::RULE,
        &playbook_maps_skills::RULE,
    ],
};
