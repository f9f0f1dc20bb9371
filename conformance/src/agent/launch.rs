//! The launcher: a process that confines itself, waits to be traced, and becomes the agent.
//!
//! Confining and tracing must begin between the start of a process and the start of the program that
//! it is to run. A program of our own in that place needs no code between `fork` and `exec`.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::sys::signal::{Signal, raise};
use serde::{Deserialize, Serialize};

use super::sandbox::{Allowance, confine};
use crate::door;
use crate::evidence::SandboxRecord;

/// Exit code of a launcher that could not become the agent.
const NOT_STARTED: u8 = 127;

/// Most bytes of a report that are read.
const MOST_TOLD: u64 = 1024 * 1024;

/// What a launcher is to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LaunchOrder {
    /// Where it reports.
    pub report: PathBuf,
    /// Whether it stops until a tracer lets it go on.
    pub stop: bool,
    /// Whether it confines itself.
    pub sandbox: bool,
    /// What may be written.
    pub writable: Vec<PathBuf>,
    /// Ports that may be connected to.
    pub ports: Vec<u16>,
    /// A file that may not be written, to try the sandbox out.
    pub forbidden: PathBuf,
    /// The agent's program and arguments.
    pub argv: Vec<OsString>,
}

/// What a launcher tells, one JSON document a line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Sandbox(SandboxRecord),
    NotStarted(String),
}

/// What became of a launcher.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LaunchReport {
    pub(super) sandbox: SandboxRecord,
    /// Why the agent could not be started, if so.
    pub(super) not_started: Option<String>,
}

impl LaunchOrder {
    /// The command that makes `launcher`, which is `wild-conformance`, carry this out.
    pub(super) fn command(&self, launcher: &Path) -> Command {
        let mut command = Command::new(launcher);
        command.args([OsStr::new("launch"), OsStr::new("--report")]);
        command.arg(&self.report);
        if self.stop {
            command.arg("--stop");
        }
        if self.sandbox {
            command.arg("--sandbox");
            command.arg("--forbidden").arg(&self.forbidden);
        }
        for path in &self.writable {
            command.arg("--write").arg(path);
        }
        for port in &self.ports {
            command.arg("--port").arg(port.to_string());
        }
        command.arg("--").args(&self.argv);
        command
    }

    /// Becomes the agent. Returns, with an exit code, only when that fails.
    ///
    /// # Errors
    /// Fails when the report cannot be written.
    pub fn carry_out(&self) -> io::Result<u8> {
        // Opened before writing is confined; the agent does not inherit it.
        let mut report = File::create(&self.report)?;
        if self.sandbox {
            let record = confine(&Allowance {
                writable: self.writable.clone(),
                ports: self.ports.clone(),
                forbidden: self.forbidden.clone(),
            });
            say(&mut report, &Word::Sandbox(record))?;
        }
        if self.stop {
            raise(Signal::SIGSTOP)?;
        }
        let mut argv = self.argv.iter();
        let mut command = Command::new(argv.next().map_or(OsStr::new(""), OsString::as_os_str));
        let error = command.args(argv).exec();
        say(&mut report, &Word::NotStarted(error.to_string()))?;
        Ok(NOT_STARTED)
    }
}

fn say(report: &mut File, word: &Word) -> io::Result<()> {
    let mut line = serde_json::to_vec(word)?;
    line.push(b'\n');
    report.write_all(&line)
}

impl LaunchReport {
    /// Reads what the launcher told. What is missing was not told.
    pub(super) fn read(path: &Path) -> Self {
        let mut report = Self::default();
        let text = door::beginning(path, MOST_TOLD).unwrap_or_default();
        for word in text
            .split(|byte| *byte == b'\n')
            .filter_map(|line| serde_json::from_slice(line).ok())
        {
            match word {
                Word::Sandbox(record) => report.sandbox = record,
                Word::NotStarted(error) => report.not_started = Some(error),
            }
        }
        report
    }
}
