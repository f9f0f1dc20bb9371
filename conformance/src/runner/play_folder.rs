//! The place where a case is played: a fresh copy of its workspace in a temporary folder.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use wild_mock_server::beneath::Folder;

use super::{bygone, history};
use crate::agent::Outfit;
use crate::audit::Originals;
use crate::case::{Case, Workspace};
use crate::door;
use crate::evidence::digest_of;
use crate::prompt::SessionValues;
use crate::scratch::{Leftovers, Scratch};

/// The place could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum PlayFolderError {
    /// The file system refused.
    #[error("cannot prepare the workspace for case `{case}`: {source}")]
    Io {
        /// The case's id.
        case: String,
        /// What the system said.
        source: io::Error,
    },
    /// There is no such workspace.
    #[error("case `{case}` wants the workspace `{workspace}`, which does not exist")]
    NoWorkspace {
        /// The case's id.
        case: String,
        /// The workspace's name.
        workspace: String,
    },
}

/// The file of the iteration log.
const LOG: &str = "iteration_log.md";

/// A laid out workspace. It is removed when dropped.
#[derive(Debug)]
pub(super) struct PlayFolder {
    root: Scratch,
    case: String,
    workdir: PathBuf,
    workdir_text: String,
    home: PathBuf,
    prompt_file: PathBuf,
    session_id: String,
    tasks_file: String,
    tasks_path_text: String,
    log_path: PathBuf,
    log_path_text: String,
    log_file: String,
    originals: Originals,
}

impl PlayFolder {
    /// Copies the workspace of `case` and seeds `tasks_path` with its placeholder.
    pub(super) fn lay_out(
        case: &Case,
        seed: u64,
        repetition: u32,
        leftovers: &Leftovers,
    ) -> Result<Self, PlayFolderError> {
        let failed = |source| PlayFolderError::Io {
            case: case.id.clone(),
            source,
        };
        let workspace =
            Workspace::find(&case.workspace).ok_or_else(|| PlayFolderError::NoWorkspace {
                case: case.id.clone(),
                workspace: case.workspace.clone(),
            })?;
        let root = Scratch::make("wild-", leftovers).map_err(failed)?;
        let base = root.path().to_owned();
        let workdir = base.join(workspace.name());
        let home = base.join("home");
        let session_id = session_id(case, seed, repetition);
        let tasks_file = format!(".agents/wild/{session_id}/tasks.md");
        let tasks_path = workdir.join(&tasks_file);
        let session_folder = workdir.join(format!(".agents/wild/{session_id}"));
        std::fs::create_dir(&home).map_err(failed)?;
        std::fs::create_dir(&workdir).map_err(failed)?;
        workspace.unpack(&workdir).map_err(failed)?;
        if !case.has_own_workspace() {
            history::write(&case.workspace, &workdir).map_err(failed)?;
        }
        std::fs::create_dir_all(&session_folder).map_err(failed)?;
        std::fs::write(&tasks_path, &case.placeholder).map_err(failed)?;
        let log_path = session_folder.join(LOG);
        let log = case.log_before();
        if !log.is_empty() {
            std::fs::write(&log_path, log).map_err(failed)?;
        }
        let log_file = format!(".agents/wild/{session_id}/{LOG}");
        bygone::lay(case, &workdir, &tasks_file, &log_file).map_err(failed)?;
        Ok(Self {
            originals: Originals::of_workspace(&base, &workdir, &case.entry_points),
            root,
            case: case.id.clone(),
            workdir_text: workdir.display().to_string(),
            tasks_path_text: tasks_path.display().to_string(),
            prompt_file: base.join("prompt.md"),
            log_path_text: log_path.display().to_string(),
            log_path,
            workdir,
            home,
            log_file,
            session_id,
            tasks_file,
        })
    }

    /// Puts into `HOME` what the agent's program is to find there.
    pub(super) fn furnish(&self, outfit: &Outfit) -> Result<(), PlayFolderError> {
        let laid_out = outfit.lay_out(&self.home, &self.workdir);
        laid_out.map_err(|source| PlayFolderError::Io {
            case: self.case.clone(),
            source,
        })
    }

    /// The entry points as the first iteration found them, whatever an earlier one has made of them.
    pub(super) fn originals(&self) -> &Originals {
        &self.originals
    }

    pub(super) fn session_values<'a>(&'a self, server_url: &'a str) -> SessionValues<'a> {
        SessionValues {
            workdir: &self.workdir_text,
            tasks_path: &self.tasks_path_text,
            server_url,
            session_id: &self.session_id,
            log_path: &self.log_path_text,
        }
    }

    pub(super) fn workdir(&self) -> &Path {
        &self.workdir
    }

    /// The folder that holds the workspace and whatever belongs to it.
    pub(super) fn base(&self) -> &Path {
        self.root.path()
    }

    pub(super) fn home(&self) -> &Path {
        &self.home
    }

    pub(super) fn log_path(&self) -> &Path {
        &self.log_path
    }

    /// `tasks_path` relative to the workspace.
    pub(super) fn tasks_file(&self) -> &str {
        &self.tasks_file
    }

    /// The iteration log relative to the workspace.
    pub(super) fn log_file(&self) -> &str {
        &self.log_file
    }

    /// Puts a text in place of the iteration log. No link is followed.
    pub(super) fn replace_log(&self, text: &str) -> io::Result<()> {
        let folder = Path::new(&self.log_file).parent().unwrap_or(Path::new(""));
        let folder = Folder::open(&self.workdir)?.enter(folder)?;
        folder.replace(LOG.as_ref(), text.as_bytes())
    }

    /// The text of a regular file of the workspace, reached without links; nothing where there is none,
    /// or where it is larger than `most` bytes or no UTF-8.
    pub(super) fn text(&self, path: &str, most: u64) -> Option<String> {
        let workdir = Folder::open(&self.workdir).ok()?;
        let bytes = door::read(&workdir, Path::new(path), most).ok()??;
        String::from_utf8(bytes).ok()
    }

    /// A regular file of the workspace, reached without links.
    pub(super) fn file(&self, path: &str) -> io::Result<File> {
        Folder::open(&self.workdir)?.regular(Path::new(path))
    }

    /// Writes the prompt beside the workspace, for agents that take it from a file.
    pub(super) fn prompt_file(&self, prompt: &str) -> Result<&Path, PlayFolderError> {
        std::fs::write(&self.prompt_file, prompt).map_err(|source| PlayFolderError::Io {
            case: self.case.clone(),
            source,
        })?;
        Ok(&self.prompt_file)
    }
}

/// The same case with the same seed gets the same session, other plays another.
fn session_id(case: &Case, seed: u64, repetition: u32) -> String {
    let digest = digest_of(format!("{seed}/{}/{repetition}", case.id).as_bytes());
    format!("wild-{}", &digest.sha256[..8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::builtin_cases;

    #[test]
    fn a_play_folder_has_the_workspace_and_the_placeholder() {
        let case = builtin_cases().unwrap().remove(0);
        let place = PlayFolder::lay_out(&case, 1, 1, &Leftovers::default()).unwrap();
        assert!(place.workdir().join("README.md").is_file());
        assert_eq!(
            place.text(place.tasks_file(), 1024 * 1024).unwrap(),
            case.placeholder
        );
        assert_eq!(place.session_id.len(), 13);
        let workdir = place.workdir().to_owned();
        drop(place);
        assert!(!workdir.exists());
    }
}
