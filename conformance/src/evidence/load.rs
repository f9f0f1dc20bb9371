//! Reading evidence back, and refusing whatever is not exactly what was written.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use wild_mock_server::beneath::Folder;

use super::coherence::contradiction;
use super::file_name;
use super::play_record::{Completeness, PlayRecord, RECORD_FILE, SEALED_SINCE, digest_of};
use super::reading::{LoadError, damaged, read, versioned};
use super::seal;
use super::{Digest, Evidence, Outside, Processes, Seal};
use crate::bounded;
use crate::format;

/// Largest other file of evidence that is read, in bytes. It is above every limit that the runner
/// keeps, so that only a damaged directory meets it.
const LARGEST_FILE: u64 = 1024 * 1024 * 1024;

/// The file with the record of the evidence in `folder`.
pub fn record_file(folder: &Path) -> PathBuf {
    folder.join(RECORD_FILE)
}

/// The files with the prompt and the output of the evidence in `folder`.
pub(crate) fn output_files(folder: &Path) -> [PathBuf; 2] {
    [file_name::PROMPT, file_name::TRANSCRIPT].map(|name| folder.join(name))
}

impl Evidence {
    /// What was played, from evidence that need not be complete.
    ///
    /// # Errors
    /// Fails when there is no record, or when it cannot be read.
    pub fn record(folder: &Path) -> Result<PlayRecord, LoadError> {
        load_record(&folder.join(RECORD_FILE))
    }

    /// Reads the evidence of one case.
    ///
    /// # Errors
    /// Fails when a file is missing, too much, altered or unreadable, when parts contradict each other,
    /// when the format is another one, or when the evidence is incomplete. There is no verdict on such
    /// evidence.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        let record = load_record(&folder.join(RECORD_FILE))?;
        if let Completeness::Incomplete { reason } = &record.completeness {
            return Err(LoadError::Incomplete {
                path: folder.to_owned(),
                reason: reason.clone(),
            });
        }
        let (seal, files) = if record.format < SEALED_SINCE {
            let format = record.format;
            (Seal::Unsealed { format }, record.files.clone())
        } else {
            let (root, files) = seal::open(folder)?;
            (Seal::Sealed { root }, files)
        };
        let opened = Folder::open(folder).map_err(|source| LoadError::Read {
            path: folder.to_owned(),
            source,
        })?;
        let parts = Parts {
            folder,
            opened,
            digests: &files,
        };
        if seal.root().is_some() {
            // No verdict depends on what these say; they are held against the seal all the same, as is stderr.
            parts.bytes(RECORD_FILE)?;
            for name in [file_name::STDOUT, file_name::SESSION] {
                if files.contains_key(name) {
                    parts.bytes(name)?;
                }
            }
        }
        let evidence = Self {
            prompt: parts.text(file_name::PROMPT)?,
            journal: parts.lines(file_name::JOURNAL)?,
            transcript: parts.text(file_name::TRANSCRIPT)?,
            complaint: parts.complaint(seal.root().is_some())?,
            name: folder
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            before: parts.json(file_name::BEFORE)?,
            after: parts.json(file_name::AFTER)?,
            state: parts.json(file_name::STATE)?,
            state_before: parts.optional(file_name::STATE_BEFORE)?.unwrap_or_default(),
            arrivals: parts.optional(file_name::ARRIVALS)?,
            outside: parts.outside()?,
            loose_effects: parts.optional(file_name::LOOSE)?.unwrap_or_default(),
            files: parts.kept_files()?,
            processes: parts.processes()?,
            seal,
            record,
        };
        match contradiction(&evidence) {
            Some((name, problem)) => Err(damaged(&folder.join(name), &problem)),
            None => Ok(evidence),
        }
    }
}

/// The end of a text, for people.
fn end_of(text: &str) -> &str {
    const MOST: usize = 16 * 1024;
    let from = text.len().saturating_sub(MOST);
    let start = (from..=text.len()).find(|at| text.is_char_boundary(*at));
    &text[start.unwrap_or(from)..]
}

fn load_record(path: &Path) -> Result<PlayRecord, LoadError> {
    versioned(&format::EVIDENCE, path, &read(path)?)
}

/// The files beside the record, each held against its digest when it is read.
struct Parts<'a> {
    folder: &'a Path,
    opened: Folder,
    digests: &'a BTreeMap<String, Digest>,
}

impl Parts<'_> {
    fn bytes(&self, name: &str) -> Result<Vec<u8>, LoadError> {
        let path = self.folder.join(name);
        let Some(expected) = self.digests.get(name) else {
            return Err(damaged(&path, &"it is not listed among the files"));
        };
        let size = |found| {
            let problem = format!("{found} bytes where {} were written", expected.size);
            damaged(&path, &problem)
        };
        let most = expected.size.min(LARGEST_FILE);
        let bytes = match self.opened.regular(Path::new(name)) {
            Ok(file) => {
                // The size comes first: what is too large need not be read.
                let found = file.metadata().map_or(0, |metadata| metadata.len());
                if found != expected.size {
                    return Err(size(found));
                }
                bounded::read(file, most)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(damaged(&path, &"it is missing"));
            }
            Err(error) => Err(error),
        };
        let failed = |source| LoadError::Read {
            path: path.clone(),
            source,
        };
        let Some(bytes) = bytes.map_err(failed)? else {
            return Err(damaged(
                &path,
                &"it is larger than anything that is written",
            ));
        };
        if digest_of(&bytes) != *expected {
            return Err(damaged(&path, &"its content is not what was written"));
        }
        Ok(bytes)
    }

    /// Agents may print anything; bytes that are not UTF-8 become replacement characters.
    fn text(&self, name: &str) -> Result<String, LoadError> {
        let bytes = self.bytes(name)?;
        Ok(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })
    }

    /// The end of what was printed to standard error, for people. No verdict depends on it.
    fn complaint(&self, must_be_there: bool) -> Result<String, LoadError> {
        if !must_be_there && !self.digests.contains_key(file_name::STDERR) {
            return Ok(String::new());
        }
        Ok(end_of(&self.text(file_name::STDERR)?).to_owned())
    }

    fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, LoadError> {
        let bytes = self.bytes(name)?;
        serde_json::from_slice(&bytes).map_err(|error| damaged(&self.folder.join(name), &error))
    }

    /// What evidence of an earlier version lacks.
    fn optional<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, LoadError> {
        let is_listed = self.digests.contains_key(name);
        is_listed.then(|| self.json(name)).transpose()
    }

    fn outside(&self) -> Result<Option<Outside>, LoadError> {
        let before = self.optional(file_name::OUTSIDE_BEFORE)?;
        let after = self.optional(file_name::OUTSIDE_AFTER)?;
        Ok(before
            .zip(after)
            .map(|(before, after)| Outside { before, after }))
    }

    fn processes(&self) -> Result<Option<Processes>, LoadError> {
        if !self.digests.contains_key(file_name::PROCESSES) {
            return Ok(None);
        }
        Ok(Some(Processes {
            execs: self.lines(file_name::PROCESSES)?,
            announcements: self.lines(file_name::ANNOUNCEMENTS)?,
            opened: if self.digests.contains_key(file_name::OPENED) {
                self.lines(file_name::OPENED)?
            } else {
                Vec::new()
            },
        }))
    }

    fn lines<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>, LoadError> {
        let bytes = self.bytes(name)?;
        let lines = bytes
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        let parse = |(at, line)| {
            serde_json::from_slice(line).map_err(|error| {
                let problem = format!("line {}: {error}", at + 1);
                damaged(&self.folder.join(name), &problem)
            })
        };
        lines.enumerate().map(parse).collect()
    }

    fn kept_files(&self) -> Result<BTreeMap<String, String>, LoadError> {
        let prefix = format!("{}/", file_name::FILES);
        let kept = self
            .digests
            .keys()
            .filter_map(|name| name.strip_prefix(&prefix));
        kept.map(|path| {
            let name = format!("{prefix}{path}");
            if path.split('/').any(|segment| segment == "..") {
                return Err(damaged(
                    &self.folder.join(RECORD_FILE),
                    &format!("it lists {name}"),
                ));
            }
            Ok((path.to_owned(), self.text(&name)?))
        })
        .collect()
    }
}
