//! Git repositories in workspaces: the history that a project comes with, and what is committed when an
//! iteration ends.
//!
//! Objects, references and index are written by this program and not by `git`. That needs no such
//! program on the machine, and the configuration of a repository, which an agent may have changed, names
//! programs that `git` would execute outside of the agent's walls. Everything goes through the door, so
//! that no link leads elsewhere.

mod attributes;
mod choice;
mod entry;
mod head;
mod ignored;
mod index;
mod object;
mod tree;

use std::io;
use std::path::Path;

use crate::door;
use crate::evidence::FolderSnapshot;
use choice::{Choice, Chosen, Content};
use entry::{Entry, Mode};
use head::Head;
use index::Tracked;
use object::{Id, Kind, Store};
use wild_mock_server::beneath::Folder;

/// Largest index that is read, in bytes.
const LARGEST_INDEX: u64 = 64 * 1024 * 1024;

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

/// Commits what `workdir` holds, which is what `there` lists: the files that are tracked, and of others those
/// that `takes` takes and no `.gitignore` names. Repositories within this one stay what they are.
///
/// # Errors
/// Fails when the repository cannot be read or written.
pub(crate) fn commit(
    workdir: &Path,
    there: &FolderSnapshot,
    takes: &dyn Fn(&str) -> bool,
    label: Label<'_>,
) -> io::Result<Committed> {
    let root = Folder::open(workdir)?;
    let git = match root.enter(Path::new(".git")) {
        Ok(git) => git,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Committed::Nothing),
        Err(_) => {
            let why =
                ".git is no folder that can be entered, and a repository elsewhere is left alone";
            return Ok(Committed::No(why.to_owned()));
        }
    };
    let head = match Head::read(&git)? {
        Ok(head) => head,
        Err(why) => return Ok(Committed::No(why)),
    };
    let tracked = match tracked(&git)? {
        Ok(tracked) => tracked,
        Err(why) => return Ok(Committed::No(why.to_owned())),
    };
    if let Some(path) = attributes::changing(&root, there) {
        let why = format!("{path} has contents changed in a way that only git knows");
        return Ok(Committed::No(why));
    }
    let choice = Choice {
        root: &root,
        there,
        tracked: &tracked,
        takes,
    };
    let chosen = match choice.make() {
        Ok(chosen) => chosen,
        Err(why) => return Ok(Committed::No(why)),
    };
    let store = Store::open(&git)?;
    let mut entries = Vec::new();
    for chosen in &chosen {
        entries.extend(put(&root, &store, chosen)?);
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

/// What the index says, if that is understood.
fn tracked(git: &Folder) -> io::Result<Result<Tracked, &'static str>> {
    match door::read(git, Path::new("index"), LARGEST_INDEX) {
        Ok(Some(bytes)) => Ok(index::read(&bytes)),
        Ok(None) => Ok(Err("its index is too large")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Ok(Tracked::new())),
        Err(error) => Err(error),
    }
}

/// Stores the content of an entry. What vanished or cannot be read stays as it is tracked, if it is.
fn put<'p>(root: &Folder, store: &Store, chosen: &Chosen<'p>) -> io::Result<Option<Entry<'p>>> {
    let known = chosen.known.map(|known| (known.mode, known.id));
    let content = match chosen.content {
        Content::Known(mode, id) => Some((mode, id)),
        Content::Link(target) => Some((Mode::Link, store.put(Kind::Blob, target.as_bytes())?)),
        Content::File(mode) => match door::read(root, Path::new(chosen.path), choice::MOST_BYTES) {
            Ok(Some(bytes)) => Some((mode, store.put(Kind::Blob, &bytes)?)),
            Ok(None) | Err(_) => known,
        },
    };
    Ok(content.map(|(mode, id)| Entry {
        path: chosen.path,
        mode,
        id,
        marks: chosen.known.map(|known| known.marks).unwrap_or_default(),
    }))
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
