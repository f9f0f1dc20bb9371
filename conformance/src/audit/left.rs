//! What is still there of an agent's processes when the agent has ended.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use nix::unistd::Pid;
use wild_mock_server::beneath::Folder;

use super::paths::{link, open_again};
use super::pipe::in_pipe;
use super::proc::arguments;
use crate::evidence::Leftover;

/// Most bytes of a program's text that are kept.
const MOST_TEXT: u64 = 64 * 1024;

/// Beginnings of the names of interpreters whose programs are text.
const INTERPRETERS: [&str; 6] = ["python", "pypy", "ipython", "perl", "ruby", "node"];

/// Programs that do what a file in their folder says, and its usual names.
const MAKERS: [&str; 2] = ["make", "gmake"];
const MAKEFILES: [&str; 3] = ["GNUmakefile", "makefile", "Makefile"];

/// Most scripts that the program of a shell names and that are kept.
const MOST_SCRIPTS: usize = 8;

/// Shells, whose programs are text as well.
const SHELLS: [&str; 7] = ["sh", "bash", "dash", "zsh", "ksh", "ash", "fish"];

/// Beginnings of the names of dynamic loaders, which become what their first argument names.
const LOADERS: [&str; 3] = ["ld-linux", "ld-musl", "ld.so"];

/// Numbers in an agent's process namespace that the harness's own process 1 and the agent have there.
const OF_HARNESS_AND_AGENT: [i32; 2] = [1, 2];

/// Describes `pid`, unless it is gone meanwhile. `is_inside` tells whether the agent has a process
/// namespace of its own, whose first process is none of the agent's.
///
/// The number of its process is the system's, and to be replaced by its own.
pub(crate) fn look_at(pid: Pid, is_inside: bool) -> Option<Leftover> {
    if is_inside && is_first_of_namespace(pid) {
        return None;
    }
    let at = |name: &str| PathBuf::from(format!("/proc/{pid}/{name}"));
    let (argv, _) = arguments(pid);
    if argv.is_empty() {
        return None;
    }
    let executable = link(&at("exe"));
    let mut texts = texts(pid, &executable, &argv);
    texts.extend(instructions(pid, &executable, &argv, &texts));
    Some(Leftover {
        argv,
        executable,
        cwd: link(&at("cwd")),
        texts,
        process: u32::try_from(pid.as_raw()).ok(),
    })
}

/// What a shell or another interpreter reads its program from, as far as that can be seen from outside.
pub(super) fn texts(pid: Pid, executable: &str, argv: &[String]) -> Vec<String> {
    if !takes_text(executable) {
        return Vec::new();
    }
    // A shell holds its script open, at 255 or at 10, and a program may come from standard input.
    let held = ["255", "10", "0"].into_iter();
    let held = held.filter_map(|fd| of_open_file(Path::new(&format!("/proc/{pid}/fd/{fd}"))));
    held.chain(script(pid, argv)).collect()
}

/// What a shell or `make` is yet to read: the scripts that its program names, and its makefile.
fn instructions(pid: Pid, executable: &str, argv: &[String], texts: &[String]) -> Vec<String> {
    let name = executable.rsplit('/').next().unwrap_or_default();
    let names: Vec<&str> = if MAKERS.contains(&name) {
        let named = argv.iter().skip(1).map(String::as_str);
        named.chain(MAKEFILES).collect()
    } else if SHELLS.contains(&name) {
        let is_end = |c: char| c.is_whitespace() || ";&|()<>'\"`".contains(c);
        let words = argv.iter().skip(1).chain(texts);
        let words = words.flat_map(|text| text.split(is_end));
        words.filter(|word| is_script_of_shell(word)).collect()
    } else {
        Vec::new()
    };
    let found = names.into_iter().filter_map(|name| file(pid, name));
    let mut found: Vec<String> = found.filter(|text| !texts.contains(text)).collect();
    found.dedup();
    found.truncate(MOST_SCRIPTS);
    found
}

/// Whether the word is like the name of a script for shells.
fn is_script_of_shell(word: &str) -> bool {
    let name = Path::new(word);
    match name.extension().and_then(|extension| extension.to_str()) {
        Some(extension) => SHELLS.contains(&extension),
        // What lies elsewhere is a program of the machine.
        None => word.contains('/') && !word.starts_with('/'),
    }
}

fn is_first_of_namespace(pid: Pid) -> bool {
    let depth = |who: &str| {
        let status = std::fs::read_to_string(format!("/proc/{who}/status")).ok()?;
        let numbers = status
            .lines()
            .find_map(|line| line.strip_prefix("NSpid:"))?;
        let numbers = numbers.split_ascii_whitespace();
        let numbers: Vec<i32> = numbers.filter_map(|number| number.parse().ok()).collect();
        Some((numbers.len(), *numbers.last()?))
    };
    let (Some((own, _)), Some((its, number))) = (depth("self"), depth(&pid.to_string())) else {
        return false;
    };
    // What waits for process 1 outside has the harness's own depth.
    its == own || its == own + 1 && OF_HARNESS_AND_AGENT.contains(&number)
}

/// Whether the name of a program is that of a shell or of another interpreter of text.
pub(super) fn takes_text(executable: &str) -> bool {
    let name = executable.rsplit('/').next().unwrap_or_default();
    INTERPRETERS.iter().any(|prefix| name.starts_with(prefix)) || SHELLS.contains(&name)
}

/// Whether a program of this name starts what its arguments name, itself being a dynamic loader.
pub(super) fn is_loader(executable: &str) -> bool {
    let name = executable.rsplit('/').next().unwrap_or_default();
    LOADERS.iter().any(|loader| name.starts_with(loader))
}

/// The beginning of a regular file that a process has open; of a pipe, what is in it and will be read yet.
fn of_open_file(descriptor: &Path) -> Option<String> {
    let file = open_again(descriptor).ok()?;
    if file.metadata().ok()?.file_type().is_fifo() {
        return in_pipe(&file);
    }
    beginning(file)
}

/// The beginning of the script that the arguments name first.
fn script(pid: Pid, argv: &[String]) -> Option<String> {
    file(
        pid,
        argv.iter().skip(1).find(|word| !word.starts_with('-'))?,
    )
}

/// The beginning of the file that the process calls `path`. No link is followed on the way there: it
/// could lead to what the agent itself cannot read.
fn file(pid: Pid, path: &str) -> Option<String> {
    let (from, way) = match path.strip_prefix('/') {
        Some(way) => ("root", way),
        None => ("cwd", path.trim_start_matches("./")),
    };
    // The dot makes the kernel go through what is a link of `/proc` alone.
    let folder = Folder::open(Path::new(&format!("/proc/{pid}/{from}/."))).ok()?;
    beginning(folder.regular(Path::new(way)).ok()?)
}

fn beginning(file: File) -> Option<String> {
    let is_regular = file.metadata().is_ok_and(|meta| meta.is_file());
    let mut bytes = Vec::new();
    if is_regular {
        file.take(MOST_TEXT).read_to_end(&mut bytes).ok()?;
    }
    (!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn the_text_of_a_waiting_shell_is_kept_and_links_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let script = "echo there\nread line\npython3 scripts/train.py\n";
        std::fs::write(dir.path().join("wait.sh"), script).unwrap();
        std::os::unix::fs::symlink("wait.sh", dir.path().join("link.sh")).unwrap();
        let mut shell = Command::new("bash")
            .arg("./wait.sh")
            .current_dir(dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let pid = Pid::from_raw(shell.id().cast_signed());
        // Once it says something it is what it was started as.
        let mut said = [0; 6];
        shell
            .stdout
            .as_mut()
            .unwrap()
            .read_exact(&mut said)
            .unwrap();
        let left = look_at(pid, false).unwrap();
        assert_eq!(left.argv, ["bash", "./wait.sh"]);
        assert!(left.texts.iter().all(|text| text == script));
        assert!(!left.texts.is_empty());
        let linked = ["bash".to_owned(), "link.sh".to_owned()];
        assert_eq!(super::script(pid, &linked), None);
        drop(shell.stdin.take());
        shell.kill().unwrap();
        shell.wait().unwrap();
    }

    #[test]
    fn other_programs_have_no_text() {
        assert!(takes_text("/usr/bin/python3.11") && takes_text("/bin/dash"));
        assert!(!takes_text("/usr/bin/tail") && !takes_text(""));
    }
}
