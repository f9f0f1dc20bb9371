//! One step of what is played again.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    /// A request to the server.
    Request(Box<Sent>),
    /// A file of the workspace.
    Write {
        path: String,
        text: String,
        mode: u32,
    },
    /// A folder of the workspace.
    Folder { path: String },
    /// A symbolic link in the workspace.
    Link { path: String, target: String },
    /// Something of the workspace that was taken away.
    Remove { path: String },
    /// Something of another kind, or a link, that something else takes the place of.
    Replace { path: String },
    /// A command for a shell.
    Run(String),
    /// What cannot be done again, and is said.
    Missing(String),
}

/// A request as it was sent, and what was answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Sent {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    /// Whether it carried a token, and whether that was the right one.
    pub(super) token: Option<bool>,
    /// How long the agent waited since the request before, in milliseconds, up to a limit.
    pub(super) wait: u64,
    /// The JSON that was answered, whose ids later requests may name.
    pub(super) answer: Value,
}

impl Step {
    /// Whether it makes the file at `wanted` what it is in the end.
    pub(super) fn writes(&self, wanted: &str) -> bool {
        match self {
            Self::Write { path, .. } | Self::Replace { path } => path == wanted,
            _ => false,
        }
    }
}
