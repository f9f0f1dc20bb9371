//! Places in the evidence.

use std::fmt;

use serde::Serialize;
use wild_mock_server::{Exchange, ExchangeOutcome, Seq};

use crate::evidence::Exec;

/// A place in the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum Reference {
    /// An exchange in `journal.ndjson`.
    Exchange {
        /// Its number.
        seq: Seq,
        /// Method and path.
        request: String,
        /// How it ended.
        outcome: String,
    },
    /// A file of the workspace.
    File {
        /// Path relative to the workspace.
        path: String,
        /// Line, counted from 1, when a line is meant.
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<usize>,
    },
    /// A stretch of a text file of the workspace, columns counted in characters.
    Place {
        /// Path relative to the workspace.
        path: String,
        /// First line, counted from 1.
        line: usize,
        /// First column, counted from 1.
        column: usize,
        /// Line of the end.
        end_line: usize,
        /// Column behind the last character.
        end_column: usize,
        /// Its first byte in the file.
        start: usize,
        /// The byte behind it.
        end: usize,
    },
    /// A stretch of `transcript.txt`.
    Transcript {
        /// First line, counted from 1.
        line: usize,
        /// Last line.
        end_line: usize,
    },
    /// The whole transcript, where something is missing from it.
    WholeTranscript,
    /// How the agent ended.
    Ending {
        /// In words.
        how: String,
    },
    /// A line of `processes.ndjson`.
    Process {
        /// Its number.
        seq: u64,
        /// The command line.
        command: String,
    },
    /// All of `processes.ndjson`, in which something is missing or nothing was found.
    Processes {
        /// How many executions it has.
        count: usize,
    },
    /// All of `journal.ndjson`, with `loose-effects.json`.
    Journal,
    /// A line of `announcements.ndjson`.
    Announcement {
        /// Its number, counting from 1.
        line: usize,
        /// The script.
        script: String,
    },
    /// What was looked at to find changes outside of the workspace.
    Surroundings {
        /// In words.
        how: String,
    },
    /// What the case declares.
    Case {
        /// The key.
        key: String,
    },
    /// Further places, which are not told one by one.
    More {
        /// How many.
        count: usize,
    },
}

impl Reference {
    /// Points at an exchange.
    pub fn exchange(exchange: &Exchange) -> Self {
        Self::Exchange {
            seq: exchange.seq,
            request: format!("{} {}", exchange.method, exchange.path),
            outcome: outcome_in_words(exchange),
        }
    }

    /// Points at an execution.
    pub fn process(exec: &Exec) -> Self {
        Self::Process {
            seq: exec.seq,
            command: exec.argv.join(" "),
        }
    }

    /// Points at a whole file of the workspace.
    pub fn file(path: impl Into<String>) -> Self {
        Self::File {
            path: path.into(),
            line: None,
        }
    }

    /// Points at a line of a file of the workspace.
    pub fn line(path: impl Into<String>, line: usize) -> Self {
        Self::File {
            path: path.into(),
            line: Some(line),
        }
    }

    /// What of it others may have written.
    pub(crate) fn words_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Exchange { request, .. } => Some(request),
            Self::File { path, .. } | Self::Place { path, .. } => Some(path),
            Self::Ending { how } | Self::Surroundings { how } => Some(how),
            Self::Case { key } => Some(key),
            Self::Process { command, .. } => Some(command),
            Self::Announcement { script, .. } => Some(script),
            Self::Transcript { .. }
            | Self::WholeTranscript
            | Self::Processes { .. }
            | Self::Journal
            | Self::More { .. } => None,
        }
    }
}

/// How an exchange ended, as people say it: `503`, `broken by truncated_body`.
pub fn outcome_in_words(exchange: &Exchange) -> String {
    match &exchange.outcome {
        ExchangeOutcome::Responded { status, .. } => status.to_string(),
        ExchangeOutcome::Dropped { reason } => match reason {
            wild_mock_server::DropReason::Fault => broken_in_words(&exchange.faults),
            wild_mock_server::DropReason::ClientGone => "the client went away".to_owned(),
            wild_mock_server::DropReason::Shutdown => "the server shut down".to_owned(),
        },
        ExchangeOutcome::Malformed { .. } => "not HTTP".to_owned(),
    }
}

/// Names the fault that acted, by its label in the journal, `#2 reset`. Delays only come before it.
fn broken_in_words(labels: &[String]) -> String {
    let names = labels.iter().rev();
    let mut names = names.map(|label| label.split_once(' ').map_or(label.as_str(), |part| part.1));
    match names.find(|name| !name.starts_with("delay ")) {
        None => "broken by a fault".to_owned(),
        Some("reset") => "connection reset".to_owned(),
        Some(name) => format!("broken by {name}"),
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exchange {
                seq,
                request,
                outcome,
            } => {
                write!(f, "request #{seq}: {request} -> {outcome}")
            }
            Self::File {
                path,
                line: Some(line),
            } => write!(f, "{path}:{line}"),
            Self::Place {
                path, line, column, ..
            } => write!(f, "{path}:{line}:{column}"),
            Self::File { path, line: None } => write!(f, "{path}"),
            Self::Transcript { line, end_line } if line == end_line => {
                write!(f, "transcript, line {line}")
            }
            Self::Transcript { line, end_line } => {
                write!(f, "transcript, lines {line} to {end_line}")
            }
            Self::WholeTranscript => write!(f, "transcript"),
            Self::Ending { how } => write!(f, "the agent {how}"),
            Self::Process { seq, command } => write!(f, "process #{seq}: {command}"),
            Self::Processes { count } => write!(f, "{count} executed programs"),
            Self::Journal => write!(f, "the journal"),
            Self::Announcement { line, script } => {
                write!(f, "announcement #{line}: {script} began its work")
            }
            Self::Surroundings { how } => write!(f, "{how}"),
            Self::Case { key } => write!(f, "the case's `{key}`"),
            Self::More { count: 1 } => write!(f, "and 1 more place"),
            Self::More { count } => write!(f, "and {count} more places"),
        }
    }
}
