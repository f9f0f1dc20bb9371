//! Playing again what was recorded: the requests, files and final text of saved evidence, or a list of
//! shell commands.
//!
//! The harness reads the recording and hands it to a program of its own on standard input, in place of
//! the prompt: that program is an agent like any other, watched and confined, and finds no evidence.

mod changes;
mod names;
mod player;
mod script;
mod step;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub use player::play;
pub use script::Script;

use crate::bounded;
use crate::evidence::{self, Evidence, LoadError};

/// Largest list of commands that is read, in bytes.
const LARGEST_LIST: u64 = 1024 * 1024;

/// Something that cannot be played again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// It is neither evidence nor a list of commands.
    #[error("cannot replay {path}: {problem}")]
    Unreadable {
        /// What was named.
        path: String,
        /// What is wrong.
        problem: String,
    },
    /// The evidence cannot be read.
    #[error(transparent)]
    Evidence(#[from] LoadError),
}

/// What was recorded, of one play or several.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording(Arc<Plays>);

#[derive(Debug, PartialEq)]
enum Plays {
    /// It serves every case.
    Only(Script),
    /// By the id of the case.
    Each(BTreeMap<String, Script>),
}

impl Recording {
    /// Reads a folder of evidence, of one play or of a run, or a file with a command a line.
    ///
    /// # Errors
    /// Fails when it is neither.
    pub fn read(path: &Path) -> Result<Self, ReplayError> {
        if !path.is_dir() {
            let text = bounded::read_text(path, LARGEST_LIST);
            let text = text.map_err(|error| ReplayError::Unreadable {
                path: path.display().to_string(),
                problem: error.to_string(),
            })?;
            return Ok(Self(Arc::new(Plays::Only(Script::of_commands(&text)))));
        }
        let found = evidence::find(path)?.plays;
        if let [only] = found.as_slice() {
            let evidence = Evidence::load(only)?;
            // What one iteration did belongs into no other.
            if evidence.record.case.iterations == 1 {
                let script = Script::of_evidence(&evidence);
                return Ok(Self(Arc::new(Plays::Only(script))));
            }
        }
        let mut each = BTreeMap::new();
        for folder in found {
            let evidence = Evidence::load(&folder)?;
            // Of several plays of a case the first one.
            each.entry(evidence.record.case.id.clone())
                .or_insert_with(|| Script::of_evidence(&evidence));
        }
        Ok(Self(Arc::new(Plays::Each(each))))
    }

    /// The recording of a case, as the program that plays it again reads it.
    pub(super) fn of(&self, case: &str) -> Result<String, String> {
        let script = match &*self.0 {
            Plays::Only(script) => script,
            Plays::Each(each) => each
                .get(case)
                .ok_or_else(|| format!("nothing was recorded of the case `{case}`"))?,
        };
        serde_json::to_string(script).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_commands_serves_every_case() {
        let dir = tempfile::tempdir().unwrap();
        let list = dir.path().join("commands.txt");
        std::fs::write(
            &list,
            "# probes\ncurl -sf $WILD_SERVER_URL/docs\n\n  echo 'a  b'\n",
        )
        .unwrap();
        let recording = Recording::read(&list).unwrap();
        let told = recording.of("any").unwrap();
        assert!(
            told.contains("curl -sf") && told.contains("echo 'a  b'") && !told.contains("probes")
        );
    }

    #[test]
    fn what_is_no_recording_is_told_with_its_name() {
        let error = Recording::read(Path::new("/nowhere/list")).unwrap_err();
        assert!(error.to_string().contains("/nowhere/list"), "{error}");
        let dir = tempfile::tempdir().unwrap();
        let error = Recording::read(dir.path()).unwrap_err();
        assert!(error.to_string().contains("no evidence"), "{error}");
    }
}
