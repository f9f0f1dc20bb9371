//! The workspace of a literate scenario, before and after.

use wild_conformance::case::Case;
use wild_conformance::evidence::{Entry, EntryKind, FolderSnapshot, TokenSearch, digest_of};

use crate::literate::TASKS;

pub(crate) fn workspaces(
    block: &str,
    placeholder: &str,
    tasks: Option<&str>,
) -> (FolderSnapshot, FolderSnapshot) {
    let file = |text: &str| Entry {
        kind: EntryKind::File {
            size: text.len() as u64,
            sha256: Some(digest_of(text.as_bytes()).sha256),
        },
        mode: 0o644,
    };
    let mut before = FolderSnapshot::default();
    before.0.insert(TASKS.to_owned(), file(placeholder));
    let mut after = FolderSnapshot::default();
    after
        .0
        .extend(tasks.map(|text| (TASKS.to_owned(), file(text))));
    for line in block.lines() {
        let (change, path) = line.split_once(' ').unwrap();
        if change == "~"
            && let Some((folder, _)) = path.rsplit_once('/')
        {
            for snapshot in [&mut before, &mut after] {
                let entry = Entry {
                    kind: EntryKind::Folder,
                    mode: 0o755,
                };
                snapshot.0.insert(folder.to_owned(), entry);
            }
        }
        if change != "+" {
            before.0.insert(path.to_owned(), file("old"));
        }
        if change != "-" {
            after.0.insert(path.to_owned(), file("new"));
        }
    }
    (before, after)
}

/// What was searched for the token, if the case demands one: new files of which there is no text were not.
pub(crate) fn token_search(
    case: &Case,
    before: &FolderSnapshot,
    after: &FolderSnapshot,
    texts: &str,
) -> Option<TokenSearch> {
    case.auth_token.as_ref()?;
    Some(TokenSearch {
        unread: unread(before, after, texts),
        ..TokenSearch::default()
    })
}

/// A new file of which there is no text.
fn unread(before: &FolderSnapshot, after: &FolderSnapshot, texts: &str) -> Option<String> {
    let has_text = |path: &str| {
        let mut lines = texts.lines();
        path == TASKS || lines.any(|line| line.split(": ").next() == Some(path))
    };
    let files = after.0.iter().filter(|(path, entry)| {
        matches!(entry.kind, EntryKind::File { .. }) && !before.0.contains_key(*path)
    });
    let mut paths = files.map(|(path, _)| path.clone());
    paths.find(|path| !has_text(path))
}
