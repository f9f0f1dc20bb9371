//! What a case declares of tasks, so that nothing about them has to be read from prose.

use serde::{Deserialize, Serialize};

/// A task of the plan that an execution case carries out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredTask {
    /// Its id, such as `P2-T3`.
    pub id: String,
    /// Whether it is carried out by runs; where that is absent, its text tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experiment: Option<bool>,
    /// How many finished runs of its own its done-when asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_runs: Option<u64>,
    /// Files of the workspace that its done-when asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// Tables whose length its done-when asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<TableSize>,
}

/// A table with so many rows, its heading aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableSize {
    /// Its file in the workspace.
    pub file: String,
    /// The fewest rows that it is to have.
    pub rows: u64,
}
