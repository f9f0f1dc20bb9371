//! `check`: judge saved evidence again.

use std::io::Write;
use std::path::PathBuf;

use super::Failure;
use super::adjudicator::settled;
use super::args::CheckOptions;
use super::reports;
use crate::adjudicate::{self, Adjudicator};
use crate::engine::{self, CaseReport};
use crate::evidence::{Evidence, find};
use crate::gate::Gate;
use crate::selection::Selection;

/// One damaged directory is enough to refuse: a report over the rest would look like a verdict.
pub(super) fn check(options: &CheckOptions, out: &mut impl Write) -> Result<u8, Failure> {
    reports::check(&options.reports)?;
    let baseline = reports::baseline(options.baseline.as_deref())?;
    let selection = options.selection.read()?;
    let gate = options.gate.into();
    let adjudicator = options.adjudicator.adjudicator();
    let judging = judge_all(&options.folders, &selection, gate, adjudicator.as_ref());
    let cases = settled(judging)?;
    let mut report = engine::conclude(cases, gate);
    baseline.apply(&mut report);
    reports::tell(&report, &options.reports, out)?;
    Ok(report.exit_code())
}

async fn judge_all(
    folders: &[PathBuf],
    selection: &Selection,
    gate: Gate,
    adjudicator: Option<&Adjudicator>,
) -> Result<Vec<CaseReport>, Failure> {
    let mut cases = Vec::new();
    for folder in folders {
        for case in find(folder)? {
            // One at a time, so that memory does not grow with the number of cases.
            let evidence = Evidence::load(&case)?;
            cases.push(adjudicate::judge(&evidence, &case, selection, gate, adjudicator).await?);
        }
    }
    Ok(cases)
}
