//! Demands on plans that are not ours: tables like those of the lexicon and of `demands.toml`, in a file of a
//! team's own, whose examples are tried when it is read.

mod example;
mod read;
mod row;
mod schema;
mod sheet;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use schema::schema;
pub use sheet::OwnError;

use super::table::Demand;
use crate::bounded;
use crate::verdict::Level;

/// Largest file that is read, in bytes.
const LARGEST: u64 = 256 * 1024;

/// A file of demands.
#[derive(Debug)]
pub struct OwnFile {
    /// Its path, as it was given.
    pub file: PathBuf,
    /// SHA-256 of its text.
    pub sha256: String,
    /// What it demands, by code.
    pub demands: Vec<OwnDemand>,
}

/// A demand with all that makes it a rule.
#[derive(Debug)]
pub struct OwnDemand {
    /// What is demanded, under its code.
    pub demand: Demand,
    /// The rule's name.
    pub name: String,
    /// How much a violation weighs.
    pub level: Level,
    /// The rule in one line.
    pub title: String,
    /// Why it is demanded.
    pub why: Option<String>,
    /// When it is asked.
    pub when: When,
    /// What it says of some sentences, which was tried.
    pub examples: Vec<Example>,
    /// The line in which it begins.
    pub line: usize,
}

/// When a demand is asked of a plan that has tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Always.
    Always,
    /// Where the goal asks for experiments, or the plan plans some.
    Experiments,
}

/// A sentence of a task, or a whole plan, and what a demand says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What it says.
    pub expected: super::State,
    /// The text.
    pub text: String,
}

impl OwnFile {
    /// Reads a file, and tries its examples.
    ///
    /// # Errors
    /// Fails when it cannot be read, is not what it should be, or has an example of which a demand says
    /// something else.
    pub fn read(file: &Path) -> Result<Self, OwnError> {
        let text = bounded::read_text(file, LARGEST).map_err(|error| OwnError {
            file: file.to_owned(),
            line: None,
            problem: format!("cannot read these rules: {error}"),
        })?;
        Self::parse(file, &text)
    }

    /// The same of a text.
    ///
    /// # Errors
    /// As [`OwnFile::read`].
    pub fn parse(file: &Path, text: &str) -> Result<Self, OwnError> {
        read::file(file, text)
    }
}
