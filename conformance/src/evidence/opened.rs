//! The experiments' files that an agent's processes opened.

use serde::{Deserialize, Serialize};

/// The module through which the scripts of workspaces announce themselves.
pub const ANNOUNCER: &str = "announce.py";

/// A file that was opened and has to do with an experiment: a line of `opened.ndjson`.
///
/// It is told by the kernel once the call is over, and not by what the caller's memory names. That a
/// process opened a file says what it could read, and not what it did with it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// `seq` of what the process executed then.
    pub exec: u64,
    /// Number of that process, or of the one that it was forked from and executed nothing since.
    pub process: u32,
    /// The file.
    pub file: String,
    /// The entry point that it is or resembles, or the module by which that announces itself.
    pub of: String,
    /// What of it the file is.
    pub form: Form,
    /// Whether whoever runs the file hears of it, as far as the file shows.
    pub announces: bool,
    /// Whether it was open from the start, by whoever started the program.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inherited: bool,
}

impl Opened {
    /// Whether it is the module by which entry points announce themselves, and no entry point.
    pub fn is_announcer(&self) -> bool {
        self.of.rsplit('/').next() == Some(ANNOUNCER)
    }

    /// Whether it can be run as an entry point, and does not merely speak of one.
    pub fn may_be_run(&self) -> bool {
        !self.is_announcer() && self.form != Form::Silencer
    }
}

/// What a file is of an entry point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// What the agent found.
    Original,
    /// A close copy, or something else in its place.
    Copy,
    /// What an interpreter makes of it to load it faster.
    Compiled,
    /// The same, looked for where there is none yet, as is done for imports only.
    Sought,
    /// A program that speaks of the entry point and of what that announces itself by.
    Silencer,
    /// What may be one and was not looked at: a program that is too large, or what a process got at by a
    /// call of which nobody is told what it leads to.
    Unknown,
}
