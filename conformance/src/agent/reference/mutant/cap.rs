//! Mutants of the family CAP.

use super::Mutant;
use crate::agent::reference::mistakes::Slip;

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant::slipping(
        "CAP001",
        "starts runs without asking for room",
        "execution-baseline",
        &[],
        Slip::NoCapacity,
    ),
    Mutant::slipping(
        "CAP002",
        "starts the whole grid at once",
        "execution-one-gpu",
        &[],
        Slip::StartAll,
    ),
    Mutant::slipping(
        "CAP002",
        "starts the whole grid at once",
        "execution-four-gpus",
        &["CAP004"],
        Slip::StartAll,
    ),
    Mutant::slipping(
        "CAP002",
        "starts the whole grid at once",
        "execution-kubernetes",
        &[],
        Slip::StartAll,
    ),
    Mutant::slipping(
        "CAP002",
        "starts the whole grid at once",
        "execution-ray",
        &[],
        Slip::StartAll,
    ),
    Mutant::slipping(
        "CAP002",
        "starts the whole grid at once",
        "execution-head-node",
        &[],
        Slip::StartAll,
    ),
    Mutant::slipping(
        "CAP002",
        "starts the whole grid at once",
        "execution-unknown",
        &[],
        Slip::StartAll,
    ),
    Mutant::slipping(
        "CAP002",
        "starts the whole grid at once",
        "execution-slurm",
        &[],
        Slip::StartAll,
    ),
    Mutant::slipping(
        "CAP002",
        "starts the whole grid at once",
        "execution-slurm-uncounted",
        &[],
        Slip::StartAll,
    ),
    Mutant::slipping(
        "CAP003",
        "starts one run of many",
        "execution-grid",
        &[],
        Slip::StartOne,
    ),
    Mutant::slipping(
        "CAP004",
        "pins no run to a device",
        "execution-grid",
        &[],
        Slip::NoPinning,
    ),
    Mutant::slipping(
        "CAP005",
        "asks Slurm for nothing",
        "execution-slurm",
        &[],
        Slip::NoResources,
    ),
];
