//! What was started outside of tracked runs.

use crate::evidence::ExecEnd;

/// What was started outside of tracked runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Starts {
    /// Experiments, in order.
    pub direct: Vec<DirectStart>,
    /// Commands of schedulers and launchers, in order.
    pub schedulers: Vec<SchedulerCall>,
}

/// An experiment that began outside of a tracked run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectStart {
    /// `seq` of the execution; absent where only an announcement tells of it.
    pub exec: Option<u64>,
    /// Position among the announcements, where the script said itself that its work began.
    pub announcement: Option<usize>,
    /// The entry point.
    pub entry_point: String,
    /// How it was recognised.
    pub how: How,
    /// How it ended, where that is known.
    pub end: Option<ExecEnd>,
}

/// How an experiment was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// By the script's path.
    Script,
    /// By the module's name.
    Module,
    /// By its content, under another name.
    Copy,
    /// By code on the command line that runs it.
    Code,
    /// By what came from standard input.
    Stdin,
    /// By what it announced.
    Announced,
}

impl How {
    /// In words, as the end of "started ...".
    pub fn words(self) -> &'static str {
        match self {
            Self::Script => "by its path",
            Self::Module => "as a module",
            Self::Copy => "as a copy",
            Self::Code => "by code on the command line",
            Self::Stdin => "through standard input",
            Self::Announced => "as it announced itself",
        }
    }
}

/// A command that hands work to a scheduler or launches several processes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchedulerCall {
    /// `seq` of the execution.
    pub exec: u64,
    /// The command, for example `sbatch`.
    pub program: String,
    /// The entry point that its arguments name, if any.
    pub entry_point: Option<String>,
}
