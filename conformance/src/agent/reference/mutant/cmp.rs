//! Mutants of the family CMP: they cut corners late.

use super::{Deviation, Mutant};
use crate::agent::reference::mistakes::Slip;

const fn slipping(
    code: &'static str,
    summary: &'static str,
    case: &'static str,
    slip: Slip,
) -> Mutant {
    Mutant {
        code,
        summary,
        case,
        implies: &[],
        deviation: Deviation::Slip(slip),
    }
}

pub(super) static MUTANTS: &[Mutant] = &[
    slipping(
        "CMP001",
        "drops the last configuration of the grid and says nothing of it",
        "campaign-tiny-lm",
        Slip::DropOne,
    ),
    slipping(
        "CMP002",
        "reports numbers that no run gave",
        "campaign-tiny-lm",
        Slip::InventNumber,
    ),
    slipping(
        "CMP002",
        "reports the best seed as what a configuration reaches",
        "campaign-tiny-lm",
        Slip::PickSeed,
    ),
    slipping(
        "CMP002",
        "gives a number for a run that failed",
        "campaign-slurm-nlp",
        Slip::CiteFailed,
    ),
];
