//! Why a subcommand did not get to a result.

use std::fmt;
use std::io;

use crate::adjudicate::KeptError;
use crate::baseline::BaselineError;
use crate::case::CaseError;
use crate::case::SelectError;
use crate::evidence::{ClaimError, LoadError};
use crate::preset::PresetError;
use crate::prompt::PromptError;
use crate::runner::RunError;

/// An error with the exit code that it calls for.
#[derive(Debug)]
pub struct Failure {
    exit_code: u8,
    message: String,
    is_broken_pipe: bool,
}

impl Failure {
    /// Wrong usage or configuration: exit code 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self {
            exit_code: 2,
            message: message.into(),
            is_broken_pipe: false,
        }
    }

    /// The harness cannot do its work: exit code 3.
    pub fn harness(message: impl Into<String>) -> Self {
        Self {
            exit_code: 3,
            message: message.into(),
            is_broken_pipe: false,
        }
    }

    /// The user stopped it: exit code 130.
    pub fn interrupted(message: impl Into<String>) -> Self {
        Self {
            exit_code: 130,
            message: message.into(),
            is_broken_pipe: false,
        }
    }

    /// The exit code.
    pub fn exit_code(&self) -> u8 {
        self.exit_code
    }

    /// Whether the reader of the output went away.
    pub fn is_broken_pipe(&self) -> bool {
        self.is_broken_pipe
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = if self.message.starts_with("error:") {
            ""
        } else {
            "error: "
        };
        write!(f, "{prefix}{}", self.message)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let is_broken_pipe = error.kind() == io::ErrorKind::BrokenPipe;
        Self {
            exit_code: 3,
            message: format!("cannot write the output: {error}"),
            is_broken_pipe,
        }
    }
}

impl From<SelectError> for Failure {
    fn from(error: SelectError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<CaseError> for Failure {
    fn from(error: CaseError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self::harness(error.to_string())
    }
}

impl From<BaselineError> for Failure {
    fn from(error: BaselineError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<PromptError> for Failure {
    fn from(error: PromptError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<PresetError> for Failure {
    fn from(error: PresetError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::harness(error.to_string())
    }
}

impl From<ClaimError> for Failure {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Taken { .. } => Self::usage(error.to_string()),
            ClaimError::Io { .. } => Self::harness(error.to_string()),
        }
    }
}

impl From<KeptError> for Failure {
    fn from(error: KeptError) -> Self {
        Self::harness(error.to_string())
    }
}
