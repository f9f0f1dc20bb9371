//! `check`: judge saved evidence again.

use std::io::Write;
use std::path::{Path, PathBuf};

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
        for case in plays_in(folder)? {
            // The user may want to stop meanwhile.
            tokio::task::yield_now().await;
            // One at a time, so that memory does not grow with the number of cases.
            let evidence = Evidence::load(&case)?;
            cases.push(adjudicate::judge(&evidence, &case, selection, gate, adjudicator).await?);
        }
    }
    Ok(cases)
}

/// The plays in a folder. Those of earlier runs are told apart.
pub(super) fn plays_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let found = find(folder)?;
    if !found.strangers.is_empty() {
        let names = found.strangers.iter().filter_map(|path| path.file_name());
        let names: Vec<_> = names.map(|name| name.to_string_lossy()).collect();
        // A terminal that is gone is no reason to fail.
        let _ = writeln!(
            std::io::stderr().lock(),
            "note: left out, because earlier runs left them in {}: {}; name a folder itself to judge it",
            folder.display(),
            names.join(", ")
        );
    }
    Ok(found.plays)
}
