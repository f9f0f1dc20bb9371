//! What a commit is to hold: what the repository tracks, as the workspace has it now, and what nobody
//! tracks yet and no `.gitignore` names.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use super::entry::Mode;
use super::head::Head;
use super::ignored::Ignored;
use super::index::{Known, Tracked};
use super::object::Id;
use crate::evidence::{Entry, EntryKind, FolderSnapshot};
use wild_mock_server::beneath::Folder;

/// Largest file that is committed if it is not tracked, in bytes.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// Most bytes of new content that a commit may bring.
pub(super) const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Most bytes of tracked files that are looked through for changes.
const MOST_LOOKED_AT: u64 = 1024 * 1024 * 1024;

/// Most files that a commit may hold.
const MOST_FILES: usize = 20_000;

/// An entry of a commit to come.
pub(super) struct Chosen<'p> {
    pub(super) path: &'p str,
    pub(super) content: Content<'p>,
    /// What is tracked under its path.
    pub(super) known: Option<Known>,
}

/// What an entry will hold.
pub(super) enum Content<'p> {
    /// What is in the repository already, or lies in another.
    Known(Mode, Id),
    /// A file's bytes.
    File(Mode),
    /// The way that a link leads.
    Link(&'p str),
}

/// A workspace and what is known of it.
pub(super) struct Choice<'p> {
    pub(super) root: &'p Folder,
    pub(super) there: &'p FolderSnapshot,
    pub(super) tracked: &'p Tracked,
    pub(super) takes: &'p dyn Fn(&str) -> bool,
}

impl<'p> Choice<'p> {
    /// The entries, sorted by path; or why there can be no commit.
    pub(super) fn make(&self) -> Result<Vec<Chosen<'p>>, String> {
        let sizes = self.tracked.keys().map(|path| self.size(path));
        if total(sizes) > MOST_LOOKED_AT {
            return Err(format!("more than {MOST_LOOKED_AT} bytes are tracked"));
        }
        let tracked = self.tracked.iter();
        let tracked = tracked.filter_map(|(path, known)| self.tracked(path, *known));
        let mut chosen: Vec<Chosen<'p>> = tracked.collect();
        self.add_others(&mut chosen)?;
        chosen.sort_by_key(|entry| entry.path);
        let is_new = |entry: &&Chosen<'_>| matches!(entry.content, Content::File(_));
        let new = chosen.iter().filter(is_new);
        let refusal = if total(new.map(|entry| self.size(entry.path))) > MOST_BYTES {
            Some(format!("it has changes of more than {MOST_BYTES} bytes"))
        } else if chosen.len() > MOST_FILES {
            Some(format!("it holds more than {MOST_FILES} files"))
        } else {
            twice(&chosen).map(|path| format!("{path} is tracked as a file and is a folder"))
        };
        refusal.map_or(Ok(chosen), Err)
    }

    /// The size of a file, as it was seen.
    fn size(&self, path: &str) -> u64 {
        match self.there.get(path).map(|entry| &entry.kind) {
            Some(EntryKind::File { size, .. }) => *size,
            _ => 0,
        }
    }

    /// What becomes of a tracked path; nothing where it was removed.
    fn tracked(&self, path: &'p str, known: Known) -> Option<Chosen<'p>> {
        let as_it_was = Content::Known(known.mode, known.id);
        let content = match self.there.get(path).map(|entry| (entry, &entry.kind)) {
            _ if known.marks.holds() => Some(as_it_was),
            Some((_, EntryKind::Folder)) if known.mode == Mode::Repository => Some(as_it_was),
            Some((entry, EntryKind::File { size, .. })) => {
                let own = self.root.regular(Path::new(path)).ok();
                let id = own.and_then(|file| Id::of_blob(file, *size).ok()?);
                Some(match id {
                    Some(id) if id == known.id => Content::Known(mode(entry), id),
                    _ => Content::File(mode(entry)),
                })
            }
            Some((_, EntryKind::Link { target })) => Some(Content::Link(target)),
            Some((_, EntryKind::Folder | EntryKind::Other { .. })) => None,
            // Nobody may have looked there.
            None => self.is_hidden(path).then_some(as_it_was),
        };
        Some(Chosen {
            path,
            content: content?,
            known: Some(known),
        })
    }

    /// Whether something is at a path after all, or nobody can tell.
    fn is_hidden(&self, path: &str) -> bool {
        let path = Path::new(path);
        let (Some(above), Some(name)) = (path.parent(), path.file_name()) else {
            return false;
        };
        let found = self.root.enter(above).and_then(|folder| folder.stat(name));
        found.map_or_else(
            |error| error.kind() == io::ErrorKind::PermissionDenied,
            |_| true,
        )
    }

    /// Adds what is not tracked yet.
    fn add_others(&self, chosen: &mut Vec<Chosen<'p>>) -> Result<(), String> {
        let nested = self.nested();
        let is_inside = |path: &str| above(path).any(|folder| nested.contains(folder));
        let is_other =
            |path: &str| !self.tracked.contains_key(path) && !is_of_git(path) && !is_inside(path);
        let mut ignored = Ignored::read(self.root, self.there, &is_inside)?;
        for (path, entry) in self.there.0.iter().filter(|(path, _)| is_other(path)) {
            let content = match &entry.kind {
                EntryKind::File { size, .. } if *size <= LARGEST_FILE => Content::File(mode(entry)),
                EntryKind::Link { target } => Content::Link(target),
                EntryKind::Folder if nested.contains(path.as_str()) => match self.commit_of(path) {
                    Some(id) => Content::Known(Mode::Repository, id),
                    None => continue,
                },
                _ => continue,
            };
            let is_folder = entry.kind == EntryKind::Folder;
            if (self.takes)(path) && !ignored.covers(path, is_folder) {
                chosen.push(Chosen {
                    path,
                    content,
                    known: None,
                });
            }
        }
        Ok(())
    }

    /// The folders that are repositories of their own.
    fn nested(&self) -> BTreeSet<&'p str> {
        let is_one = |folder: &&str| {
            let is_file = |path: String| {
                let found = self.there.get(&path).map(|entry| &entry.kind);
                matches!(found, Some(EntryKind::File { .. }))
            };
            is_file(format!("{folder}/.git")) || is_file(format!("{folder}/.git/HEAD"))
        };
        let folders = self.there.0.keys();
        let own = folders
            .filter_map(|path| path.strip_suffix("/.git"))
            .filter(is_one);
        let known = self.tracked.iter();
        let known = known.filter(|(_, known)| known.mode == Mode::Repository);
        own.chain(known.map(|(path, _)| path.as_str())).collect()
    }

    /// The commit that is checked out in a repository within this one, none of whose files is tracked.
    fn commit_of(&self, path: &str) -> Option<Id> {
        let inner = format!("{path}/");
        let next = self.tracked.range(inner.clone()..).next();
        if next.is_some_and(|(tracked, _)| tracked.starts_with(&inner)) {
            return None;
        }
        let git = self.root.enter(&Path::new(path).join(".git")).ok()?;
        Head::read(&git).ok()?.ok()?.parent
    }
}

/// The folders above a path, the outermost first.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// Whether a path lies where a repository keeps itself, on whatever disk.
fn is_of_git(path: &str) -> bool {
    path.split('/')
        .any(|name| name.eq_ignore_ascii_case(".git"))
}

/// Sizes together. Sparse files may have any.
fn total(sizes: impl Iterator<Item = u64>) -> u64 {
    sizes.fold(0, u64::saturating_add)
}

fn mode(entry: &Entry) -> Mode {
    if entry.mode & 0o100 == 0 {
        Mode::File
    } else {
        Mode::Executable
    }
}

/// A path that is an entry and has entries below it, too. `chosen` is sorted.
fn twice<'p>(chosen: &[Chosen<'p>]) -> Option<&'p str> {
    let all: BTreeSet<&str> = chosen.iter().map(|entry| entry.path).collect();
    let mut folders = chosen.iter().flat_map(|entry| above(entry.path));
    folders.find(|folder| all.contains(folder))
}
