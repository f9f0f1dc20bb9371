//! Whether an agent's program works at all: one healthy play with the real prompt, and what it shows.

mod ailment;
mod diagnose;
mod signs;

use std::path::{Path, PathBuf};

pub use ailment::{Ailment, Finding, History};
pub use diagnose::diagnose;

use crate::cancel::Cancel;
use crate::case::{CaseError, builtin_cases};
use crate::evidence::{Evidence, LoadError};
use crate::runner::{Play, RunError, Setup, run_case};

/// The case that is played.
const CASE: &str = "planning-healthy";

/// Most bytes of standard output that are looked through.
const LARGEST_OUTPUT: u64 = 16 * 1024 * 1024;

/// Seconds within which the first request is awaited.
pub const PATIENCE: u64 = 90;

/// What was found out.
#[derive(Debug)]
pub struct Checkup {
    /// What the agent suffers from; nothing where it is well.
    pub findings: Vec<Finding>,
    /// What it did.
    pub evidence: Evidence,
    /// Where that lies.
    pub folder: PathBuf,
}

/// The doctor could not do his work.
#[derive(Debug, thiserror::Error)]
pub enum DoctorError {
    /// The case is not there, which a test rules out.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The play failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The evidence cannot be read, as after an interruption.
    #[error(transparent)]
    Load(#[from] LoadError),
}

/// Lets the agent of `setup` play, with evidence below `out`.
///
/// # Errors
/// Fails when the harness, not the agent, cannot do its work, or when `cancel` was raised.
pub async fn examine(
    setup: &Setup,
    preset: Option<&crate::preset::Preset>,
    out: &Path,
    cancel: &Cancel,
) -> Result<Checkup, DoctorError> {
    let mut cases = builtin_cases()?;
    cases.retain(|case| case.id == CASE);
    let folder = out.join(CASE);
    for case in cases {
        let play = Play {
            case,
            repetition: 1,
        };
        run_case(&play, setup, &folder, cancel).await?;
    }
    let evidence = Evidence::load(&folder)?;
    let stdout = crate::door::read_regular(&folder.join("stdout.txt"), LARGEST_OUTPUT);
    let stdout = stdout.ok().flatten().unwrap_or_default();
    let history = History {
        preset,
        allowed: &setup.supervision.allow_net,
        is_spoken_with: setup.agent.is_spoken_with(),
    };
    Ok(Checkup {
        findings: diagnose(&evidence, &String::from_utf8_lossy(&stdout), history),
        evidence,
        folder,
    })
}
