//! Writing a case's evidence, bit by bit, so that what was gathered survives an interruption.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use wild_mock_server::Seq;

use super::earlier::{RECORD_DRAFT, holds_only_evidence};
use super::play_record::{Completeness, PlayRecord, RECORD_FILE};
use super::{file_name, seal};
use crate::scratch;
use crate::secrets::Secrets;

/// Evidence could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the evidence {}: {source}", path.display())]
pub struct WriteError {
    path: PathBuf,
    source: io::Error,
}

/// Something at this place could not be written.
pub(super) fn failed_at(path: &Path, source: io::Error) -> WriteError {
    WriteError {
        path: path.to_owned(),
        source,
    }
}

/// Fills one evidence directory.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
}

impl Writer {
    /// Starts a directory. Evidence of an earlier run in the same place is removed; a folder that
    /// holds something else is left alone and refused.
    ///
    /// # Errors
    /// Fails when the folder cannot be made, or holds what is not evidence.
    pub fn create(folder: &Path) -> Result<Self, WriteError> {
        let failed = |source| failed_at(folder, source);
        std::fs::create_dir_all(folder).map_err(failed)?;
        if holds_only_evidence(folder).map_err(failed)? {
            scratch::remove(folder).map_err(failed)?;
            std::fs::create_dir_all(folder).map_err(failed)?;
        } else {
            let foreign = "the folder exists and holds something that is not evidence; \
                           remove it or choose another with --out";
            return Err(failed(io::Error::new(
                io::ErrorKind::AlreadyExists,
                foreign,
            )));
        }
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// The directory.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the agent's final text is to be written, while it runs if that is its standard output.
    pub fn transcript_path(&mut self) -> PathBuf {
        self.folder.join(file_name::TRANSCRIPT)
    }

    /// Where the agent's standard output is to be written while it runs, if it is not its final text.
    pub fn stdout_path(&mut self) -> PathBuf {
        self.folder.join(file_name::STDOUT)
    }

    /// Where the agent's standard error is to be written while it runs.
    pub fn stderr_path(&mut self) -> PathBuf {
        self.folder.join(file_name::STDERR)
    }

    /// Where the account of a conversation with the agent is to be written while it runs.
    pub fn session_path(&mut self) -> PathBuf {
        self.folder.join(file_name::SESSION)
    }

    /// Writes what an agent printed to standard output, and nothing to standard error.
    ///
    /// # Errors
    /// See [`Writer::prompt`].
    pub fn output(&mut self, text: &str) -> Result<(), WriteError> {
        self.file(file_name::TRANSCRIPT, text.as_bytes())?;
        self.file(file_name::STDERR, "")
    }

    /// Writes the prompt.
    ///
    /// # Errors
    /// Fails when the file cannot be written, as do all the methods below.
    pub fn prompt(&mut self, text: &str) -> Result<(), WriteError> {
        self.file(file_name::PROMPT, text.as_bytes())
    }

    /// Writes the workspace as it was before the agent started.
    ///
    /// # Errors
    /// See [`Writer::prompt`].
    pub fn before(&mut self, snapshot: &super::FolderSnapshot) -> Result<(), WriteError> {
        self.json(file_name::BEFORE, snapshot)
    }

    /// Writes the workspace as the agent left it.
    ///
    /// # Errors
    /// See [`Writer::prompt`].
    pub fn after(&mut self, snapshot: &super::FolderSnapshot) -> Result<(), WriteError> {
        self.json(file_name::AFTER, snapshot)
    }

    /// Writes what lay around the working directory, before and after.
    ///
    /// # Errors
    /// See [`Writer::prompt`].
    pub fn outside(
        &mut self,
        before: &super::FolderSnapshot,
        after: &super::FolderSnapshot,
    ) -> Result<(), WriteError> {
        self.json(file_name::OUTSIDE_BEFORE, before)?;
        self.json(file_name::OUTSIDE_AFTER, after)
    }

    /// Writes the changes that the server made after the last exchange.
    ///
    /// # Errors
    /// See [`Writer::prompt`].
    pub fn loose_effects(
        &mut self,
        effects: &[wild_mock_server::Effect],
    ) -> Result<(), WriteError> {
        self.json(file_name::LOOSE, &effects)
    }

    /// Writes the content of a created or changed file of the workspace. Whether something in it had to
    /// be covered.
    ///
    /// # Errors
    /// See [`Writer::prompt`].
    pub fn changed_file(&mut self, path: &str, text: &str) -> Result<bool, WriteError> {
        let secrets = Secrets::of_this_process();
        let name = secrets.covered(&format!("{}/{path}", file_name::FILES));
        let covered = secrets.covered(text);
        self.file(&name, covered.as_bytes())?;
        Ok(covered != text)
    }

    /// Where the server writes the exchanges while they happen. [`Writer::journal`] puts the final
    /// journal there.
    pub fn journal_path(&mut self) -> PathBuf {
        self.folder.join(file_name::JOURNAL)
    }

    /// Writes the exchanges, one a line, as they come.
    ///
    /// # Errors
    /// See [`Writer::prompt`].
    pub fn journal(
        &mut self,
        exchanges: impl IntoIterator<Item = wild_mock_server::Exchange>,
    ) -> Result<(), WriteError> {
        // The server may still hold the file open that it wrote meanwhile. A new one takes its place,
        // so that nothing can be written into it any more.
        let path = self.folder.join(file_name::JOURNAL);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(self.failed(file_name::JOURNAL, error))
            }
            _ => self.lines(file_name::JOURNAL, exchanges),
        }
    }

    /// Writes what the agent's processes executed and announced, one a line.
    ///
    /// # Errors
    /// See [`Writer::prompt`].
    pub fn processes(&mut self, processes: &super::Processes) -> Result<(), WriteError> {
        self.lines(file_name::PROCESSES, &processes.execs)?;
        self.lines(file_name::ANNOUNCEMENTS, &processes.announcements)?;
        self.lines(file_name::OPENED, &processes.opened)
    }

    /// Writes the server's state before the agent came.
    ///
    /// # Errors
    /// See [`Writer::prompt`].
    pub fn state_before(&mut self, state: &impl Serialize) -> Result<(), WriteError> {
        self.json(file_name::STATE_BEFORE, state)
    }

    /// Writes when requests arrived, by the wall clock.
    ///
    /// # Errors
    /// See [`Writer::prompt`].
    pub fn arrivals(&mut self, arrivals: &BTreeMap<Seq, f64>) -> Result<(), WriteError> {
        self.json(file_name::ARRIVALS, arrivals)
    }

    /// Writes the server's final state.
    ///
    /// # Errors
    /// See [`Writer::prompt`].
    pub fn state(&mut self, state: &impl Serialize) -> Result<(), WriteError> {
        self.json(file_name::STATE, state)
    }

    /// Writes the record and, when everything is there, the seal. No evidence may be written afterwards.
    ///
    /// The record is put in place by renaming, so that a reader sees the old one or the new one.
    ///
    /// # Errors
    /// See [`Writer::prompt`].
    pub fn record(&mut self, record: &PlayRecord) -> Result<(), WriteError> {
        let text = pretty(record).map_err(|error| self.failed(RECORD_FILE, error))?;
        let draft = self.folder.join(RECORD_DRAFT);
        write(&draft, text)
            .and_then(|()| std::fs::rename(&draft, self.folder.join(RECORD_FILE)))
            .map_err(|error| self.failed(RECORD_FILE, error))?;
        if record.completeness == Completeness::Complete {
            seal::put(&self.folder).map_err(|error| self.failed(seal::SEAL_FILE, error))?;
        }
        Ok(())
    }

    /// Writes a line of JSON for each entry. No more than a line is held in memory.
    fn lines(
        &self,
        name: &str,
        entries: impl IntoIterator<Item: Serialize>,
    ) -> Result<(), WriteError> {
        let written = File::create(self.folder.join(name)).and_then(|file| {
            let mut file = BufWriter::new(file);
            for entry in entries {
                let mut line = serde_json::to_vec(&entry)?;
                line.push(b'\n');
                Secrets::of_this_process().cover(&mut line);
                file.write_all(&line)?;
            }
            file.flush()
        });
        written.map_err(|error| self.failed(name, error))
    }

    fn json(&mut self, name: &str, value: &impl Serialize) -> Result<(), WriteError> {
        let text = pretty(value).map_err(|error| self.failed(name, error))?;
        self.file(name, text)
    }

    fn file(&mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Result<(), WriteError> {
        let path = self.folder.join(name);
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        made.and_then(|()| write(&path, bytes))
            .map_err(|error| self.failed(name, error))
    }

    fn failed(&self, name: &str, source: io::Error) -> WriteError {
        WriteError {
            path: self.folder.join(name),
            source,
        }
    }
}

/// Nothing is written that identifies the user.
fn write(path: &Path, bytes: impl Into<Vec<u8>>) -> io::Result<()> {
    let mut bytes = bytes.into();
    Secrets::of_this_process().cover(&mut bytes);
    std::fs::write(path, bytes)
}

fn pretty(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_run_left_is_replaced_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("case");
        // A run that was killed early leaves parts without a record.
        Writer::create(&folder).unwrap().prompt("old").unwrap();
        std::fs::write(folder.join(seal::REPORT_TEXT), "old").unwrap();
        let mut writer = Writer::create(&folder).unwrap();
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
        writer.prompt("new").unwrap();
        std::fs::write(folder.join("thesis.tex"), "precious").unwrap();
        let message = Writer::create(&folder).unwrap_err().to_string();
        assert!(
            message.contains("--out") && folder.join("thesis.tex").is_file(),
            "{message}"
        );
        let own = dir.path().join("own");
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join(seal::REPORT_TEXT), "mine").unwrap();
        assert!(Writer::create(&own).is_err() && own.join(seal::REPORT_TEXT).is_file());
    }
}
