//! `check`: judge saved evidence again.

use std::io::Write;

use super::Failure;
use super::args::CheckOptions;
use super::reports;
use crate::engine;
use crate::evidence::{Evidence, find};

/// One damaged directory is enough to refuse: a report over the rest would look like a verdict.
pub(super) fn check(options: &CheckOptions, out: &mut impl Write) -> Result<u8, Failure> {
    reports::check(&options.reports)?;
    let baseline = reports::baseline(options.baseline.as_deref())?;
    let selection = options.selection.read()?;
    let gate = options.gate.into();
    let mut cases = Vec::new();
    for folder in &options.folders {
        for case in find(folder)? {
            // One at a time, so that memory does not grow with the number of cases.
            cases.push(engine::judge(&Evidence::load(&case)?, &selection, gate));
        }
    }
    let mut report = engine::conclude(cases, gate);
    baseline.apply(&mut report);
    reports::tell(&report, &options.reports, out)?;
    Ok(report.exit_code())
}
