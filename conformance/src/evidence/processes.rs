//! The programs that an agent's process tree executed, and the experiments that announced themselves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Opened;

/// How processes were watched, and what of that is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditRecord {
    /// What observed.
    pub mechanism: Mechanism,
    /// Why not a better one, where there is a better one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Executions that were observed and not kept for want of room.
    #[serde(default)]
    pub dropped: u64,
    /// Stretches that could not be observed, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<String>,
    /// The commands for which a shim stood first in `PATH`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shims: Vec<String>,
    /// Whether scripts could announce their work.
    #[serde(default)]
    pub announcements: bool,
    /// Whether it was observed which files processes opened.
    #[serde(default)]
    pub opens: bool,
    /// Processes that were alive when the agent had ended, and were ended then, in the order of their
    /// command lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<Leftover>,
    /// How many more there were, which nobody looked at.
    #[serde(default, skip_serializing_if = "is_none")]
    pub left_beyond: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

/// What was alive when an agent had ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftBehind {
    /// Those that were looked at.
    pub processes: Vec<Leftover>,
    /// How many more there were.
    pub beyond: u64,
}

/// A process that outlived the agent, as it was when it was ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leftover {
    /// Its arguments. Those of a process that was forked and executed nothing are its parent's.
    pub argv: Vec<String>,
    /// The file that it executes.
    pub executable: String,
    /// Its working directory.
    pub cwd: String,
    /// Beginnings of the files from which it, as a shell, `make` or an interpreter, reads its program; of
    /// a shell also of scripts that the program names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<String>,
    /// Number of the process, where it was observed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<u32>,
}

/// The reason of a record whose processes the user did not want to have watched.
pub const SWITCHED_OFF: &str = "switched off";

/// The reason of a record whose processes the user wanted to have watched less closely.
pub const ASKED_FOR: &str = "asked for";

/// The reason of a record of a play by hand, whose processes are the user's own.
pub const BY_HAND: &str = "somebody worked by hand";

impl AuditRecord {
    /// Whether the user chose to have less observed than there is to see.
    pub fn is_chosen(&self) -> bool {
        let chosen: &[&str] = match self.mechanism {
            Mechanism::Ptrace => &[],
            Mechanism::Announcements => &[ASKED_FOR],
            Mechanism::Off => &[SWITCHED_OFF, BY_HAND],
        };
        let reason = self.reason.as_deref();
        reason.is_some_and(|reason| chosen.contains(&reason))
    }

    /// Whether every execution in the agent's tree is known.
    pub fn is_complete(&self) -> bool {
        self.mechanism == Mechanism::Ptrace && self.dropped == 0 && self.gaps.is_empty()
    }
}

/// What observed the processes of an agent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mechanism {
    /// The kernel told of every execution.
    Ptrace,
    /// Scripts announced their work, and shims in `PATH` told of what passed through them.
    Announcements,
    /// Nobody looked.
    #[default]
    Off,
}

impl Mechanism {
    /// The word that evidence and reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ptrace => "ptrace",
            Self::Announcements => "announcements",
            Self::Off => "off",
        }
    }
}

/// One successful execution of a program: a line of `processes.ndjson`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exec {
    /// Position in the file, counting from 1.
    pub seq: u64,
    /// What told of it.
    pub source: ExecSource,
    /// Number of the process. Processes are numbered by their place in the tree, so that the same
    /// agent gives the same numbers; a process that executes several programs keeps its number.
    pub process: u32,
    /// Number of the nearest ancestor that executed a program itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
    /// The file that was executed; of a script, its interpreter.
    pub executable: String,
    /// The arguments as the kernel passed them; of a script with `#!`, the interpreter and the script
    /// come first.
    pub argv: Vec<String>,
    /// How many arguments there were beyond those that are kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub argv_omitted: u64,
    /// The working directory.
    pub cwd: String,
    /// Variables of interest that differ from what the agent was started with.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    /// What standard input was.
    #[serde(default)]
    pub stdin: Stream,
    /// What standard output was.
    #[serde(default)]
    pub stdout: Stream,
    /// The arguments that named existing files of moderate size, with their SHA-256 at that moment.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
    /// Those of them that were close copies of an entry point of the case, with that entry point.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub copies: BTreeMap<String, String>,
    /// The arguments that named pipes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pipes: BTreeMap<String, Stream>,
    /// The program that an interpreter reads, where it speaks of an entry point and of what that
    /// announces itself by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// Whether its system calls passed a filter of the agent's own, which may refuse to be heard.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub filtered: bool,
    /// Requests that the server had seen by then.
    pub requests: u64,
    /// How it ended; absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<ExecEnd>,
    /// Seconds since the agent's start by the wall clock. No verdict depends on it.
    pub wall_clock: f64,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What told of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecSource {
    /// The kernel.
    Ptrace,
    /// A shim, before it executed the program; or a stub, which executes nothing.
    Shim,
}

/// What one of the standard streams was connected to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Anything else, or not known.
    #[default]
    Other,
    /// A pipe or socket, numbered by appearance.
    Pipe(u32),
    /// A file.
    File(String),
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecEnd {
    /// It exited with this code.
    Exited(i32),
    /// This signal ended it.
    Signalled(i32),
    /// The process executed another program.
    Replaced,
}

/// What a script said when its work began: a line of `announcements.ndjson`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// The script, as it calls itself; a path relative to the workspace.
    pub script: String,
    /// Its arguments.
    #[serde(default)]
    pub argv: Vec<String>,
    /// Its working directory.
    #[serde(default)]
    pub cwd: String,
    /// The tracked run that it belongs to, if any.
    #[serde(default)]
    pub run: Option<String>,
    /// Number of its process, where that process was observed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<u32>,
}

/// Everything that is known of an agent's processes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Processes {
    /// The executions, in an order that does not depend on scheduling: by requests seen, then by
    /// place in the tree.
    pub execs: Vec<Exec>,
    /// What announced itself, in order. Tracked runs announce themselves, too.
    pub announcements: Vec<Announcement>,
    /// Which of the experiments' files were opened, in the order of executions.
    pub opened: Vec<Opened>,
}
