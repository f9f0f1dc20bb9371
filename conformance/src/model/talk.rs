//! What a request says and what is answered, whatever the wire format.

use serde_json::{Map, Value};

/// What an agent program sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Talk {
    /// The model's name, as it was asked for.
    pub(super) model: String,
    /// Whether the answer is to come as a stream of events.
    pub(super) is_stream: bool,
    /// What the user and the tools said, in order; what the model said is left out.
    pub(super) said: Vec<Said>,
    /// What the program tells the model of itself.
    pub(super) system: String,
    /// The tools that can be called.
    pub(super) tools: Vec<Tool>,
    /// The shape that a text has to have, where the program wants JSON.
    pub(super) shape: Option<Value>,
}

/// One thing that was said to the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// By the user.
    User(String),
    /// By a tool.
    Result(String),
}

/// A tool that is offered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tool {
    pub(super) name: String,
    /// The JSON Schema of its arguments.
    pub(super) schema: Value,
}

/// What the model answers.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Turn {
    /// It ends its turn.
    Text(String),
    /// It calls a tool.
    Call {
        /// Words ahead of the call.
        say: String,
        /// The tool's name.
        name: String,
        /// Its arguments.
        arguments: Map<String, Value>,
    },
}

impl Turn {
    /// What the turn says.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Call { say, .. } => say,
        }
    }

    /// The tool that it calls, with its arguments.
    pub(super) fn call(&self) -> Option<(&str, &Map<String, Value>)> {
        match self {
            Self::Text(_) => None,
            Self::Call {
                name, arguments, ..
            } => Some((name, arguments)),
        }
    }
}

impl Talk {
    /// How many tools have answered so far.
    pub(super) fn results(&self) -> usize {
        let is_result = |said: &&Said| matches!(said, Said::Result(_));
        self.said.iter().filter(is_result).count()
    }
}

/// Why a request is not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The status of the answer.
    pub status: u16,
    /// What happened and what to do.
    pub message: String,
}

impl Refusal {
    /// The request is at fault.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self {
            status: 400,
            message: message.into(),
        }
    }
}
