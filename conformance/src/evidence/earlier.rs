//! What an earlier play left in a folder: told from what is no evidence, and removed.

use std::io;
use std::path::Path;

use super::play_record::RECORD_FILE;
use super::{file_name, seal};
use crate::scratch;

/// Where the record is written before it takes its place.
pub(super) const RECORD_DRAFT: &str = "evidence.json.new";

/// Removes the evidence of a play, so that nobody takes it for that of the next. What is no evidence stays.
///
/// # Errors
/// Fails when something cannot be removed.
pub fn discard(folder: &Path) -> io::Result<()> {
    match holds_only_evidence(folder) {
        Ok(true) => scratch::remove(folder),
        Ok(false) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether there is nothing in `folder` but what a writer puts there, finished or not, and reports.
pub(super) fn holds_only_evidence(folder: &Path) -> io::Result<bool> {
    const KNOWN: [&str; 21] = [
        RECORD_FILE,
        seal::SEAL_FILE,
        RECORD_DRAFT,
        file_name::PROMPT,
        file_name::JOURNAL,
        file_name::TRANSCRIPT,
        file_name::STDOUT,
        file_name::STDERR,
        file_name::SESSION,
        file_name::BEFORE,
        file_name::AFTER,
        file_name::STATE,
        file_name::OUTSIDE_BEFORE,
        file_name::OUTSIDE_AFTER,
        file_name::LOOSE,
        file_name::STATE_BEFORE,
        file_name::ARRIVALS,
        file_name::PROCESSES,
        file_name::ANNOUNCEMENTS,
        file_name::OPENED,
        file_name::FILES,
    ];
    let (mut evidence, mut reports) = (false, false);
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        if KNOWN.iter().any(|known| name == *known) {
            evidence = true;
        } else if seal::NO_EVIDENCE.iter().any(|known| name == *known) {
            reports = true;
        } else {
            return Ok(false);
        }
    }
    // Reports by themselves may be anybody's.
    Ok(evidence || !reports)
}
