//! How much a violation weighs.

use serde::Serialize;

/// How bad a violation is. The milder one is the lesser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// A warning: the case fails under `--strict` only.
    Should,
    /// An error: the case fails.
    Must,
}

impl Level {
    /// The word that the catalogue uses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::Should => "SHOULD",
        }
    }
}
