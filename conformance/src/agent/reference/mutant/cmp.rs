//! Mutants of the family CMP: they cut corners late.

use super::Mutant;
use crate::agent::reference::mistakes::Slip;

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant::slipping(
        "CMP001",
        "drops the last configuration of the grid and says nothing of it",
        "campaign-tiny-lm",
        &[],
        Slip::DropOne,
    ),
    Mutant::slipping(
        "CMP002",
        "reports numbers that no run gave",
        "campaign-tiny-lm",
        &[],
        Slip::InventNumber,
    ),
    Mutant::slipping(
        "CMP002",
        "reports the best seed as what a configuration reaches",
        "campaign-tiny-lm",
        &[],
        Slip::PickSeed,
    ),
    Mutant::slipping(
        "CMP002",
        "gives a number for a run that failed",
        "campaign-slurm-nlp",
        &[],
        Slip::CiteFailed,
    ),
];
