//! `evidence.json`: the heart of a case's evidence.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use wild_mock_server::Seq;
use wild_mock_server::beneath::open_regular;

use super::{AuditRecord, SandboxRecord, Unseen};
use crate::case::Case;
use crate::ending::Ending;
use crate::usage::Usage;

/// Name of the record's file.
pub(super) const RECORD_FILE: &str = "evidence.json";

/// The first version that tells what processes did and what lay around the workspace.
pub(crate) const WATCHED_SINCE: u32 = 2;

/// The first version with a seal.
pub(super) const SEALED_SINCE: u32 = 3;

/// What was played, under which conditions, and how it ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlayRecord {
    /// The newest of [`EVIDENCE`](crate::format::EVIDENCE) in what this version writes.
    pub format: u32,
    /// Version of the program that gathered the evidence.
    pub tool_version: String,
    /// The agent, as the report names it.
    pub agent: String,
    /// Which repetition of the case this is, counting from 1.
    pub repetition: u32,
    /// Seed of the server's identifiers.
    pub seed: u64,
    /// The case as it was played.
    pub case: Case,
    /// The values of the prompt's placeholders.
    pub variables: BTreeMap<String, String>,
    /// Path of `tasks_path` relative to the workspace.
    pub tasks_file: String,
    /// Whether everything below was gathered.
    pub completeness: Completeness,
    /// How the agent ended; absent while it had not.
    pub ending: Option<Ending>,
    /// When `tasks_path` was first seen changed.
    pub tasks_change: TasksChange,
    /// What of its command line names no file that it found, where that is why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfound: Option<String>,
    /// What is kept of standard output.
    pub transcript: Captured,
    /// What is kept of standard error.
    pub stderr: Captured,
    /// Where the transcript was taken from; absent where it is standard output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_text: Option<FinalTextRecord>,
    /// Exchanges that the journal had to drop for want of room.
    pub journal_dropped: u64,
    /// How processes were watched; absent in evidence of versions that did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit: Option<AuditRecord>,
    /// What the agent was kept from; absent in evidence of versions that kept it from nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<SandboxRecord>,
    /// What the prompt does not tell, where it was made from a template of the user's own; absent for
    /// the built-in prompts, which tell everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_prompt: Option<OwnPrompt>,
    /// The files of rules beside the catalogue's by which it was judged when it was played; absent where there
    /// were none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_rules: Vec<RulesFile>,
    /// What nobody looked at; absent where everything was looked at.
    #[serde(default, skip_serializing_if = "Unseen::is_nothing")]
    pub unseen: Unseen,
    /// Files of the workspace whose kept text is not theirs to the letter, because something in it
    /// identified the user.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub covered: BTreeSet<String>,
    /// What of the workspace was searched for the server's token, beside the texts that are kept; absent where the
    /// server demands none, and in evidence of versions that did not search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_search: Option<TokenSearch>,
    /// What the play cost, where the program tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// How many iterations of a campaign were played, where this is about a whole one. Requests and
    /// processes stand with the iterations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub played: Option<u32>,
    /// Digest of the [`super::Conditions`] under which it was played; absent in evidence of versions that did not
    /// tell. No verdict depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<String>,
    /// Wall-clock times. No verdict depends on them.
    pub wall_clock: Timings,
    /// Size and hash of every other file of the directory, by its relative path, in evidence of formats
    /// that have no seal.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, Digest>,
}

/// Changed files of the workspace whose text is not kept, as they were searched for the server's token.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenSearch {
    /// Those that hold it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub holding: BTreeSet<String>,
    /// One that nobody searched to its end, if there is any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

/// What is known of a prompt that was the user's own; absent where it was a built-in one, which
/// tells everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnPrompt {
    /// The template's file, as it was named.
    pub file: String,
    /// The codes of the rules whose demands it does not tell, in the order of the catalogue.
    pub untold: Vec<String>,
}

/// A file of rules beside the catalogue's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesFile {
    /// The file, as it was named.
    pub file: String,
    /// SHA-256 of its text.
    pub sha256: String,
    /// The codes of its rules.
    pub codes: Vec<String>,
}

/// Whether all evidence was gathered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Completeness {
    /// Everything is there.
    Complete,
    /// The run ended before everything was there.
    Incomplete {
        /// Why.
        reason: String,
    },
}

/// When `tasks_path` first differed from what it was seeded with, on the scale of the requests.
///
/// The file is looked at whenever a request arrives, before it is handled, and once at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "noticed", rename_all = "snake_case")]
pub enum TasksChange {
    /// It never did.
    Never,
    /// It did so when this request arrived, and not yet when the one before it arrived.
    BeforeRequest {
        /// Number of the request.
        seq: Seq,
    },
    /// It did so after the last request had arrived.
    AfterLastRequest,
    /// The order is not known.
    Unknown,
}

/// How much of a stream the agent wrote, and how much of that is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    /// Bytes that the agent wrote.
    pub written: u64,
    /// Bytes that are in the file.
    pub kept: u64,
}

impl Captured {
    /// Whether some of what was written is not in the file.
    pub fn is_truncated(self) -> bool {
        self.kept < self.written
    }
}

/// A final text that is not standard output as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinalTextRecord {
    /// Where it was taken from, as it is written on the command line.
    pub source: String,
    /// What is kept of standard output.
    pub stdout: Captured,
    /// Why there is none, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Wall-clock times of a case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// When the agent was started, in seconds since the Unix epoch.
    pub started_at: f64,
    /// How long the agent ran, in seconds.
    pub agent_seconds: f64,
}

/// Size and hash of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 in lower-case hexadecimal digits.
    pub sha256: String,
}

/// Size and hash of `bytes`.
pub fn digest_of(bytes: &[u8]) -> Digest {
    Digest {
        size: bytes.len() as u64,
        sha256: hex(&Sha256::digest(bytes)),
    }
}

/// Size and hash of a regular file.
///
/// # Errors
/// Fails when it cannot be read.
pub fn digest_of_file(path: &Path) -> io::Result<Digest> {
    digest_of_all(open_regular(path)?)
}

/// Size and hash of all bytes of `input`.
fn digest_of_all(mut input: impl Read) -> io::Result<Digest> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut size = 0;
    loop {
        let read = input.read(&mut buffer)?;
        if read == 0 {
            let sha256 = hex(&hasher.finalize());
            return Ok(Digest { size, sha256 });
        }
        size += read as u64;
        hasher.update(&buffer[..read]);
    }
}

/// Lower-case hexadecimal digits of `bytes`.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_well_known_one() {
        let digest = digest_of(b"abc");
        assert_eq!(digest.size, 3);
        assert!(
            digest
                .sha256
                .starts_with("ba7816bf8f01cfea414140de5dae2223")
        );
    }
}
