//! What `/proc` tells of a process that has just executed a program and is held still.

use std::collections::{BTreeMap, HashMap};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::unistd::Pid;

use super::channel::WORK_SOCKET;
use super::contents::{Content, Contents, Found};
use super::paths::{as_seen_by, descriptor, link, of_descriptor};
use super::pipe::{Filled, filled, piped};
use super::{Originals, left, proc};

/// Most arguments that are looked up as files.
const MOST_FILES: usize = 64;

/// How often a pipe is looked into: an interpreter opens about as many files before it reads.
const MOST_LOOKS: u32 = 200;

/// Beginnings of the names of variables that are kept.
const PREFIXES: [&str; 2] = ["WILD_", "SLURM_"];

/// Further variables that are kept.
const NAMES: [&str; 8] = [
    "CUDA_VISIBLE_DEVICES",
    "VIRTUAL_ENV",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONHOME",
    "PYTHONUSERBASE",
    "PYTHONINSPECT",
    "PYTHONPYCACHEPREFIX",
];

/// Variables whose values nobody is to see.
const SECRETS: [&str; 1] = ["WILD_AUTH_TOKEN"];

/// What stands for the value of a variable that the agent was given and that was taken away.
const UNSET: &str = "(unset)";

/// What a program was started as.
#[derive(Debug, Clone, Default, PartialEq)]
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
    /// Those of the arguments that are pipes, with what `/proc` says of them.
    pub(crate) pipes: BTreeMap<String, String>,
    /// What an interpreter reads, where it speaks of an entry point and of what that announces itself by.
    pub(crate) text: Option<String>,
    /// Whether the agent filters its system calls.
    pub(crate) is_filtered: bool,
    /// Whether the file asks for another user's rights, which a traced process does not get.
    pub(crate) is_setuid: bool,
    /// What an interpreter was given open that has to do with an experiment.
    pub(crate) inherited: Vec<Found>,
}

/// Looks at processes, and remembers contents of files that did not change.
#[derive(Debug, Default)]
pub(crate) struct Inspector {
    /// What the agent was started with: variables that are still the same say nothing.
    given: BTreeMap<String, String>,
    /// The environment that was read last, with what is kept of it: most programs are given their parent's.
    last: (Vec<u8>, BTreeMap<String, String>),
    pub(super) contents: Contents,
    /// Interpreters that read from a pipe.
    fed: HashMap<Pid, Feed>,
}

/// A pipe from which an interpreter may read its program.
#[derive(Debug, Clone, Copy)]
struct Feed {
    /// How often it is looked into yet.
    looks: u32,
    /// The pipe and how much was in it the last time.
    filled: Option<Filled>,
}

impl Inspector {
    /// An inspector that recognises copies of `originals`.
    pub(crate) fn new(originals: Originals) -> Self {
        Self {
            contents: Contents::new(originals),
            ..Self::default()
        }
    }

    /// Describes the program that `pid` has just executed. What cannot be read is left empty.
    pub(crate) fn program(&mut self, pid: Pid) -> Program {
        let at = |name: &str| PathBuf::from(format!("/proc/{pid}/{name}"));
        let (argv, argv_omitted) = proc::arguments(pid);
        let streams = [link(&at("fd/0")), link(&at("fd/1"))];
        let exe = std::fs::metadata(at("exe")).ok();
        let executable = link(&at("exe"));
        let is_foreign = exe
            .as_ref()
            .is_some_and(|meta| self.contents.may_be(meta, &executable));
        let reads_programs =
            is_foreign || left::takes_text(&executable) || left::is_loader(&executable);
        let mut found = self.files(&argv, pid, reads_programs);
        if streams[0].starts_with('/') {
            found.extend(self.files(&streams[..1], pid, false));
        }
        let copies = found.iter().filter_map(|(name, content)| {
            let entry = content.copy_of()?.to_owned();
            Some((name.clone(), entry))
        });
        let copies = copies.collect();
        let files = found
            .into_iter()
            .map(|(name, content)| (name, content.sha256))
            .collect();
        let mut program = Program {
            environment: self.environment_of(proc::environment(pid)),
            files,
            copies,
            is_setuid: exe.is_some_and(|meta| meta.mode() & 0o6000 != 0),
            cwd: link(&at("cwd")),
            argv_omitted,
            streams,
            ..Program::default()
        };
        if reads_programs {
            let mut texts = left::texts(pid, &executable, &argv).into_iter();
            program.text = texts.find(|text| self.contents.is_to_be_silenced_by(text));
            program.pipes = pipes(&argv, pid);
            program.inherited = self.contents.inherited(pid);
        }
        self.fed.remove(&pid);
        if reads_programs && program.streams[0].starts_with("pipe:") {
            let feed = Feed {
                looks: MOST_LOOKS,
                filled: filled(pid, 0),
            };
            self.fed.insert(pid, feed);
        }
        Program {
            executable,
            argv,
            ..program
        }
    }

    /// What `pid` has just opened as its descriptor `fd`, if that has to do with an experiment.
    pub(crate) fn opened(&mut self, pid: Pid, fd: i64) -> Option<Found> {
        self.contents.opened(pid, fd)
    }

    /// What has come meanwhile through the pipe from which `pid` reads its program.
    pub(crate) fn fed(&mut self, pid: Pid) -> Option<Found> {
        let feed = self.fed.get_mut(&pid)?;
        feed.looks = feed.looks.checked_sub(1)?;
        let filled = filled(pid, 0);
        if filled == std::mem::replace(&mut feed.filled, filled) {
            return None;
        }
        let found = self.contents.of_pipe(0, &piped(pid, 0)?)?;
        self.fed.remove(&pid);
        Some(found)
    }

    /// Forgets a process that is gone.
    pub(crate) fn forget(&mut self, pid: Pid) {
        self.fed.remove(&pid);
    }

    /// What `pid` has just looked for in vain, if that has to do with an experiment.
    pub(crate) fn sought(&self, pid: Pid, path: &Path) -> Option<Found> {
        self.contents.sought(pid, path)
    }

    /// Takes what the first program finds in its environment as what the agent was given.
    pub(crate) fn take_as_given(&mut self, pid: Pid) {
        (self.given, self.last) = Default::default();
        self.given = self.environment(&proc::environment(pid));
    }

    fn environment_of(&mut self, block: Vec<u8>) -> BTreeMap<String, String> {
        if self.last.0 != block {
            self.last = (Vec::new(), self.environment(&block));
            self.last.0 = block;
        }
        self.last.1.clone()
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
                proc::text(&entry[at + 1..])
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

    /// The files that arguments name, as the process finds them, which may have folders of its own. For
    /// an interpreter, a module's name is the file's name without its end.
    fn files(&mut self, argv: &[String], pid: Pid, has_modules: bool) -> BTreeMap<String, Content> {
        let mut files = BTreeMap::new();
        for argument in argv.iter().take(MOST_FILES) {
            if argument.is_empty() || argument.starts_with('-') {
                continue;
            }
            let path = match descriptor(argument) {
                Some(fd) => of_descriptor(pid, fd),
                None => as_seen_by(pid, argument),
            };
            if let Some(content) = self.contents.at(&path) {
                files.insert(argument.clone(), content);
            } else if has_modules && is_module(argument) {
                let file = format!("{}.py", argument.replace('.', "/"));
                let content = self.contents.at(&as_seen_by(pid, &file));
                files.extend(content.map(|content| (file, content)));
            }
        }
        files
    }
}

fn is_module(argument: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    argument.chars().all(is_part) && !argument.starts_with('.')
}

/// Arguments such as `/dev/fd/63` that are pipes.
fn pipes(argv: &[String], pid: Pid) -> BTreeMap<String, String> {
    let named = argv.iter().take(MOST_FILES).filter_map(|argument| {
        let link = link(&of_descriptor(pid, descriptor(argument)?));
        link.starts_with("pipe:").then(|| (argument.clone(), link))
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
