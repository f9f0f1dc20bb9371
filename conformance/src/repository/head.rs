//! Where a repository stands: its branch, and the commit at the end of it.

use std::io;
use std::path::Path;

use wild_mock_server::beneath::{Folder, Kind};

use super::object::Id;
use crate::door;

/// Largest file with references that is read, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// What stands in a repository while git is in the midst of something.
const UNFINISHED: [&str; 5] = [
    "MERGE_HEAD",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "rebase-merge",
    "rebase-apply",
];

/// What `HEAD` says.
pub(super) struct Head {
    /// The branch; none where a commit itself is checked out.
    branch: Option<String>,
    /// The commit that is checked out; none in a repository without one.
    pub(super) parent: Option<Id>,
}

impl Head {
    /// Reads it, or tells why this repository is none that can be committed to.
    pub(super) fn read(git: &Folder) -> io::Result<Result<Self, String>> {
        let mut unfinished = UNFINISHED.iter();
        if let Some(name) = unfinished.find(|name| git.stat(name.as_ref()).is_ok()) {
            return Ok(Err(format!("{name} tells that something is not finished")));
        }
        let head = text(git, "HEAD")?;
        let head = head.as_deref().unwrap_or_default().trim();
        let Some(branch) = head.strip_prefix("ref: ") else {
            let known = Id::read(head).map(|parent| Self {
                branch: None,
                parent: Some(parent),
            });
            return Ok(known.ok_or_else(|| "its HEAD is not understood".to_owned()));
        };
        let is_plain = branch.starts_with("refs/heads/")
            && !branch.ends_with("/.invalid")
            && branch
                .split('/')
                .all(|name| !matches!(name, "" | "." | ".."));
        if !is_plain {
            return Ok(Err("its HEAD is not understood".to_owned()));
        }
        let loose = text(git, branch)?;
        let found = match loose {
            Some(id) => Some(id.trim().to_owned()),
            None => packed(git, branch)?,
        };
        let parent = match found.map(|id| Id::read(&id).ok_or(id)) {
            None => None,
            Some(Ok(id)) => Some(id),
            Some(Err(_)) => return Ok(Err(format!("{branch} is not understood"))),
        };
        Ok(Ok(Self {
            branch: Some(branch.to_owned()),
            parent,
        }))
    }

    /// Makes `id` the commit that is checked out.
    pub(super) fn advance(&self, git: &Folder, id: Id) -> io::Result<()> {
        let line = format!("{id}\n");
        let Some(branch) = &self.branch else {
            return git.replace("HEAD".as_ref(), line.as_bytes());
        };
        let branch = Path::new(branch);
        let (Some(above), Some(name)) = (branch.parent(), branch.file_name()) else {
            return Ok(());
        };
        let folder = made(git, above)?;
        // References below it may have been packed, and left a folder.
        if folder
            .stat(name)
            .is_ok_and(|stat| Kind::of(&stat) == Kind::Folder)
        {
            folder.remove(name)?;
        }
        folder.replace(name, line.as_bytes())
    }
}

/// The folder at `way`, made where it is missing: that of references that were packed may be.
fn made(git: &Folder, way: &Path) -> io::Result<Folder> {
    let mut folder = git.enter(Path::new(""))?;
    for name in way {
        match folder.make(name) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => folder = folder.enter(Path::new(name))?,
        }
    }
    Ok(folder)
}

/// The text of a file; none where there is none.
fn text(git: &Folder, path: &str) -> io::Result<Option<String>> {
    let way = Path::new(path);
    let (above, name) = (
        way.parent().unwrap_or(way),
        way.file_name().unwrap_or_default(),
    );
    let found = git.enter(above).and_then(|folder| folder.stat(name));
    match found {
        Ok(stat) if Kind::of(&stat) == Kind::Folder => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        _ => {}
    }
    let bytes = door::read(git, way, LARGEST)?;
    Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
}

fn packed(git: &Folder, branch: &str) -> io::Result<Option<String>> {
    let packed = text(git, "packed-refs")?.unwrap_or_default();
    let mut lines = packed.lines().filter_map(|line| line.split_once(' '));
    let found = lines.find(|(_, name)| *name == branch);
    Ok(found.map(|(id, _)| id.to_owned()))
}
