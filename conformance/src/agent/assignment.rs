//! What an agent is given: its prompt, its folders, and where what it prints is written.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::places::Places;
use super::supervision::Custody;

/// What an agent is given.
#[derive(Debug, Clone)]
pub struct Assignment<'a> {
    /// The id of the case.
    pub case: &'a str,
    /// The prompt.
    pub prompt: &'a str,
    /// A file outside the workspace that holds the prompt.
    pub prompt_file: &'a Path,
    /// Working directory: the workspace.
    pub workdir: &'a Path,
    /// The folder that serves as `HOME`, laid out.
    pub home: &'a Path,
    /// An empty folder for temporary files.
    pub tmp: &'a Path,
    /// A folder that comes first in `PATH`, if any.
    pub bin: Option<&'a Path>,
    /// How it is watched and confined.
    pub custody: Custody<'a>,
    /// Further environment variables (`WILD_...`).
    pub environment: Vec<(&'static str, OsString)>,
    /// Time limit in seconds.
    pub time_limit: u64,
    /// Where its final text is written, which is its standard output unless it says otherwise.
    pub transcript: PathBuf,
    /// Where its standard output is written if that is not its final text.
    pub stdout: PathBuf,
    /// Where its standard error is written.
    pub stderr: PathBuf,
    /// Where the account of a conversation is written, where an adapter holds one.
    pub session: PathBuf,
}

impl Assignment<'_> {
    /// What placeholders stand for.
    pub(super) fn places(&self) -> Places<'_> {
        Places {
            prompt: self.prompt,
            prompt_file: self.prompt_file,
            home: self.home,
            tmp: self.tmp,
            workdir: self.workdir,
        }
    }
}
