//! What a launcher reports: which walls it put up, whether its tracer is told of openings, and why the agent was not
//! started.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::door;
use crate::evidence::SandboxRecord;

/// Most bytes of a report that are read.
const MOST_TOLD: u64 = 1024 * 1024;

/// What a launcher tells, one JSON document a line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Word {
    Sandbox(SandboxRecord),
    /// The tracer is told of connections and of openings of files.
    TellsOpens,
    /// It is not, and why.
    HidesOpens(String),
    NotStarted(String),
}

/// Whether a tracer is told of the files that an agent opens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Opens {
    /// Nobody traces it.
    #[default]
    Untraced,
    /// It is told.
    Told,
    /// It is not, and why.
    Hidden(String),
}

impl Opens {
    /// What is missing in what was observed.
    pub fn gap(&self) -> Option<String> {
        match self {
            Self::Untraced | Self::Told => None,
            Self::Hidden(reason) => Some(format!(
                "it was not observed which files were opened: {reason}"
            )),
        }
    }
}

/// What became of a launcher.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LaunchReport {
    pub(super) sandbox: SandboxRecord,
    /// Whether the tracer was told of openings of files.
    pub(super) opens: Opens,
    /// Why the agent could not be started, if so.
    pub(super) not_started: Option<String>,
}

/// Adds to a report.
pub(super) fn say(report: &mut File, word: &Word) -> io::Result<()> {
    let mut line = serde_json::to_vec(word)?;
    line.push(b'\n');
    report.write_all(&line)
}

impl LaunchReport {
    /// Reads what the launcher told. What is missing was not told.
    pub(super) fn read(path: &Path) -> Self {
        let mut report = Self::default();
        let text = door::beginning(path, MOST_TOLD).unwrap_or_default();
        for word in text
            .split(|byte| *byte == b'\n')
            .filter_map(|line| serde_json::from_slice(line).ok())
        {
            match word {
                Word::Sandbox(record) => report.sandbox = record,
                Word::TellsOpens => report.opens = Opens::Told,
                Word::HidesOpens(reason) => report.opens = Opens::Hidden(reason),
                Word::NotStarted(error) => report.not_started = Some(error),
            }
        }
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_openings_is_a_gap_and_the_rest_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report");
        let gap_of = |word: &Word| {
            say(&mut File::create(&path).unwrap(), word).unwrap();
            LaunchReport::read(&path).opens.gap()
        };
        let hidden = gap_of(&Word::HidesOpens("no filter here".to_owned()));
        assert!(hidden.is_some_and(|gap| gap.ends_with("opened: no filter here")));
        assert_eq!(gap_of(&Word::TellsOpens), None);
        assert_eq!(LaunchReport::default().opens.gap(), None);
    }
}
