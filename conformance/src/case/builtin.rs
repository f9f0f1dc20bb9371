//! The cases and workspaces that are built into the program, so that an installed binary needs no
//! checkout.

use std::io;
use std::path::Path;

use include_dir::{Dir, DirEntry, include_dir};

use super::Case;
use super::file::{self, CaseError};
use wild_mock_server::cases;

static WORKSPACES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../fixtures/workspaces");

/// All built-in cases, sorted by id.
///
/// # Errors
/// Fails when a built-in file is not a valid case, which a test of this crate rules out.
pub fn builtin_cases() -> Result<Vec<Case>, CaseError> {
    cases::builtin()?.iter().map(file::typed).collect()
}

fn is_job_script(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "sbatch" || extension == "slurm" || extension == "sh")
}

/// A workspace fixture that is built into the program.
#[derive(Debug, Clone, Copy)]
pub struct Workspace(&'static Dir<'static>);

impl Workspace {
    /// Finds a workspace by its name.
    pub fn find(name: &str) -> Option<Self> {
        WORKSPACES.get_dir(name).map(Self)
    }

    /// Whether the workspace ships a file of this relative path.
    pub fn has_file(&self, path: &str) -> bool {
        self.0.get_file(self.0.path().join(path)).is_some()
    }

    /// The texts of its job scripts for a scheduler.
    pub fn job_scripts(&self) -> impl Iterator<Item = &'static str> {
        let mut files = Vec::new();
        let mut pending = vec![self.0];
        while let Some(dir) = pending.pop() {
            pending.extend(dir.dirs());
            files.extend(dir.files().filter(|file| is_job_script(file.path())));
        }
        files.sort_by_key(|file| file.path());
        files
            .into_iter()
            .filter_map(include_dir::File::contents_utf8)
    }

    /// Copies the workspace into `target`, which must exist.
    ///
    /// # Errors
    /// Fails when a folder or file cannot be written.
    pub fn unpack(&self, target: &Path) -> io::Result<()> {
        unpack_entries(self.0, self.0.path(), target)
    }
}

fn unpack_entries(dir: &Dir<'_>, root: &Path, target: &Path) -> io::Result<()> {
    for entry in dir.entries() {
        let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let path = target.join(relative);
        match entry {
            // Left behind by whoever ran the fixture's Python code in the source tree.
            DirEntry::Dir(inner) if inner.path().ends_with("__pycache__") => {}
            DirEntry::Dir(inner) => {
                std::fs::create_dir_all(&path)?;
                unpack_entries(inner, root, target)?;
            }
            DirEntry::File(file) => std::fs::write(&path, file.contents())?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_points_exist_in_their_workspace() {
        for case in builtin_cases().unwrap() {
            let workspace = Workspace::find(&case.workspace).unwrap();
            for script in &case.entry_points {
                assert!(workspace.has_file(script), "{}: {script}", case.id);
            }
        }
    }
}
