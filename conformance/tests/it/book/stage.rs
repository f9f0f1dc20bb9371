//! The machine that a page is tried on: a folder of its own with the programs on `PATH`, an agent of the reader's, the
//! files of `docs/examples` for this page, and servers at addresses of their own.

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::page::{Page, root};
use super::server::{Server, at_free_ports, is_server, start};
use crate::play::PROGRAM;

/// The agent of the examples: the reference agent, however it is told its prompt.
const MY_AGENT: &str = "#!/bin/sh\n[ \"$1\" = --prompt-file ] && exec wild-conformance agent < \"$2\"\nexec wild-conformance agent\n";

/// In the folder above, where it is found unless there is a nearer one: what is played where a command does not say.
const LIMITED: &str = "wild-conformance.toml";
const CONFIGURATION: &str = "cases = [\"planning-healthy\"]\n";

/// The real server of the examples.
const REAL: &str = "10.0.0.7:10000";

/// No command takes longer, in seconds.
const PATIENCE: &str = "300";

/// What a command came to.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) code: i32,
    pub(super) out: String,
    pub(super) err: String,
}

pub(super) struct Stage {
    folder: tempfile::TempDir,
    /// What was exported so far.
    exported: String,
    servers: Vec<Option<Server>>,
    real: Option<Server>,
}

impl Stage {
    pub(super) fn of(page: &Page) -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let at = folder.path();
        for name in ["bin", "home/.my-agent", "work"] {
            fs::create_dir_all(at.join(name)).unwrap();
        }
        let agent = at.join("bin/my-agent");
        fs::write(&agent, MY_AGENT).unwrap();
        fs::set_permissions(&agent, fs::Permissions::from_mode(0o755)).unwrap();
        let work = at.join("work");
        fs::copy(root().join("docs/examples/tasks.md"), work.join("tasks.md")).unwrap();
        symlink(root().join("fixtures"), work.join("fixtures")).unwrap();
        let name = Path::new(&page.name).file_stem().unwrap();
        let examples = root().join("docs/examples").join(name);
        if examples.is_dir() {
            copy(&examples, &work);
        }
        Self {
            folder,
            exported: String::new(),
            servers: Vec::new(),
            real: None,
        }
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let file = self.work().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// A shell in the folder. It hands signals on to what it executes, and ends with it.
    fn shell(&self, command: &str) -> Command {
        let programs = Path::new(PROGRAM).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        let bin = self.folder.path().join("bin");
        let mut bash = Command::new("timeout");
        bash.args(["--kill-after=5", PATIENCE, "bash", "-c", command])
            .current_dir(self.work())
            .env(
                "PATH",
                format!("{}:{}:{path}", bin.display(), programs.display()),
            )
            .env("HOME", self.folder.path().join("home"))
            .stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if ["WILD_", "CI", "GITHUB_", "SLURM_", "OPENAI_"]
                .iter()
                .any(|own| name.starts_with(own))
            {
                bash.env_remove(name);
            }
        }
        bash
    }

    /// Whether what is played where a command does not say is one case, or what the program then plays.
    pub(super) fn limit(&self, is_limited: bool) {
        let configuration = if is_limited { CONFIGURATION } else { "" };
        fs::write(self.folder.path().join(LIMITED), configuration).unwrap();
    }

    /// Executes a command as it stands on the page, with the addresses that its servers have here.
    pub(super) fn execute(&mut self, words: &str) -> Outcome {
        if let Some(number) = words.strip_prefix("kill -INT %") {
            return self.end(number.trim().parse().unwrap());
        }
        if is_server(words) {
            return self.serve(words);
        }
        if let Some((name, value)) = words
            .strip_prefix("export ")
            .and_then(|rest| rest.split_once('='))
        {
            // What is exported stays so for the commands below.
            writeln!(self.exported, "export {name}={value}").unwrap();
        }
        let command = self.translated(words);
        let command = format!("{}{command}", self.exported);
        let output = self.shell(&command).output().unwrap();
        Outcome {
            code: output.status.code().unwrap_or(-1),
            out: self.told(&output.stdout),
            err: self.told(&output.stderr),
        }
    }

    /// The command with the addresses of this machine.
    fn translated(&mut self, words: &str) -> String {
        let mut words = words.to_owned();
        if words.contains(REAL) {
            let real = self.real.take().unwrap_or_else(|| {
                let command = "exec wild-mock serve --listen 127.0.0.1:0 --cluster local_gpu:8";
                start(self.shell(command), vec![REAL.to_owned()]).unwrap().0
            });
            words = words.replace(REAL, &real.stands_for[0].1);
            self.real = Some(real);
        }
        for server in self.servers.iter().flatten() {
            for (told, address) in &server.stands_for {
                words = words.replace(told, address);
            }
        }
        words
    }

    /// What was printed, with the addresses of the page and the folder as somebody's home.
    fn told(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let mut text = text.replace(self.work().to_str().unwrap(), "/home/me");
        for server in self.servers.iter().flatten().chain(&self.real) {
            for (told, address) in &server.stands_for {
                text = text.replace(address, told);
            }
        }
        text
    }

    /// Starts a program that serves, at ports that the system chooses.
    fn serve(&mut self, words: &str) -> Outcome {
        let command = self
            .translated(words)
            .trim_end()
            .trim_end_matches('&')
            .to_owned();
        let (command, told) = at_free_ports(&command);
        // Who has the address on the page was ended before somebody else takes it.
        for server in &mut self.servers {
            let has_it = |one: &Server| one.stands_for.iter().any(|(own, _)| told.contains(own));
            if server.as_ref().is_some_and(has_it) {
                drop(server.take());
            }
        }
        match start(self.shell(&format!("exec {command}")), told) {
            Ok((server, lines)) => {
                self.servers.push(Some(server));
                Outcome {
                    code: 0,
                    out: self.told(lines.as_bytes()),
                    err: String::new(),
                }
            }
            Err(err) => Outcome {
                code: -1,
                out: String::new(),
                err,
            },
        }
    }

    /// Ends the N-th server as Ctrl-C does, and gives what it printed last.
    fn end(&mut self, number: usize) -> Outcome {
        let (code, out) = self.servers[number - 1].take().unwrap().end();
        Outcome {
            code,
            out,
            err: String::new(),
        }
    }
}

/// Copies the files of an example.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}
