//! What the agent left in its workspace.

use std::collections::BTreeMap;

use crate::evidence::{Entry, EntryKind, Evidence, FolderSnapshot, TokenSearch, Unseen};

/// What happened to one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Path relative to the workspace.
    pub path: String,
    /// What happened.
    pub kind: ChangeKind,
}

/// The ways in which a path can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was not there before.
    Created,
    /// Its content, kind or permissions are others.
    Changed,
    /// It is gone.
    Removed,
}

impl ChangeKind {
    /// The word that messages use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

/// What `tasks_path` holds in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TasksFile<'e> {
    /// There is no such file.
    Missing,
    /// What it was seeded with.
    Untouched(&'e str),
    /// Something else.
    Written(&'e str),
    /// It was changed, and its text is not in the evidence.
    Unreadable(String),
}

impl<'e> TasksFile<'e> {
    /// Its text, where there is any.
    pub fn text(&self) -> Option<&'e str> {
        match self {
            Self::Untouched(text) | Self::Written(text) => Some(text),
            Self::Missing | Self::Unreadable(_) => None,
        }
    }

    /// Whether the agent left something of its own there.
    pub fn is_written(&self) -> bool {
        matches!(self, Self::Written(_) | Self::Unreadable(_))
    }

    /// Why its text is not known, if so.
    pub fn unreadable(&self) -> Option<&str> {
        match self {
            Self::Unreadable(reason) => Some(reason),
            _ => None,
        }
    }
}

/// The workspace before and after.
#[derive(Debug)]
pub struct WorkspaceFacts<'e> {
    /// Before the agent started.
    pub before: &'e FolderSnapshot,
    /// After it had ended.
    pub after: &'e FolderSnapshot,
    /// All differences, sorted by path.
    pub changes: Vec<Change>,
    /// All differences around the workspace, relative to the folder that it lies in.
    pub outside: Vec<Change>,
    /// The texts of created and changed files, by path.
    pub texts: &'e BTreeMap<String, String>,
    /// Path of `tasks_path` relative to the workspace.
    pub tasks_file: &'e str,
    /// What `tasks_path` holds.
    pub tasks: TasksFile<'e>,
    /// What was searched for the server's token, beside the texts; nothing in older evidence.
    pub token_search: Option<&'e TokenSearch>,
    /// What nobody looked at, and what therefore nobody knows to be unchanged.
    pub unseen: &'e Unseen,
}

impl<'e> WorkspaceFacts<'e> {
    /// Compares before and after.
    pub fn new(evidence: &'e Evidence) -> Self {
        let tasks_file = evidence.record.tasks_file.as_str();
        Self {
            before: &evidence.before,
            after: &evidence.after,
            changes: changes(&evidence.before, &evidence.after),
            outside: evidence
                .outside
                .as_ref()
                .map(|outside| changes(&outside.before, &outside.after))
                .unwrap_or_default(),
            texts: &evidence.files,
            tasks: tasks(evidence, tasks_file),
            tasks_file,
            token_search: evidence.record.token_search.as_ref(),
            unseen: &evidence.record.unseen,
        }
    }

    /// Why it is not known that nothing else was changed in the workspace, if so.
    pub fn doubts(&self) -> Option<String> {
        let uncompared = || {
            let fits = |(path, entry): &(&String, &Entry)| {
                let old = self.before.get(path);
                old.is_some_and(|old| is_uncompared(old, entry))
            };
            let (path, _) = self.after.0.iter().find(fits)?;
            Some(format!(
                "{path} is as large as before, and nobody compared what it holds"
            ))
        };
        self.unseen.workspace.doubts().or_else(uncompared)
    }

    /// What is new in the workspace or another than before, what git keeps included.
    pub fn new_entries(&self) -> impl Iterator<Item = (&'e String, &'e Entry)> {
        let (before, after) = (self.before, self.after);
        let is_new = |(path, entry): &(&String, &Entry)| {
            before.get(path).is_none_or(|old| old.kind != entry.kind)
        };
        after.0.iter().filter(is_new)
    }

    /// Why it is not known that nothing else was changed around the workspace, if so.
    pub fn doubts_outside(&self) -> Option<String> {
        self.unseen.surroundings.doubts()
    }

    /// The differences other than at `tasks_path`.
    pub fn changes_beside_tasks(&self) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(|change| change.path != self.tasks_file)
    }
}

fn changes(before: &FolderSnapshot, after: &FolderSnapshot) -> Vec<Change> {
    let new_or_other = after.0.iter().filter_map(|(path, entry)| {
        let kind = match before.get(path) {
            None => ChangeKind::Created,
            Some(old) if old != entry && !is_uncompared(old, entry) => ChangeKind::Changed,
            Some(_) => return None,
        };
        Some(Change {
            path: path.clone(),
            kind,
        })
    });
    let removed = before
        .0
        .keys()
        .filter(|path| after.get(path).is_none())
        .map(|path| Change {
            path: path.clone(),
            kind: ChangeKind::Removed,
        });
    let differing = new_or_other.chain(removed);
    let mut changes: Vec<Change> = differing
        .filter(|change| !is_git_upkeep(&change.path))
        .collect();
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes
}

/// Whether a path of a repository's own changes when somebody merely looks: of what git keeps, only
/// `HEAD` and the references tell what was done.
fn is_git_upkeep(path: &str) -> bool {
    let Some(inner) = path.strip_prefix(".git/") else {
        return false;
    };
    !(inner == "HEAD" || inner == "packed-refs" || inner.starts_with("refs/"))
}

/// Whether two files differ in nothing but that the content of one is not known, or of both.
fn is_uncompared(old: &Entry, new: &Entry) -> bool {
    match (&old.kind, &new.kind) {
        (
            EntryKind::File {
                size: before,
                sha256: old_hash,
            },
            EntryKind::File {
                size: after,
                sha256: new_hash,
            },
        ) => before == after && old.mode == new.mode && (old_hash.is_none() || new_hash.is_none()),
        _ => false,
    }
}

fn tasks<'e>(evidence: &'e Evidence, path: &str) -> TasksFile<'e> {
    let Some(Entry { kind, .. }) = evidence.after.get(path) else {
        return TasksFile::Missing;
    };
    let EntryKind::File { size, .. } = kind else {
        let what = kind.words();
        return TasksFile::Unreadable(format!("{path} is {what}, and no regular file any more"));
    };
    let Some(text) = evidence.files.get(path) else {
        return TasksFile::Unreadable(format!("{path} ({size} bytes) is too large or no UTF-8"));
    };
    if *text == evidence.record.case.placeholder {
        TasksFile::Untouched(text)
    } else {
        TasksFile::Written(text)
    }
}
