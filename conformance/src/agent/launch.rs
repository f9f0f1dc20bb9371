//! The launcher: a process that puts walls around itself, waits to be traced, and becomes the agent.
//!
//! Walls and tracing must begin between the start of a process and the start of the program that it
//! is to run. A program of our own in that place needs no code between `fork` and `exec`.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::sys::signal::{Signal, raise};
use serde::{Deserialize, Serialize};

use super::sentry;
use super::walls::{self, Fence, RoomOrder};
use crate::door;
use crate::evidence::{SandboxRecord, Wall};

/// Exit code of a launcher that could not become the agent.
const NOT_STARTED: u8 = 127;

/// Most bytes of a report that are read.
const MOST_TOLD: u64 = 1024 * 1024;

/// The variable that holds the order. The agent does not inherit it, and unlike an argument nobody
/// reads it from outside.
const ORDER: &str = "WILD_LAUNCH_ORDER";

/// The launcher's name for being one.
const COMMAND: &str = "launch";

/// What a launcher is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Become the agent, whose program and arguments are the launcher's own.
    Launch(LaunchOrder),
    /// Put up walls, tell on standard output which stand, and end.
    Try(Fence),
    /// Hand out sockets of a network namespace through standard input.
    Room(RoomOrder),
    /// Wake this process whenever somebody stopped it, until standard input ends.
    Watch(u32),
}

/// How to become an agent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchOrder {
    /// Where it reports.
    pub report: PathBuf,
    /// The process that traces it: it stops until that lets it go on, and ends where that is gone.
    pub tracer: Option<u32>,
    /// The walls, if any.
    pub fence: Option<Fence>,
}

/// What a launcher tells, one JSON document a line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Sandbox(SandboxRecord),
    /// The tracer is told of connections and of openings of files.
    TellsOpens,
    /// It is not, and why.
    HidesOpens(String),
    NotStarted(String),
}

/// Whether a tracer is told of the files that an agent opens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Opens {
    /// Nobody traces it.
    #[default]
    Untraced,
    /// It is told.
    Told,
    /// It is not, and why.
    Hidden(String),
}

impl Opens {
    /// What is missing in what was observed.
    pub fn gap(&self) -> Option<String> {
        match self {
            Self::Untraced | Self::Told => None,
            Self::Hidden(reason) => Some(format!(
                "it was not observed which files were opened: {reason}"
            )),
        }
    }
}

/// What became of a launcher.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LaunchReport {
    pub(super) sandbox: SandboxRecord,
    /// Whether the tracer was told of openings of files.
    pub(super) opens: Opens,
    /// Why the agent could not be started, if so.
    pub(super) not_started: Option<String>,
}

impl Order {
    /// The command that makes `launcher`, which is `wild-conformance`, carry this out.
    pub(crate) fn command(&self, launcher: &Path) -> io::Result<Command> {
        let mut command = Command::new(launcher);
        command
            .arg(COMMAND)
            .env(ORDER, serde_json::to_string(self)?);
        Ok(command)
    }

    /// A command that stops itself to be traced, and then prints the launcher's version.
    pub(crate) fn trial(launcher: &Path) -> io::Result<Command> {
        let order = LaunchOrder {
            report: PathBuf::from("/dev/null"),
            tracer: Some(std::process::id()),
            fence: None,
        };
        let mut command = Self::Launch(order).command(launcher)?;
        command.arg("--").arg(launcher).arg("--version");
        Ok(command)
    }

    /// Carries out what the environment says, with `argv` for the agent. Returns, with an exit code,
    /// when that fails or there is no agent.
    ///
    /// # Errors
    /// Fails when there is no order, or the report cannot be written.
    pub fn carry_out(argv: &[OsString], out: &mut impl Write) -> io::Result<u8> {
        let order = std::env::var(ORDER)
            .map_err(|_| io::Error::other("this is what agents are started through; use `run`"))?;
        match serde_json::from_str(&order)? {
            Self::Launch(order) => order.carry_out(argv),
            Self::Try(fence) => {
                let record = walls::put_up(&fence).map_err(io::Error::other)?;
                out.write_all(&serde_json::to_vec(&record)?)?;
                out.flush()?;
                Ok(0)
            }
            Self::Room(order) => {
                walls::hand_out(&order)?;
                Ok(0)
            }
            Self::Watch(harness) => {
                sentry::watch(harness, out)?;
                Ok(0)
            }
        }
    }
}

impl LaunchOrder {
    /// What comes ahead of a program and its arguments so that `launcher` becomes it, and the variable that
    /// has to be set.
    pub(crate) fn prefix(
        &self,
        launcher: &Path,
    ) -> io::Result<(Vec<OsString>, (&'static str, String))> {
        let order = serde_json::to_string(&Order::Launch(self.clone()))?;
        let argv = [launcher.into(), COMMAND.into(), "--".into()];
        Ok((argv.into(), (ORDER, order)))
    }

    /// Whether the launcher leads a session, and with it a process group of its own: the terminal's
    /// Ctrl-C then goes to the harness alone, which ends the agent in an orderly way.
    pub(crate) fn begins_session(&self) -> bool {
        self.fence
            .as_ref()
            .is_some_and(|fence| fence.has(Wall::Session))
    }

    fn carry_out(self, argv: &[OsString]) -> io::Result<u8> {
        // Opened before writing is confined; the agent does not inherit it.
        let mut report = File::create(&self.report)?;
        if let Some(tracer) = self.tracer
            && !waits_for(tracer)?
        {
            return Ok(NOT_STARTED);
        }
        // Asked before walls hide who traces.
        let is_traced = self.tracer.is_some() && is_traced();
        if let Some(fence) = &self.fence {
            match walls::put_up(fence) {
                Ok(record) => say(&mut report, &Word::Sandbox(record))?,
                Err(reason) => {
                    let reason = format!("its walls could not be put up: {reason}");
                    say(&mut report, &Word::NotStarted(reason))?;
                    return Ok(NOT_STARTED);
                }
            }
        }
        if is_traced {
            let told = walls::tell_tracer();
            say(
                &mut report,
                &told.map_or_else(Word::HidesOpens, |()| Word::TellsOpens),
            )?;
        }
        let mut argv = argv.iter();
        let mut command = Command::new(argv.next().map_or(OsStr::new(""), OsString::as_os_str));
        let error = command.args(argv).env_remove(ORDER).exec();
        say(&mut report, &Word::NotStarted(error.to_string()))?;
        Ok(NOT_STARTED)
    }
}

/// Stops until this parent traces the process and lets it go on. Whether that came about: as long as nobody traces
/// it, nobody would end it when the parent is killed.
fn waits_for(tracer: u32) -> io::Result<bool> {
    ends_with_parent(true)?;
    // It may have been killed before.
    if std::os::unix::process::parent_id() != tracer {
        return Ok(false);
    }
    raise(Signal::SIGSTOP)?;
    ends_with_parent(false)?;
    Ok(true)
}

/// Has this process end as its parent ends, or no more.
#[cfg(target_os = "linux")]
fn ends_with_parent(does: bool) -> io::Result<()> {
    let signal = does.then_some(Signal::SIGKILL);
    Ok(nix::sys::prctl::set_pdeathsig(signal)?)
}

/// Elsewhere nobody traces.
#[cfg(not(target_os = "linux"))]
fn ends_with_parent(_does: bool) -> io::Result<()> {
    Ok(())
}

/// Whether somebody traces this process.
fn is_traced() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let tracer = status
        .lines()
        .find_map(|line| line.strip_prefix("TracerPid:"));
    tracer.is_some_and(|tracer| tracer.trim() != "0")
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
                Word::TellsOpens => report.opens = Opens::Told,
                Word::HidesOpens(reason) => report.opens = Opens::Hidden(reason),
                Word::NotStarted(error) => report.not_started = Some(error),
            }
        }
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_openings_is_a_gap_and_the_rest_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report");
        let gap_of = |word: &Word| {
            say(&mut File::create(&path).unwrap(), word).unwrap();
            LaunchReport::read(&path).opens.gap()
        };
        let hidden = gap_of(&Word::HidesOpens("no filter here".to_owned()));
        assert!(hidden.is_some_and(|gap| gap.ends_with("opened: no filter here")));
        assert_eq!(gap_of(&Word::TellsOpens), None);
        assert_eq!(LaunchReport::default().opens.gap(), None);
    }
}
