//! The git history that a built-in workspace comes with.

use std::io;
use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::evidence::Snapshot;
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

/// Makes `workdir`, a copy of the built-in workspace of this name that holds what is `there`, a git
/// repository with the workspace's history. A workspace without one stays as it is.
///
/// # Errors
/// Fails when the repository cannot be written.
pub(super) fn write(workspace: &str, workdir: &Path, there: &Snapshot) -> io::Result<()> {
    match all().iter().find(|own| own.workspace == workspace) {
        Some(history) => history.write(workdir, there).map(drop),
        None => Ok(()),
    }
}

impl History {
    /// Writes the repository; what came of each commit.
    fn write(&self, workdir: &Path, there: &Snapshot) -> io::Result<Vec<Committed>> {
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
            made.push(repository::commit(workdir, there, &takes, label)?);
        }
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cancel::Cancel;
    use crate::case::Workspace;
    use crate::evidence::{Reach, Survey};

    #[test]
    fn every_commit_of_a_history_adds_something_that_is_there() {
        let histories: Histories = toml::from_str(TEXT).unwrap();
        assert_eq!(histories.history.len(), 8);
        for history in &histories.history {
            let dir = tempfile::tempdir().unwrap();
            let workspace = Workspace::find(&history.workspace).unwrap();
            workspace.unpack(dir.path()).unwrap();
            let known = Snapshot::default();
            let seen = Survey::of(dir.path(), None, &known, Reach::default(), &Cancel::new());
            let there = seen.unwrap().snapshot;
            let made = history.write(dir.path(), &there).unwrap();
            let times: Vec<i64> = history.commits.iter().map(|step| step.at).collect();
            assert!(times.is_sorted(), "{}", history.workspace);
            for path in history.commits.iter().flat_map(|step| &step.paths) {
                let is_there = there.get(path.trim_end_matches('/')).is_some();
                assert!(is_there, "{}: {path}", history.workspace);
            }
            for (step, made) in history.commits.iter().zip(&made) {
                let is_new = matches!(made, Committed::Yes(_));
                assert!(is_new, "{}: {}: {made:?}", history.workspace, step.message);
            }
            assert_eq!(made.len(), history.commits.len());
            assert!(dir.path().join(".git/refs/heads/main").is_file());
        }
    }
}
