//! Mutants of the family PBK.

use super::{Deviation, Mutant};
use crate::agent::reference::session::SEARCH;

pub(super) static MUTANTS: &[Mutant] = &[Mutant {
    code: "PBK001",
    summary: "never searches the prompt skills",
    case: "planning-healthy",
    implies: &[],
    deviation: Deviation::Skip(SEARCH),
}];
