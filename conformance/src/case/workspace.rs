//! Where an agent works: the fixtures that are built into the program, so that an installed binary needs no
//! checkout, and folders of the user's.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use include_dir::{Dir, DirEntry, include_dir};
use wild_mock_server::cases;

use super::folder::{self, own_files};
use crate::bounded::read_text;

static WORKSPACES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../fixtures/workspaces");

/// Largest job script that is read, in bytes.
const LARGEST_SCRIPT: u64 = 1024 * 1024;

/// Where an agent works: a fixture that is built into the program, or a folder of the user's.
#[derive(Debug, Clone)]
pub enum Workspace {
    /// A fixture.
    BuiltIn(&'static Dir<'static>),
    /// A folder, which is copied and never changed.
    Folder(PathBuf),
}

impl Workspace {
    /// Finds a fixture by its name, or a folder by its path.
    pub fn find(workspace: &str) -> Option<Self> {
        if cases::is_path(workspace) {
            let folder = PathBuf::from(workspace);
            return folder.is_dir().then_some(Self::Folder(folder));
        }
        WORKSPACES.get_dir(workspace).map(Self::BuiltIn)
    }

    /// What its copy is called.
    pub fn name(&self) -> &OsStr {
        let path = match self {
            Self::BuiltIn(dir) => dir.path(),
            Self::Folder(folder) => folder,
        };
        path.file_name().unwrap_or(OsStr::new("workspace"))
    }

    /// Whether the workspace ships a file of this relative path.
    pub fn has_file(&self, path: &str) -> bool {
        match self {
            Self::BuiltIn(dir) => dir.get_file(dir.path().join(path)).is_some(),
            Self::Folder(folder) => folder.join(path).is_file(),
        }
    }

    /// The texts of its job scripts for a scheduler.
    ///
    /// # Errors
    /// Fails when a folder of the user's cannot be read.
    pub fn job_scripts(&self) -> io::Result<Vec<String>> {
        match self {
            Self::BuiltIn(dir) => Ok(built_in_job_scripts(dir)),
            Self::Folder(folder) => {
                let files = own_files(folder)?;
                let scripts = files.iter().filter(|file| is_job_script(file));
                // What is no text is no script.
                let texts =
                    scripts.filter_map(|file| read_text(&folder.join(file), LARGEST_SCRIPT).ok());
                Ok(texts.collect())
            }
        }
    }

    /// Copies the workspace into `target`, which must exist.
    ///
    /// # Errors
    /// Fails when a folder or file cannot be read or written.
    pub fn unpack(&self, target: &Path) -> io::Result<()> {
        match self {
            Self::BuiltIn(dir) => unpack_entries(dir, dir.path(), target),
            Self::Folder(folder) => folder::copy(folder, target),
        }
    }
}

fn is_job_script(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "sbatch" || extension == "slurm" || extension == "sh")
}

fn built_in_job_scripts(dir: &'static Dir<'static>) -> Vec<String> {
    let mut files = Vec::new();
    let mut pending = vec![dir];
    while let Some(dir) = pending.pop() {
        pending.extend(dir.dirs());
        files.extend(dir.files().filter(|file| is_job_script(file.path())));
    }
    files.sort_by_key(|file| file.path());
    let texts = files.into_iter();
    texts
        .filter_map(include_dir::File::contents_utf8)
        .map(str::to_owned)
        .collect()
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
