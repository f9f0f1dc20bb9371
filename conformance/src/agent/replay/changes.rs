//! From a workspace before and after to the steps between.

use std::collections::BTreeMap;

use super::step::Step;
use crate::evidence::{Entry, EntryKind, FolderSnapshot};

/// What became of the workspace: first what is gone, or gives way to something of another kind, with what
/// is in folders before them; then what is there, folders before what is in them. `files` are the texts
/// that were kept.
pub(super) fn changes(
    FolderSnapshot(before): &FolderSnapshot,
    FolderSnapshot(after): &FolderSnapshot,
    files: &BTreeMap<String, String>,
) -> Vec<Step> {
    let mut steps = Vec::new();
    for (path, entry) in before.iter().rev() {
        let path = path.clone();
        match after.get(&path) {
            None => steps.push(Step::Remove { path }),
            Some(now) if gives_way(entry, now) => steps.push(Step::Replace { path }),
            Some(_) => {}
        }
    }
    for (path, entry) in after {
        if before.get(path) != Some(entry) {
            steps.push(made(path.clone(), entry, files.get(path)));
        }
    }
    steps
}

/// Whether an entry cannot become what it is now while it is there. What is written at a link goes through it.
fn gives_way(before: &Entry, now: &Entry) -> bool {
    let is_alike = match (&before.kind, &now.kind) {
        (EntryKind::File { .. }, EntryKind::File { .. })
        | (EntryKind::Folder, EntryKind::Folder) => true,
        (before, now) => before == now,
    };
    !is_alike
}

fn made(path: String, entry: &Entry, text: Option<&String>) -> Step {
    match &entry.kind {
        EntryKind::Folder => Step::Folder { path },
        EntryKind::Link { target } => Step::Link {
            target: target.clone(),
            path,
        },
        EntryKind::File { .. } => match text {
            Some(text) => Step::Write {
                text: text.clone(),
                mode: entry.mode,
                path,
            },
            None => Step::Missing(format!("the content of {path} was not kept")),
        },
        EntryKind::Other { .. } => {
            Step::Missing(format!("{path}, {}, is not made again", entry.kind.words()))
        }
    }
}
