//! Keeping the contents of what an agent changed in its workspace.

use std::collections::BTreeSet;

use super::RunError;
use super::play_folder::PlayFolder;
use super::token_search::Searching;
use crate::evidence::{EntryKind, FolderSnapshot, PlayRecord, Writer};

/// Largest changed file of the workspace whose content is kept, in bytes.
const LARGEST_KEPT: u64 = 1024 * 1024;

/// Largest `tasks_path` whose content is kept, in bytes.
pub(super) const LARGEST_PLAN: u64 = 16 * 1024 * 1024;

/// Most bytes of changed files that are kept together.
const MOST_KEPT: u64 = 64 * 1024 * 1024;

/// Most changed files whose content is kept.
const MOST_FILES: usize = 2_000;

/// Keeps the texts of files that were created or changed, and that of `tasks_path` in any case. Notes those in which
/// something had to be covered, and whether those whose text is not kept hold the server's token.
pub(super) fn keep_changed_files(
    writer: &mut Writer,
    place: &PlayFolder,
    before: &FolderSnapshot,
    after: &FolderSnapshot,
    record: &mut PlayRecord,
) -> Result<(), RunError> {
    let mut covered = BTreeSet::new();
    let mut search = Searching::new(place, record.case.auth_token.as_deref());
    let mut room = MOST_KEPT;
    let mut count = 0;
    for (path, entry) in &after.0 {
        let is_plan = path == place.tasks_file();
        let limit = if is_plan {
            LARGEST_PLAN
        } else {
            LARGEST_KEPT.min(room)
        };
        let EntryKind::File { size, .. } = entry.kind else {
            continue;
        };
        let is_changed = before.get(path).is_none_or(|old| old.kind != entry.kind);
        let is_kept = is_plan || (is_changed && count < MOST_FILES);
        let fits = size <= limit && is_kept;
        // What is no UTF-8 text, or vanished meanwhile, is described by its hash alone.
        match fits.then(|| place.text(path, limit)).flatten() {
            Some(text) => {
                if writer.changed_file(path, &text)? {
                    covered.insert(path.clone());
                }
                room = room.saturating_sub(size);
                count += 1;
            }
            None if is_changed => {
                if let Some(search) = &mut search {
                    search.look(path, size);
                }
            }
            None => {}
        }
    }
    record.covered = covered;
    record.token_search = search.map(Searching::finish);
    Ok(())
}
