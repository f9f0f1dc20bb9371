//! What executions are held against, and which scripts they execute.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use super::command::{self, Reading};
use super::started::How;
use crate::evidence::{Announcement, Exec, ExecSource};

/// The `seq` of the program that is the agent.
const FIRST: u64 = 1;

/// What executions are held against.
#[derive(Debug, Clone, Default)]
pub struct StartContext<'a> {
    /// The workspace.
    pub workdir: &'a str,
    /// Folders that the agent could write to: the name of a program in one of them says nothing.
    pub writable: &'a [String],
    /// The experiments' scripts, relative to the workspace.
    pub entry_points: &'a [String],
    /// SHA-256 of these scripts, by path. Scripts of no content are left out.
    pub hashes: BTreeMap<&'a str, &'a str>,
    /// The numbers of the server's runs.
    pub runs: BTreeSet<&'a str>,
}

impl StartContext<'_> {
    /// Runs are executed by the server. What descends from the agent is none, whatever it calls
    /// itself; a shim cannot tell descent and goes by the run that is named.
    pub(super) fn is_tracked(&self, exec: &Exec) -> bool {
        let run = exec.environment.get("WILD_RUN_ID");
        exec.source == ExecSource::Shim && run.is_some_and(|run| self.is_run(run))
    }

    pub(super) fn is_tracked_announcement(&self, announcement: &Announcement) -> bool {
        let run = announcement.run.as_deref();
        announcement.process.is_none() && run.is_some_and(|run| self.is_run(run))
    }

    fn is_run(&self, id: &str) -> bool {
        self.runs.contains(id)
    }

    /// What an execution runs.
    pub(super) fn reading<'e>(&self, exec: &'e Exec) -> Reading<'e> {
        command::read(&exec.executable, &exec.argv, self.is_foreign(exec))
    }

    /// Whether the agent itself may have put the program in place. Its own was there before it: of a folder
    /// such as `/tmp` it is shown to be read only.
    fn is_foreign(&self, exec: &Exec) -> bool {
        let executable = Path::new(&exec.executable);
        if exec.seq == FIRST && !executable.starts_with(self.workdir) {
            return false;
        }
        let writable = self.writable.iter().map(String::as_str);
        let mut own = writable.chain([self.workdir]);
        own.any(|folder| executable.starts_with(folder))
    }

    /// Whether the program may be an interpreter of Python.
    pub(super) fn runs_python(&self, exec: &Exec) -> bool {
        let name = command::name(&exec.executable);
        command::is_interpreter(name) || command::is_loader(name) || self.is_foreign(exec)
    }

    /// Whether `path` is the entry point `entry`, as seen from where `exec` was started.
    pub(super) fn is_entry(&self, path: &str, entry: &str, exec: &Exec) -> bool {
        resolve(self.workdir, entry) == resolve(&exec.cwd, path)
    }

    /// The entry point that `path` is, as seen from where `exec` was started.
    pub(super) fn script(&self, path: &str, exec: &Exec) -> Option<(String, How)> {
        let is_path = |entry: &&String| self.is_entry(path, entry, exec);
        if let Some(entry) = self.entry_points.iter().find(is_path) {
            return Some((entry.clone(), How::Script));
        }
        let hash = exec.files.get(path)?;
        let mut hashes = self.hashes.iter();
        let equal = hashes
            .find(|(_, known)| *known == hash)
            .map(|(entry, _)| (*entry).to_owned());
        let copied = equal.or_else(|| exec.copies.get(path).cloned())?;
        Some((copied, How::Copy))
    }

    pub(super) fn module(&self, module: &str, exec: &Exec) -> Option<(String, How)> {
        let path = module.replace('.', "/");
        let forms = [format!("{path}.py"), format!("{path}/__main__.py")];
        let found = forms.iter().find_map(|form| self.script(form, exec));
        found.map(|(entry, _)| (entry, How::Module))
    }

    /// Importing is looking; running what is named is not.
    pub(super) fn code(&self, code: &str) -> Option<(String, How)> {
        const RUNNING: [&str; 4] = ["exec(", "runpy", "execfile(", "main("];
        if !RUNNING.iter().any(|word| code.contains(word)) {
            return None;
        }
        let is_named = |entry: &&String| {
            let stem = entry.strip_suffix(".py").unwrap_or(entry);
            let module = stem.replace('/', ".");
            code.contains(entry.as_str())
                || code.contains(command::name(entry))
                || has_word(code, &module)
                || has_word(code, command::name(stem)) && code.contains("import")
        };
        let entry = self.entry_points.iter().find(is_named)?;
        Some((entry.clone(), How::Code))
    }

    /// The first of `words` that is an entry point.
    pub(super) fn among(&self, words: &[String], exec: &Exec) -> Option<String> {
        let found = words.iter().find_map(|word| self.script(word, exec));
        found.map(|(entry, _)| entry)
    }
}

/// `path` as seen from `base`, without `.` and `..`.
pub(super) fn resolve(base: &str, path: &str) -> PathBuf {
    let mut resolved = PathBuf::new();
    for component in Path::new(base).join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                resolved.pop();
            }
            other => resolved.push(other),
        }
    }
    resolved
}

fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}
