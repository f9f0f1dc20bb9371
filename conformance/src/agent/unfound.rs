//! What of an agent's command line names nothing that can be run, and what would be right.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::assignment::Assignment;
use super::outcome::AgentOutcome;
use super::spec::AgentSpec;
use super::supervision::path_with;
use crate::door;
use crate::ending::Ending;
use crate::secrets::Secrets;

/// What runs scripts, by their extension.
const INTERPRETERS: [(&str, &str); 3] = [("js", "node"), ("py", "python3"), ("sh", "sh")];

/// Exit code of a shell that did not find a program.
const NOT_FOUND: i32 = 127;

/// What Python writes of a script that is not there.
const UNOPENED: &str = "can't open file";

/// Most bytes of a script's first line that are read.
const LONGEST_LINE: u64 = 256;

/// Most bytes of standard error in which is looked for a file that was not found.
const MOST_COMPLAINT: u64 = 64 * 1024;

/// Where the words of a command line are looked up.
#[derive(Debug, Clone, Copy)]
struct Lookup<'a> {
    /// Where the harness was started.
    here: &'a Path,
    /// The case's workspace, in which the agent starts.
    workdir: &'a Path,
    /// The folders of programs.
    path: &'a OsStr,
}

impl Lookup<'_> {
    /// Why a program cannot be started, where that shows.
    fn program(&self, word: &OsStr) -> Option<String> {
        let path = Path::new(word);
        if word.as_bytes().contains(&b'/') {
            let file = self.workdir.join(path);
            return if file.exists() {
                unfit(&file)
            } else if path.is_absolute() {
                Some(format!("there is no {}", path.display()))
            } else {
                Some(self.nowhere(path))
            };
        }
        let mut beside = std::env::split_paths(self.path).map(|folder| folder.join(path));
        if let Some(file) = beside.find(|file| file.is_file()) {
            return unfit(&file);
        }
        let shown = path.display();
        let given = if self.here.join(path).is_file() {
            format!("; give `./{shown}`")
        } else {
            String::new()
        };
        Some(format!("no program `{shown}` in PATH{given}"))
    }

    /// The file that a program which ended so did not find, by what it complained of.
    fn script(&self, argv: &[OsString], ending: &Ending, complaint: &str) -> Option<String> {
        match ending {
            Ending::Exited { code: NOT_FOUND } => {}
            Ending::Exited { code } if *code != 0 && complaint.contains(UNOPENED) => {}
            _ => return None,
        }
        let words: Vec<_> = argv.iter().map(|word| word.to_string_lossy()).collect();
        let mut words = words.iter().flat_map(|word| word.split_whitespace());
        let is_meant = |word: &&str| {
            let name = Path::new(word).file_name();
            !word.starts_with('-')
                && word.contains(['.', '/'])
                && Path::new(word).is_relative()
                && !self.workdir.join(word).exists()
                && name.is_some_and(|name| complaint.contains(&*name.to_string_lossy()))
        };
        let meant = words.find(is_meant)?;
        Some(self.nowhere(Path::new(meant)))
    }

    /// A relative path that the workspace does not have.
    fn nowhere(&self, path: &Path) -> String {
        let (shown, here) = (path.display(), self.here.display());
        let start = "the case's workspace, in which the agent starts";
        if self.here.join(path).is_file() {
            return format!(
                "there is no {shown} in {start}; give `./{shown}`, which is found from {here}"
            );
        }
        format!(
            "there is no {shown} in {start}, and none in {here}, from which paths are found; name a file that exists"
        )
    }
}

impl Assignment<'_> {
    /// Asks where the words of the command line are.
    fn looked_up(&self, ask: impl FnOnce(Lookup<'_>) -> Option<String>) -> Option<String> {
        let path = self.bin.map(path_with);
        let path = path
            .or_else(|| std::env::var_os("PATH"))
            .unwrap_or_default();
        let found = ask(Lookup {
            here: &std::env::current_dir().unwrap_or_default(),
            workdir: self.workdir,
            path: &path,
        });
        found.map(|told| Secrets::of_this_process().covered(&told))
    }

    /// That the program was not started, and by which word of the command line, where that shows.
    pub(super) fn not_started(&self, spec: &AgentSpec, error: &str) -> AgentOutcome {
        let argv = spec.argv_for(self.places());
        let wrong = argv.first();
        let wrong = wrong.and_then(|program| self.looked_up(|lookup| lookup.program(program)));
        AgentOutcome::could_not_start(spec.label(), &wrong.as_deref().unwrap_or(error))
    }

    /// What of the command line names no file that the program found.
    pub(super) fn unfound(&self, spec: &AgentSpec, ending: &Ending) -> Option<String> {
        let complaint = door::beginning(&self.stderr, MOST_COMPLAINT).unwrap_or_default();
        let complaint = String::from_utf8_lossy(&complaint);
        self.looked_up(|lookup| lookup.script(spec.argv(), ending, &complaint))
    }
}

/// Why a file that is there cannot be executed.
fn unfit(file: &Path) -> Option<String> {
    let shown = file.display();
    let metadata = file.metadata().ok()?;
    if metadata.is_dir() {
        return Some(format!("{shown} is a folder"));
    }
    if !metadata.is_file() {
        return Some(format!("{shown} is no regular file"));
    }
    if metadata.permissions().mode() & 0o111 == 0 {
        let with = runner(file).map_or_else(String::new, |program| {
            format!(", or run it with `{program}`")
        });
        return Some(format!("{shown} has no execute bit: `chmod +x` it{with}"));
    }
    let interpreter = interpreter(file)?;
    (!interpreter.exists()).then(|| {
        // A carriage return at its end would not be seen.
        let named = interpreter.to_string_lossy().escape_debug().to_string();
        format!("{shown} is there, and `{named}`, which its first line names to run it, is not")
    })
}

/// What a script is run with: the program of its first line, or what its name's end stands for.
fn runner(file: &Path) -> Option<String> {
    let named = interpreter(file);
    let named = named.as_deref().and_then(Path::file_name);
    let named = named
        .filter(|name| *name != "env")
        .map(|name| name.to_string_lossy().into_owned());
    named.or_else(|| {
        let extension = file.extension()?;
        let mut known = INTERPRETERS.into_iter();
        let (_, program) = known.find(|(ending, _)| extension == *ending)?;
        Some(program.to_owned())
    })
}

/// What the first line of a script names.
fn interpreter(file: &Path) -> Option<PathBuf> {
    // It may lie where an earlier iteration put something else in its place.
    let line = door::beginning(&file.canonicalize().ok()?, LONGEST_LINE).ok()?;
    let line = line
        .split(|byte| *byte == b'\n')
        .next()?
        .strip_prefix(b"#!")?;
    let line = std::str::from_utf8(line).ok()?.trim_matches([' ', '\t']);
    Some(PathBuf::from(line.split([' ', '\t']).next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of the user's with `agent.py`, and an empty workspace in it.
    fn scene() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("agent.py"), "print(1)\n").unwrap();
        std::fs::create_dir(dir.path().join("workspace")).unwrap();
        dir
    }

    fn lookup<T>(dir: &Path, ask: impl FnOnce(Lookup<'_>) -> T) -> T {
        ask(Lookup {
            here: dir,
            workdir: &dir.join("workspace"),
            path: OsStr::new("/usr/bin:/bin"),
        })
    }

    #[test]
    fn the_word_that_cannot_be_run_is_told() {
        let dir = scene();
        let at = dir.path().display().to_string();
        std::fs::write(dir.path().join("agent.sh"), "#!/bin/bash\n").unwrap();
        let broken = dir.path().join("broken.sh");
        std::fs::write(&broken, "#!/nowhere/sh -e\n").unwrap();
        std::fs::set_permissions(&broken, PermissionsExt::from_mode(0o755)).unwrap();
        let told = |word: &str| lookup(dir.path(), |lookup| lookup.program(OsStr::new(word)));
        for (word, right) in [
            ("pyton3", "no program `pyton3` in PATH".to_owned()),
            (
                "agent.py",
                "no program `agent.py` in PATH; give `./agent.py`".to_owned(),
            ),
            ("/nowhere/agent", "there is no /nowhere/agent".to_owned()),
            (
                &format!("{at}/agent.py"),
                format!(
                    "{at}/agent.py has no execute bit: `chmod +x` it, or run it with `python3`"
                ),
            ),
            (
                &format!("{at}/agent.sh"),
                format!("{at}/agent.sh has no execute bit: `chmod +x` it, or run it with `bash`"),
            ),
            (&at, format!("{at} is a folder")),
            (
                &format!("{at}/broken.sh"),
                format!(
                    "{at}/broken.sh is there, and `/nowhere/sh`, which its first line names to run it, is not"
                ),
            ),
        ] {
            assert_eq!(told(word), Some(right), "{word}");
        }
        let fifo = dir.path().join("fifo");
        nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
        let expected = format!("{at}/fifo is no regular file");
        assert_eq!(told(&format!("{at}/fifo")), Some(expected));
        assert!(
            told("./agnt.py")
                .unwrap()
                .contains(&format!("and none in {at}, from"))
        );
        assert_eq!(told("sh"), None);
        assert_eq!(told("/bin/sh"), None);
    }

    #[test]
    fn a_script_that_is_elsewhere_is_told_how_to_be_named_and_one_that_is_nowhere_is_not() {
        let dir = scene();
        let told = |argv: &[&str], code, complaint: &str| {
            let argv: Vec<OsString> = argv.iter().map(OsString::from).collect();
            lookup(dir.path(), |lookup| {
                lookup.script(&argv, &Ending::Exited { code }, complaint)
            })
        };
        let unopened = |name: &str| format!("python3: can't open file '/w/{name}': [Errno 2]");
        let near = told(&["python3", "agent.py"], 2, &unopened("agent.py")).unwrap();
        assert!(
            near.contains("in which the agent starts; give `./agent.py`"),
            "{near}"
        );
        let shell = told(
            &["bash", "-c", "agent.py x"],
            127,
            "bash: agent.py: command not found",
        );
        assert_eq!(shell, Some(near));
        for name in ["agnt.py", "./agnt.py"] {
            let far = told(&["python3", name], 2, &unopened("agnt.py")).unwrap();
            assert!(
                far.contains("and none in /") && !far.contains("give `"),
                "{far}"
            );
        }
        // A file that was found, one by an absolute path, and what nobody complained of.
        let absolute = dir.path().join("agnt.py").display().to_string();
        assert_eq!(told(&["python3", &absolute], 2, &unopened("agnt.py")), None);
        assert_eq!(
            told(&["python3", "agent.py"], 1, "ValueError: agent.py"),
            None
        );
        assert_eq!(
            told(&["sh", "-c", "curl http://x/y"], 127, "sh: curl: not found"),
            None
        );
    }
}
