//! The evidence of a whole campaign: the workspace from before the first iteration to after the last,
//! and the server's state in the end. Requests, processes and output stand with the iterations.

use std::path::Path;

use super::changed::keep_changed_files;
use super::{Play, RunError, StartingPoint};
use crate::evidence::{
    AuditRecord, Captured, Completeness, Evidence, FolderSnapshot, LoadError, Processes,
    TasksChange, Writer,
};

/// Why processes are not told.
const ELSEWHERE: &str = "they stand with the iterations";

/// The whole could not be put together.
#[derive(Debug, thiserror::Error)]
pub(super) enum WholeError {
    /// The last iteration's evidence cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The evidence cannot be written.
    #[error(transparent)]
    Run(#[from] RunError),
    /// It cannot be written either.
    #[error(transparent)]
    Write(#[from] crate::evidence::WriteError),
}

/// Writes the evidence of the campaign `play` to `folder`. `last` is that of the last of `played`
/// iterations, and `start` what it left.
pub(super) fn write(
    play: &Play,
    start: &StartingPoint,
    played: u32,
    last: &Path,
    folder: &Path,
) -> Result<(), WholeError> {
    let last = Evidence::load(last)?;
    let mut record = last.record;
    record.case = play.case.clone();
    record.played = Some(played);
    record.tasks_change = TasksChange::Unknown;
    record.journal_dropped = 0;
    record.stderr = Captured::default();
    // These are the last iteration's, too: the output below is what was taken from it, and its costs count
    // where they arose.
    record.final_text = None;
    record.usage = None;
    record.sandbox = None;
    record.audit = Some(AuditRecord {
        reason: Some(ELSEWHERE.to_owned()),
        ..AuditRecord::default()
    });
    record.completeness = Completeness::Complete;
    let nothing = FolderSnapshot::default();
    let (before, after) = (start.origin.as_ref().unwrap_or(&nothing), &start.left);
    let mut writer = Writer::create(folder)?;
    writer.prompt(&last.prompt)?;
    writer.journal([])?;
    writer.output(&last.transcript)?;
    writer.processes(&Processes::default())?;
    writer.before(before)?;
    writer.after(after)?;
    if let Some(state) = &start.state {
        writer.state(state)?;
    }
    keep_changed_files(&mut writer, &start.place, before, after, &mut record)?;
    writer.record(&record)?;
    Ok(())
}
