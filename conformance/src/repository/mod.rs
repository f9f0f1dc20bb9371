//! Git repositories in workspaces: the history that a project comes with, and what is committed when an
//! iteration ends.
//!
//! Objects, references and index are written by this program and not by `git`. That needs no such
//! program on the machine, and the configuration of a repository, which an agent may have changed, names
//! programs that `git` would execute outside of the agent's walls. Everything goes through the door, so
//! that no link leads elsewhere.

mod head;
mod ignored;
mod index;
mod object;
mod tree;

use std::io;
use std::path::Path;

use wild_mock_server::beneath::Folder;

use crate::door;
use crate::evidence::{EntryKind, Snapshot};
use head::Head;
use ignored::Ignored;
use object::{Id, Kind, Store};
use tree::{Entry, Mode};

/// Largest file that is committed, in bytes.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// Most bytes that a commit may hold.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Most files that a commit may hold.
const MOST_FILES: usize = 20_000;

/// The branch of a repository that is begun.
const BRANCH: &str = "refs/heads/main";

/// What a commit says of itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Label<'a> {
    /// `Name <address>`
    pub(crate) author: &'a str,
    /// When, in seconds since the Unix epoch.
    pub(crate) at: i64,
    /// The message, one line.
    pub(crate) message: &'a str,
}

/// What came of committing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Committed {
    /// There is a new commit, with this hash.
    Yes(String),
    /// There was nothing to commit, or no repository.
    Nothing,
    /// It was not done, and why.
    No(String),
}

/// Makes a repository without a commit in `workdir`.
///
/// # Errors
/// Fails when something cannot be written.
pub(crate) fn begin(workdir: &Path) -> io::Result<()> {
    let git = workdir.join(".git");
    for folder in ["objects/info", "objects/pack", "refs/heads", "refs/tags"] {
        std::fs::create_dir_all(git.join(folder))?;
    }
    std::fs::write(git.join("HEAD"), format!("ref: {BRANCH}\n"))?;
    std::fs::write(
        git.join("config"),
        "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n",
    )
}

/// Commits those files of `workdir` that `there` lists, `takes` takes and no `.gitignore` names.
///
/// # Errors
/// Fails when the repository cannot be read or written.
pub(crate) fn commit(
    workdir: &Path,
    there: &Snapshot,
    takes: &dyn Fn(&str) -> bool,
    label: Label<'_>,
) -> io::Result<Committed> {
    let root = Folder::open(workdir)?;
    let Ok(git) = root.enter(Path::new(".git")) else {
        return Ok(Committed::Nothing);
    };
    let head = match Head::read(&git)? {
        Ok(head) => head,
        Err(why) => return Ok(Committed::No(why)),
    };
    let ignored = Ignored::read(&root, there);
    let is_wanted = |path: &str| !path.starts_with(".git/") && takes(path) && !ignored.covers(path);
    let files = there.0.iter().filter(|(path, _)| is_wanted(path));
    let size = |kind: &EntryKind| match kind {
        EntryKind::File { size, .. } if *size <= LARGEST_FILE => *size,
        _ => 0,
    };
    if files
        .clone()
        .map(|(_, entry)| size(&entry.kind))
        .sum::<u64>()
        > MOST_BYTES
    {
        let why = format!("it holds more than {MOST_BYTES} bytes");
        return Ok(Committed::No(why));
    }
    if files.clone().count() > MOST_FILES {
        return Ok(Committed::No(format!(
            "it holds more than {MOST_FILES} files"
        )));
    }
    let store = Store::open(&git)?;
    let mut entries = Vec::new();
    for (path, entry) in files {
        // What vanished, is locked or is too large is left out, as what git cannot read.
        if let Some((mode, content)) = content(&root, path, &entry.kind, entry.mode) {
            let id = store.put(Kind::Blob, &content)?;
            entries.push(Entry { path, mode, id });
        }
    }
    let root_tree = tree::put(&store, &entries)?;
    if head.parent.and_then(|parent| store.tree_of(parent)) == Some(root_tree) {
        return Ok(Committed::Nothing);
    }
    let id = store.put(Kind::Commit, text(root_tree, head.parent, label).as_bytes())?;
    head.advance(&git, id)?;
    git.replace("index".as_ref(), &index::bytes(&entries))?;
    Ok(Committed::Yes(id.to_string()))
}

fn content(root: &Folder, path: &str, kind: &EntryKind, mode: u32) -> Option<(Mode, Vec<u8>)> {
    match kind {
        EntryKind::File { size, .. } if *size <= LARGEST_FILE => {
            let bytes = door::read(root, Path::new(path), LARGEST_FILE).ok()??;
            let mode = if mode & 0o100 == 0 {
                Mode::File
            } else {
                Mode::Executable
            };
            Some((mode, bytes))
        }
        EntryKind::Link { target } => Some((Mode::Link, target.clone().into_bytes())),
        EntryKind::File { .. } | EntryKind::Folder | EntryKind::Other { .. } => None,
    }
}

fn text(tree: Id, parent: Option<Id>, label: Label<'_>) -> String {
    let Label {
        author,
        at,
        message,
    } = label;
    let parent = parent.map_or_else(String::new, |id| format!("parent {id}\n"));
    format!(
        "tree {tree}\n{parent}author {author} {at} +0000\ncommitter {author} {at} +0000\n\n{message}\n"
    )
}

#[cfg(test)]
mod tests;
