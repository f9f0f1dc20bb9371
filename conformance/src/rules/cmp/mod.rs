//! CMP: campaigns.

mod planned_configurations_run;
mod reported_numbers_traceable;

use super::{Family, Scope};

/// The family.
pub(super) static FAMILY: Family = Family {
    name: "CMP",
    title: "campaigns",
    scope: Scope::Campaign,
    also_later: &[],
    rules: &[
        &planned_configurations_run::RULE,
        &reported_numbers_traceable::RULE,
    ],
};
