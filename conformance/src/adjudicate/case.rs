//! Settling the doubts about a played case.

use std::path::{Path, PathBuf};

use super::ask::Adjudicator;
use super::document::Document;
use super::kept::{Kept, KeptError, beside};
use super::sitting::Sitting;
use crate::engine::{self, CaseReport};
use crate::evidence::{Evidence, digest_of_file, record_file};
use crate::facts::{Plan, WorkspaceFacts};
use crate::gate::Gate;
use crate::selection::Selection;
use crate::verdict::Verdict;

/// Judges the evidence in `folder`, with the answers that are kept beside it, and those of an
/// adjudicator where there is one.
///
/// # Errors
/// Fails when answers cannot be read, are not valid, or cannot be kept.
pub async fn judge(
    evidence: &Evidence,
    folder: &Path,
    selection: &Selection,
    gate: Gate,
    adjudicator: Option<&Adjudicator>,
) -> Result<CaseReport, KeptError> {
    let mut report = engine::judge(evidence, selection, gate);
    report.folder = Some(folder.to_owned());
    let has_doubts = report
        .verdicts
        .iter()
        .any(|(_, verdict)| matches!(verdict, Verdict::Doubtful(_)));
    if !has_doubts && !beside(folder).exists() {
        return Ok(report);
    }
    let mut sitting = sit(&report, evidence, folder)?;
    if let Some(adjudicator) = adjudicator {
        sitting.ask(adjudicator).await;
        sitting.keep()?;
    }
    let (settled, notes) = sitting.conclude(&mut report.verdicts);
    engine::settle(&mut report, settled, &notes, gate);
    Ok(report)
}

/// The doubts about the evidence in `folder`, with the answers that are kept beside it.
///
/// # Errors
/// Fails when answers cannot be read or are not valid.
pub fn open_case(
    evidence: &Evidence,
    folder: &Path,
    selection: &Selection,
) -> Result<(CaseReport, Sitting), KeptError> {
    let report = engine::judge(evidence, selection, Gate::default());
    let sitting = sit(&report, evidence, folder)?;
    Ok((report, sitting))
}

fn sit(report: &CaseReport, evidence: &Evidence, folder: &Path) -> Result<Sitting, KeptError> {
    let workspace = WorkspaceFacts::new(evidence);
    let plan = Plan::parse(workspace.tasks.text().unwrap_or_default());
    let token = evidence.record.case.auth_token.as_deref();
    let document = Document::new(plan, workspace.tasks_file, token.unwrap_or_default());
    let digest = match evidence.seal.root() {
        Some(root) => root.to_owned(),
        None => of_record(folder)?,
    };
    let kept = Kept::open(Some(&beside(folder)), digest)?;
    Ok(Sitting::new(&report.verdicts, document, kept))
}

/// Of evidence without a seal the record has the digests of all other files, so that its own stands for
/// the whole.
fn of_record(folder: &Path) -> Result<String, KeptError> {
    let record = record_file(folder);
    // The record has the digests of all other files, so that its own stands for the whole.
    let digest = digest_of_file(&record).map_err(|source| unreadable(record, source))?;
    Ok(digest.sha256)
}

fn unreadable(file: PathBuf, source: std::io::Error) -> KeptError {
    KeptError::Read { file, source }
}
