//! Mutants of the family CAP.

use super::{Deviation, Mutant};
use crate::agent::reference::mistakes::Slip;

const fn slipping(
    code: &'static str,
    summary: &'static str,
    case: &'static str,
    implies: &'static [&'static str],
    slip: Slip,
) -> Mutant {
    Mutant {
        code,
        summary,
        case,
        implies,
        deviation: Deviation::Slip(slip),
    }
}

pub(super) static MUTANTS: &[Mutant] = &[
    slipping(
        "CAP001",
        "starts runs without asking for room",
        "execution-baseline",
        &[],
        Slip::NoCapacity,
    ),
    slipping(
        "CAP002",
        "starts the whole grid at once",
        "execution-one-gpu",
        &[],
        Slip::StartAll,
    ),
    slipping(
        "CAP002",
        "starts the whole grid at once",
        "execution-four-gpus",
        &["CAP004"],
        Slip::StartAll,
    ),
    slipping(
        "CAP002",
        "starts the whole grid at once",
        "execution-kubernetes",
        &[],
        Slip::StartAll,
    ),
    slipping(
        "CAP002",
        "starts the whole grid at once",
        "execution-ray",
        &[],
        Slip::StartAll,
    ),
    slipping(
        "CAP002",
        "starts the whole grid at once",
        "execution-head-node",
        &[],
        Slip::StartAll,
    ),
    slipping(
        "CAP002",
        "starts the whole grid at once",
        "execution-unknown",
        &[],
        Slip::StartAll,
    ),
    slipping(
        "CAP002",
        "starts the whole grid at once",
        "execution-slurm",
        &[],
        Slip::StartAll,
    ),
    slipping(
        "CAP002",
        "starts the whole grid at once",
        "execution-slurm-uncounted",
        &[],
        Slip::StartAll,
    ),
    slipping(
        "CAP003",
        "starts one run of many",
        "execution-grid",
        &[],
        Slip::StartOne,
    ),
    slipping(
        "CAP004",
        "pins no run to a device",
        "execution-grid",
        &[],
        Slip::NoPinning,
    ),
    slipping(
        "CAP005",
        "asks Slurm for nothing",
        "execution-slurm",
        &[],
        Slip::NoResources,
    ),
];
