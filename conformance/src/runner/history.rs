//! The git history that a built-in workspace comes with.

use std::fs::Permissions;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

use super::bygone::look;
use crate::repository::{self, Committed, Label};

/// The histories of all workspaces.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Histories {
    history: Vec<History>,
}

/// The commits of one workspace, the oldest first.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct History {
    workspace: String,
    commits: Vec<Step>,
    /// The files of its repository, which are the same in every play.
    #[serde(skip)]
    built: OnceLock<Vec<Built>>,
}

/// A file of a repository.
#[derive(Debug, Clone)]
struct Built {
    path: PathBuf,
    bytes: Vec<u8>,
    permissions: Permissions,
}

impl Built {
    fn write(&self, workdir: &Path) -> io::Result<()> {
        let file = workdir.join(&self.path);
        file.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(&file, &self.bytes)?;
        std::fs::set_permissions(file, self.permissions.clone())
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    at: i64,
    author: String,
    message: String,
    /// Files, and folders with a final slash, that it adds to those of the commits before.
    paths: Vec<String>,
}

static TEXT: &str = include_str!("../../../fixtures/histories.toml");

/// The histories as they are built in; none where the file is not valid, which a test rules out.
fn all() -> &'static [History] {
    static ALL: LazyLock<Histories> = LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());
    &ALL.history
}

/// Makes `workdir`, an untouched copy of the built-in workspace of this name, a git repository with the
/// workspace's history. A workspace without one stays as it is.
///
/// # Errors
/// Fails when the repository cannot be written.
pub(super) fn write(workspace: &str, workdir: &Path) -> io::Result<()> {
    let Some(history) = all().iter().find(|own| own.workspace == workspace) else {
        return Ok(());
    };
    if let Some(files) = history.built.get() {
        repository::begin(workdir)?;
        return files.iter().try_for_each(|file| file.write(workdir));
    }
    history.build(workdir)?;
    // Whoever was faster built the same.
    let _ = history.built.set(files(workdir)?);
    Ok(())
}

impl History {
    /// Builds the repository; what came of each commit.
    fn build(&self, workdir: &Path) -> io::Result<Vec<Committed>> {
        let there = look(workdir)?;
        repository::begin(workdir)?;
        let mut added: Vec<&str> = Vec::new();
        let mut made = Vec::new();
        for (at, step) in self.commits.iter().enumerate() {
            added.extend(step.paths.iter().map(String::as_str));
            let is_last = at + 1 == self.commits.len();
            let takes = |path: &str| {
                let is_added =
                    |own: &&str| path == *own || own.ends_with('/') && path.starts_with(own);
                is_last || added.iter().any(is_added)
            };
            let label = Label {
                author: &step.author,
                at: step.at,
                message: &step.message,
            };
            made.push(repository::commit(workdir, &there, &takes, label)?);
        }
        Ok(made)
    }
}

/// The files of the repository in `workdir`.
fn files(workdir: &Path) -> io::Result<Vec<Built>> {
    let mut files = Vec::new();
    let mut pending = vec![PathBuf::from(".git")];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(workdir.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                pending.push(path);
            } else {
                files.push(Built {
                    path,
                    bytes: std::fs::read(entry.path())?,
                    permissions: entry.metadata()?.permissions(),
                });
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Workspace;

    #[test]
    fn every_built_in_workspace_has_a_history() {
        let histories: Histories = toml::from_str(TEXT).unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/workspaces");
        let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
        for entry in entries.filter(|entry| entry.path().is_dir()) {
            let name = entry.file_name().into_string().unwrap();
            let has = histories.history.iter().any(|own| own.workspace == name);
            assert!(has, "fixtures/histories.toml has no [[history]] of {name}");
        }
    }

    #[test]
    fn every_commit_of_a_history_adds_something_that_is_there() {
        let histories: Histories = toml::from_str(TEXT).unwrap();
        for history in &histories.history {
            let workspace = Workspace::find(&history.workspace).unwrap();
            // Once it is built, and once it is copied.
            let [dir, again] = [(); 2].map(|()| {
                let dir = tempfile::tempdir().unwrap();
                workspace.unpack(dir.path()).unwrap();
                write(&history.workspace, dir.path()).unwrap();
                dir
            });
            let there = look(dir.path()).unwrap();
            assert_eq!(there, look(again.path()).unwrap());
            let times: Vec<i64> = history.commits.iter().map(|step| step.at).collect();
            assert!(times.is_sorted(), "{}", history.workspace);
            for path in history.commits.iter().flat_map(|step| &step.paths) {
                let is_there = there.get(path.trim_end_matches('/')).is_some();
                assert!(is_there, "{}: {path}", history.workspace);
            }
            let own = tempfile::tempdir().unwrap();
            workspace.unpack(own.path()).unwrap();
            let made = history.build(own.path()).unwrap();
            for (step, made) in history.commits.iter().zip(&made) {
                let is_new = matches!(made, Committed::Yes(_));
                assert!(is_new, "{}: {}: {made:?}", history.workspace, step.message);
            }
            assert_eq!(made.len(), history.commits.len());
            assert!(dir.path().join(".git/refs/heads/main").is_file());
        }
    }
}
