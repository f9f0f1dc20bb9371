//! PBK: prompt skills and the playbook.

mod skills_searched;

use super::Family;

/// The family.
pub(super) static FAMILY: Family = Family {
    name: "PBK",
    title: "prompt-skill playbook",
    rules: &[&skills_searched::RULE],
};
