//! What `/proc` tells of a process that has just executed a program and is held still.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::unistd::Pid;
use sha2::{Digest as _, Sha256};

use super::channel::WORK_SOCKET;
use super::left;
use super::originals::Originals;
use crate::door;
use crate::evidence::hex;

/// Most bytes of an argument list that are read.
pub(super) const MOST_ARGV_BYTES: u64 = 64 * 1024;

/// Most arguments of a program that are kept.
const MOST_ARGUMENTS: usize = 256;

/// Most characters of an argument or variable that are kept.
const LONGEST_TEXT: usize = 8 * 1024;

/// Most bytes of an environment that are read.
const MOST_ENVIRONMENT_BYTES: u64 = 512 * 1024;

/// Most arguments that are looked up as files.
const MOST_FILES: usize = 64;

/// Largest file whose content is hashed, in bytes.
const LARGEST_HASHED: u64 = 1024 * 1024;

/// Most hashes that are remembered.
const MOST_REMEMBERED: usize = 4096;

/// Beginnings of the names of variables that are kept.
const PREFIXES: [&str; 2] = ["WILD_", "SLURM_"];

/// Further variables that are kept.
const NAMES: [&str; 2] = ["CUDA_VISIBLE_DEVICES", "VIRTUAL_ENV"];

/// Variables whose values nobody is to see.
const SECRETS: [&str; 1] = ["WILD_AUTH_TOKEN"];

/// What stands for the value of a variable that the agent was given and that was taken away.
const UNSET: &str = "(unset)";

/// What a program was started as.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Program {
    pub(crate) executable: String,
    pub(crate) argv: Vec<String>,
    pub(crate) argv_omitted: u64,
    pub(crate) cwd: String,
    pub(crate) environment: BTreeMap<String, String>,
    /// What `/proc` says of the standard streams: `pipe:[123]`, a path, or nothing.
    pub(crate) streams: [String; 2],
    pub(crate) files: BTreeMap<String, String>,
    /// Those of the files that are close copies of an entry point, with that.
    pub(crate) copies: BTreeMap<String, String>,
    /// What an interpreter reads, where it speaks of an entry point and of what that announces itself by.
    pub(crate) text: Option<String>,
    /// Whether the file asks for another user's rights, which a traced process does not get.
    pub(crate) is_setuid: bool,
}

/// Looks at processes, and remembers hashes of files that did not change.
#[derive(Debug, Default)]
pub(crate) struct Inspector {
    /// What the agent was started with: variables that are still the same say nothing.
    given: BTreeMap<String, String>,
    hashes: HashMap<Stamp, Content>,
    /// What copies are recognised by.
    originals: Originals,
}

/// What is kept of a file's content.
#[derive(Debug, Clone)]
struct Content {
    hash: String,
    /// The entry point that it is a close copy of.
    copy_of: Option<String>,
}

/// What tells one state of a file from another.
type Stamp = (u64, u64, u64, [i64; 2], [i64; 2]);

impl Inspector {
    /// An inspector that recognises copies of `originals`.
    pub(crate) fn new(originals: Originals) -> Self {
        Self {
            originals,
            ..Self::default()
        }
    }

    /// Describes the program that `pid` has just executed. What cannot be read is left empty.
    pub(crate) fn program(&mut self, pid: Pid) -> Program {
        let at = |name: &str| PathBuf::from(format!("/proc/{pid}/{name}"));
        let (argv, argv_omitted) = arguments(&read(&at("cmdline"), MOST_ARGV_BYTES));
        let cwd = link(&at("cwd"));
        let streams = [link(&at("fd/0")), link(&at("fd/1"))];
        let is_setuid = std::fs::metadata(at("exe")).is_ok_and(|meta| meta.mode() & 0o6000 != 0);
        let mut found = self.hash_files(&argv, pid);
        if streams[0].starts_with('/') {
            found.extend(self.hash_files(&streams[..1], pid));
        }
        let copies = found.iter().filter_map(|(name, content)| {
            let entry = content.copy_of.clone()?;
            Some((name.clone(), entry))
        });
        let copies = copies.collect();
        let files = found
            .into_iter()
            .map(|(name, content)| (name, content.hash))
            .collect();
        let executable = link(&at("exe"));
        let mut texts = left::texts(pid, &executable, &argv).into_iter();
        let text = texts.find(|text| self.originals.is_to_be_silenced_by(text));
        Program {
            executable,
            text,
            environment: self.environment(&read(&at("environ"), MOST_ENVIRONMENT_BYTES)),
            files,
            copies,
            is_setuid,
            argv,
            argv_omitted,
            cwd,
            streams,
        }
    }

    /// Takes what the first program finds in its environment as what the agent was given.
    pub(crate) fn take_as_given(&mut self, pid: Pid) {
        self.given = BTreeMap::new();
        let path = PathBuf::from(format!("/proc/{pid}/environ"));
        self.given = self.environment(&read(&path, MOST_ENVIRONMENT_BYTES));
    }

    fn environment(&self, block: &[u8]) -> BTreeMap<String, String> {
        let entries = block.split(|byte| *byte == 0).filter_map(|entry| {
            let at = entry.iter().position(|byte| *byte == b'=')?;
            let name = std::str::from_utf8(&entry[..at]).ok()?;
            let is_kept =
                NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix));
            let value = if SECRETS.contains(&name) {
                "(set)".to_owned()
            } else {
                text(&entry[at + 1..])
            };
            is_kept.then(|| (name.to_owned(), value))
        });
        let mut found: BTreeMap<String, String> = entries.collect();
        if self.given.contains_key(WORK_SOCKET) {
            found
                .entry(WORK_SOCKET.to_owned())
                .or_insert_with(|| UNSET.to_owned());
        }
        found.retain(|name, value| self.given.get(name) != Some(value));
        found
    }

    /// Hashes files as the process finds them, which may have folders of its own.
    fn hash_files(&mut self, argv: &[String], pid: Pid) -> BTreeMap<String, Content> {
        let mut files = BTreeMap::new();
        for argument in argv.iter().take(MOST_FILES) {
            if argument.is_empty() || argument.starts_with('-') {
                continue;
            }
            if let Some(hash) = self.hash(&as_seen_by(pid, argument)) {
                files.insert(argument.clone(), hash);
            }
        }
        files
    }

    fn hash(&mut self, path: &Path) -> Option<Content> {
        let meta = std::fs::metadata(path).ok()?;
        if !meta.is_file() || meta.len() > LARGEST_HASHED {
            return None;
        }
        let stamp = (
            meta.dev(),
            meta.ino(),
            meta.len(),
            [meta.mtime(), meta.mtime_nsec()],
            [meta.ctime(), meta.ctime_nsec()],
        );
        if let Some(known) = self.hashes.get(&stamp) {
            return Some(known.clone());
        }
        let mut content = Vec::new();
        // The path may be a link, as scripts in a `bin` are; what it leads to is looked at again.
        let file = door::open_regular(&path.canonicalize().ok()?).ok()?;
        file.take(LARGEST_HASHED).read_to_end(&mut content).ok()?;
        let content = Content {
            hash: hex(&Sha256::digest(&content)),
            copy_of: self.originals.copied_by(&content),
        };
        if self.hashes.len() < MOST_REMEMBERED {
            self.hashes.insert(stamp, content.clone());
        }
        Some(content)
    }
}

/// A process as `/proc` knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Relatives {
    /// The thread group.
    pub(crate) group: Pid,
    /// The parent of that group.
    pub(crate) parent: Pid,
}

/// Where `tid` belongs.
pub(crate) fn relatives(tid: Pid) -> Option<Relatives> {
    let status = std::fs::read_to_string(format!("/proc/{tid}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        Some(Pid::from_raw(line.trim().parse().ok()?))
    };
    Some(Relatives {
        group: field("Tgid:")?,
        parent: field("PPid:")?,
    })
}

/// The path by which others reach what `pid` calls `path`; it may have folders of its own.
fn as_seen_by(pid: Pid, path: &str) -> PathBuf {
    PathBuf::from(match path.strip_prefix('/') {
        Some(path) => format!("/proc/{pid}/root/{path}"),
        None => format!("/proc/{pid}/cwd/{path}"),
    })
}

pub(super) fn read(path: &Path, limit: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Ok(file) = File::open(path) {
        // A process that vanishes meanwhile leaves what was read so far.
        let _ = file.take(limit).read_to_end(&mut bytes);
    }
    bytes
}

pub(super) fn link(path: &Path) -> String {
    std::fs::read_link(path).map_or_else(
        |_| String::new(),
        |target| target.to_string_lossy().into_owned(),
    )
}

pub(super) fn arguments(block: &[u8]) -> (Vec<String>, u64) {
    let block = block.strip_suffix(&[0]).unwrap_or(block);
    if block.is_empty() {
        return (Vec::new(), 0);
    }
    let all = block.split(|byte| *byte == 0);
    let kept: Vec<String> = all.clone().take(MOST_ARGUMENTS).map(text).collect();
    (kept, all.count().saturating_sub(MOST_ARGUMENTS) as u64)
}

/// Text of bounded length. Bytes that are not UTF-8 become replacement characters.
pub(crate) fn text(bytes: &[u8]) -> String {
    let whole = OsStr::from_bytes(bytes).to_string_lossy();
    match whole.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", &whole[..end]),
        None => whole.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_may_be_empty_and_are_bounded() {
        assert_eq!(arguments(b"a\0\0b\0").0, ["a", "", "b"]);
        assert_eq!(arguments(b"").0, [""; 0]);
        let (kept, omitted) = arguments(&b"x\0".repeat(300));
        assert_eq!((kept.len(), omitted), (256, 44));
    }

    #[test]
    fn variables_of_interest_are_kept_and_secrets_are_not() {
        let inspector = Inspector {
            given: [("WILD_WORKDIR".to_owned(), "/w".to_owned())].into(),
            ..Inspector::default()
        };
        let block = b"PATH=/bin\0WILD_WORKDIR=/w\0WILD_AUTH_TOKEN=s\0CUDA_VISIBLE_DEVICES=1\0";
        let kept = inspector.environment(block);
        let expected = [("CUDA_VISIBLE_DEVICES", "1"), ("WILD_AUTH_TOKEN", "(set)")];
        assert!(
            kept.iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .eq(expected)
        );
    }

    #[test]
    fn this_process_can_be_looked_at() {
        let me = nix::unistd::getpid();
        let program = Inspector::default().program(me);
        assert_eq!(
            Path::new(&program.executable),
            std::env::current_exe().unwrap()
        );
        assert!(!program.argv.is_empty());
        let own = relatives(me).unwrap();
        assert_eq!(own.group, me);
    }
}
