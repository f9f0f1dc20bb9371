//! The seal of a folder of evidence: sizes and digests of all its files, in `seal.json`. The digest of
//! the seal, its root, stands for the whole. The reports of the play lie there, too, and are no evidence:
//! they are made of it later, and whoever likes may change them.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::play_record::{Digest, digest_of, digest_of_file};
use super::reading::{LoadError, damaged, read, versioned};
use crate::format::SEAL;

/// Name of the seal's file.
pub(super) const SEAL_FILE: &str = "seal.json";

/// Name of the report that tells programs everything about a play, in its folder.
pub const REPORT_JSON: &str = "report.json";

/// Name of the report that tells people the same.
pub const REPORT_TEXT: &str = "report.txt";

/// What lies at the top of a play's folder and is no evidence.
pub(super) const NO_EVIDENCE: [&str; 2] = [REPORT_JSON, REPORT_TEXT];

/// Whether evidence is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Seal {
    /// It is, and this is the digest of its seal.
    Sealed {
        /// SHA-256 in lower-case hexadecimal digits.
        root: String,
    },
    /// It is of a format that has no seal: what lists its files can be changed with them.
    Unsealed {
        /// The format.
        format: u32,
    },
}

impl Seal {
    /// The root, where there is a seal.
    pub fn root(&self) -> Option<&str> {
        match self {
            Self::Sealed { root } => Some(root),
            Self::Unsealed { .. } => None,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    files: BTreeMap<String, Digest>,
}

/// Seals what is in `folder`. Nothing but reports may be written there afterwards.
pub(super) fn put(folder: &Path) -> io::Result<()> {
    let mut files = BTreeMap::new();
    for name in names(folder)? {
        let digest = digest_of_file(&folder.join(&name))?;
        files.insert(name, digest);
    }
    let seal = File {
        format: SEAL.newest,
        files,
    };
    let mut text = serde_json::to_vec_pretty(&seal)?;
    text.push(b'\n');
    std::fs::write(folder.join(SEAL_FILE), text)
}

/// The root of the seal in `folder`, and what the seal says of each file. All of them are there, and
/// no other; what they hold is checked as they are read.
pub(super) fn open(folder: &Path) -> Result<(String, BTreeMap<String, Digest>), LoadError> {
    let path = folder.join(SEAL_FILE);
    if !path.exists() {
        return Err(damaged(&path, &"the seal is missing"));
    }
    let bytes = read(&path)?;
    let File { format: _, files } = versioned(&SEAL, &path, &bytes)?;
    let there = names(folder).map_err(|source| LoadError::Read {
        path: folder.to_owned(),
        source,
    })?;
    if let Some(extra) = there.iter().find(|name| !files.contains_key(*name)) {
        return Err(damaged(&folder.join(extra), &"the seal does not list it"));
    }
    if let Some(lost) = files.keys().find(|name| !there.contains(name)) {
        return Err(damaged(&folder.join(lost), &"it is missing"));
    }
    Ok((digest_of(&bytes).sha256, files))
}

/// The files below `folder` but the seal and the reports, by relative path, sorted.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    let mut pending = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = pending.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                pending.push((entry.path(), format!("{name}/")));
            } else if name != SEAL_FILE && !NO_EVIDENCE.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sealing and opening look at no report, be it there before or come later, and whatever it is.
    #[test]
    fn reports_are_no_evidence() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        std::fs::create_dir(path("files")).unwrap();
        std::fs::write(path("files/a.md"), "1").unwrap();
        put(dir.path()).unwrap();
        let sealed = open(dir.path()).unwrap();
        let fifo = std::process::Command::new("mkfifo")
            .arg(path(REPORT_JSON))
            .status();
        assert!(fifo.unwrap().success());
        std::os::unix::fs::symlink("/nowhere", path(REPORT_TEXT)).unwrap();
        assert_eq!(open(dir.path()).unwrap(), sealed);
        put(dir.path()).unwrap();
        assert_eq!(open(dir.path()).unwrap(), sealed);
        for other in ["files/report.json", "files/report.txt", "report.html"] {
            std::fs::write(path(other), "2").unwrap();
            let message = open(dir.path()).unwrap_err().to_string();
            assert!(
                message.contains(&format!("{other}: the seal does not list it")),
                "{message}"
            );
            std::fs::remove_file(path(other)).unwrap();
        }
    }

    #[test]
    fn a_seal_holds_as_long_as_the_files_are_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        std::fs::create_dir(dir.path().join("files")).unwrap();
        write("a.json", "1");
        write("files/b.md", "2");
        put(dir.path()).unwrap();
        let (root, files) = open(dir.path()).unwrap();
        assert_eq!(files.keys().collect::<Vec<_>>(), ["a.json", "files/b.md"]);
        put(dir.path()).unwrap();
        assert_eq!(open(dir.path()).unwrap().0, root);
        write("files/c.md", "3");
        let message = open(dir.path()).unwrap_err().to_string();
        assert!(
            message.contains("files/c.md") && message.contains("does not list"),
            "{message}"
        );
        std::fs::remove_file(dir.path().join("files/c.md")).unwrap();
        std::fs::remove_file(dir.path().join("a.json")).unwrap();
        assert!(
            open(dir.path())
                .unwrap_err()
                .to_string()
                .contains("missing")
        );
        write("seal.json", "{}");
        assert!(
            open(dir.path())
                .unwrap_err()
                .to_string()
                .contains("damaged")
        );
    }
}
