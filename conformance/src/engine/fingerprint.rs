//! By what it is told whether two plays were of the same case under the same prompt.

use serde::Serialize;
use serde_json::Value;

use crate::case::Case;
use crate::evidence::{Evidence, short_digest};

/// Digests that differ where what was asked of the agent differs, and not by where or when it was played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fingerprint {
    /// Of the prompt.
    pub prompt: String,
    /// Of what the case sets up.
    pub case: String,
}

/// What of a prompt differs from play to play.
const PLACES: [&str; 5] = [
    "workdir",
    "tasks_path",
    "log_path",
    "server_url",
    "session_id",
];

/// What of a case earlier iterations leave.
const LEFT: [&str; 2] = ["placeholder", "log"];

/// What of a case may be a path of this machine.
const PATHS: [&str; 3] = ["workspace", "plan", "prompt"];

impl Fingerprint {
    /// That of a play.
    pub(super) fn of(evidence: &Evidence) -> Self {
        Self {
            prompt: short_digest(&prompt(evidence)),
            case: set_up(&evidence.record.case),
        }
    }
}

fn prompt(evidence: &Evidence) -> String {
    let variables = &evidence.record.variables;
    let mut places: Vec<(&str, &str)> = PLACES
        .iter()
        .filter_map(|name| Some((*name, variables.get(*name)?.as_str())))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    // A path may lie in another.
    places.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
    places
        .iter()
        .fold(evidence.prompt.clone(), |text, (name, value)| {
            text.replace(value, &format!("{{{name}}}"))
        })
}

/// The digest of what a case sets up.
pub fn set_up(case: &Case) -> String {
    let mut value = serde_json::to_value(case).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        for left in LEFT {
            fields.shift_remove(left);
        }
        for key in PATHS {
            if let Some(Value::String(path)) = fields.get_mut(key)
                && let Some((_, name)) = path.rsplit_once('/')
            {
                *path = name.to_owned();
            }
        }
    }
    short_digest(&value.to_string())
}
