//! SEC: the server's protection, in every case.

mod auth_header_sent;
mod known_endpoints;
mod token_not_leaked;

use super::{Family, Scope};

/// The family.
pub(super) static FAMILY: Family = Family {
    name: "SEC",
    title: "access to the server",
    scope: Scope::Every,
    also_later: &[],
    rules: &[
        &auth_header_sent::RULE,
        &token_not_leaked::RULE,
        &known_endpoints::RULE,
    ],
};
