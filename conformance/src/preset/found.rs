//! Whether a preset's program is there, and which version of it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Seek;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::Preset;
use crate::agent::question;

/// How long a program may take to tell its version.
const PATIENCE: Duration = Duration::from_secs(20);

/// Most that it may print, in bytes.
const MOST_PRINTED: u64 = 64 * 1024;

/// Where an agent finds nothing but what it is given.
const PRIVATE: [&str; 3] = ["/tmp", "/run", "/dev/shm"];

/// How often is looked whether it has.
const LOOK: Duration = Duration::from_millis(20);

/// A preset's program on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Where it is.
    pub path: PathBuf,
    /// Its version, if it tells one.
    pub version: Option<String>,
}

impl Program {
    /// Looks for the program of `preset` in `PATH`.
    pub fn of(preset: &Preset) -> Option<Self> {
        Self::named(OsStr::new(preset.program()))
    }

    /// The program that a command line begins with: a path, or a name in `PATH`.
    pub fn named(name: &OsStr) -> Option<Self> {
        let path = if Path::new(name).components().count() > 1 {
            Some(PathBuf::from(name)).filter(|path| path.is_file())
        } else {
            let path = std::env::var_os("PATH")?;
            let mut places = std::env::split_paths(&path).map(|folder| folder.join(name));
            places.find(|path| path.is_file())
        };
        Some(Self {
            path: path?,
            version: None,
        })
    }

    /// What it consists of where `/tmp` and the like begin empty: the folder that it is installed into.
    pub fn folders(&self) -> Vec<PathBuf> {
        let target = self.path.canonicalize();
        let paths = [Some(self.path.clone()), target.ok()];
        let mut folders: Vec<PathBuf> = paths
            .iter()
            .flatten()
            .filter_map(|path| installed(path))
            .collect();
        folders.dedup();
        folders
    }

    /// Asks it for its version, in a `HOME` of its own, and within walls where `launcher`, which is
    /// `wild-conformance`, puts them up. What it starts is ended with it.
    #[must_use]
    pub fn asked(mut self, launcher: Option<&Path>) -> Self {
        self.version = self.told(launcher);
        self
    }

    fn told(&self, launcher: Option<&Path>) -> Option<String> {
        let home = tempfile::tempdir().ok()?;
        // What it leaves in the background may hold a pipe open for ever, and no file.
        let mut printed = tempfile::tempfile().ok()?;
        // It is started elsewhere than here.
        let path = std::path::absolute(&self.path).ok()?;
        let argv = vec![path.into(), "--version".into()];
        let mut child = question(argv, home.path(), self.folders(), launcher)
            .ok()?
            .stdin(Stdio::null())
            .stdout(printed.try_clone().ok()?)
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let has_ended = ends(&mut child, &printed);
        let group = Pid::from_raw(child.id().cast_signed());
        // Where nobody is left in it, there is nothing to be ended.
        let _ = killpg(group, Signal::SIGKILL);
        child.wait().ok().filter(|_| has_ended)?;
        printed.rewind().ok()?;
        let printed = crate::bounded::read(printed, MOST_PRINTED).ok()??;
        version_in(&String::from_utf8_lossy(&printed)).map(str::to_owned)
    }

    /// Whether it is older than the preset fits.
    pub fn is_too_old(&self, preset: &Preset) -> bool {
        let found = self.version.as_deref().map(numbers);
        let least = preset.minimum.as_deref().map(numbers);
        found.zip(least).is_some_and(|(found, least)| found < least)
    }
}

/// Whether a program ends in time, and before it has printed too much.
fn ends(child: &mut Child, printed: &File) -> bool {
    let begun = Instant::now();
    let is_short = || {
        printed
            .metadata()
            .is_ok_and(|file| file.len() <= MOST_PRINTED)
    };
    while begun.elapsed() <= PATIENCE && is_short() {
        match child.try_wait() {
            Ok(Some(_)) => return true,
            Ok(None) => std::thread::sleep(LOOK),
            Err(_) => return false,
        }
    }
    false
}

/// The folder that a program at `path` is installed into, if an agent would not find it otherwise.
fn installed(path: &Path) -> Option<PathBuf> {
    let mut modules = path
        .ancestors()
        .filter(|folder| folder.ends_with("node_modules"));
    let folder = path.parent()?;
    let folder = match modules.next() {
        Some(first) => modules.last().unwrap_or(first),
        None if folder.ends_with("bin") => folder.parent()?,
        None => folder,
    };
    let is_within = |root: &&str| folder.starts_with(root) && folder != Path::new(root);
    PRIVATE.iter().any(is_within).then(|| folder.to_owned())
}

/// The first version number in a text.
fn version_in(text: &str) -> Option<&str> {
    let words = text.split(|c: char| c.is_whitespace() || c == ',');
    let trimmed = words.map(|word| word.trim_start_matches('v').trim_end_matches('.'));
    let is_version =
        |word: &&str| word.contains('.') && word.starts_with(|c: char| c.is_ascii_digit());
    trimmed.into_iter().find(is_version)
}

fn numbers(version: &str) -> Vec<u64> {
    let parts = version.split(['.', '-', '+']);
    parts.map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_installed_where_nothing_is_seen_is_shown() {
        for (path, folder) in [
            ("/tmp/a/node_modules/.bin/x", Some("/tmp/a/node_modules")),
            (
                "/tmp/a/node_modules/p/node_modules/q/x.js",
                Some("/tmp/a/node_modules"),
            ),
            ("/tmp/venv/bin/x", Some("/tmp/venv")),
            ("/tmp/a/x.py", Some("/tmp/a")),
            ("/tmp/x.py", None),
            ("/tmp/bin/x", None),
            ("/usr/bin/x", None),
        ] {
            assert_eq!(
                installed(Path::new(path)).as_deref(),
                folder.map(Path::new),
                "{path}"
            );
        }
    }

    #[test]
    fn what_a_program_leaves_behind_is_ended_and_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        nix::unistd::mkfifo(&at("held"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        // It is held open until the last who could write has ended.
        let (tell, told) = std::sync::mpsc::channel();
        let held = at("held");
        std::thread::spawn(move || tell.send(std::fs::read(held)));
        let script = "#!/bin/sh\ncd \"${0%/*}\"\nexec 9>held\ntail -f /dev/null &\n\
                      echo \"$HOME $XDG_DATA_HOME\" >places\necho tool 1.2.3\n";
        std::fs::write(at("tool"), script).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(at("tool"), mode).unwrap();
        let program = Program::named(at("tool").as_os_str()).unwrap().asked(None);
        assert_eq!(program.version.as_deref(), Some("1.2.3"));
        told.recv_timeout(PATIENCE).unwrap().unwrap();
        let places = std::fs::read_to_string(at("places")).unwrap();
        let (home, data) = places.trim().split_once(' ').unwrap();
        assert_eq!(data, format!("{home}/.local/share"));
    }

    #[test]
    fn versions_are_found_and_compared_as_numbers() {
        for (text, version) in [
            ("codex-cli 0.169.0\n", Some("0.169.0")),
            ("2.1.197 (Claude Code)", Some("2.1.197")),
            ("GitHub Copilot CLI 1.0.102.\nRun it", Some("1.0.102")),
            ("v0.73.1-beta", Some("0.73.1-beta")),
            ("no version", None),
        ] {
            assert_eq!(version_in(text), version);
        }
        assert!(numbers("0.9.12") < numbers("0.10"));
        assert!(numbers("1.0") <= numbers("1.0.0"));
    }
}
