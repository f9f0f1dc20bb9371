//! Aborting in one of the two modes.

use std::str::FromStr;

use super::answer::Answer;
use crate::protocol::{ABORT_SUMMARY, SENTINEL};

/// The two ways to abort that the prompt offers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AbortMode {
    /// Write the abort checklist; the prompt prefers this.
    #[default]
    Checklist,
    /// Write nothing and print no plan.
    Silent,
}

impl FromStr for AbortMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "checklist" => Ok(Self::Checklist),
            "silent" => Ok(Self::Silent),
            other => Err(format!(
                "`{other}` is no abort mode; there are: checklist, silent"
            )),
        }
    }
}

/// The answer of an abort because of `failure`, which names the probe and what became of it.
pub(super) fn answer(mode: AbortMode, failure: &str) -> Answer {
    let tasks_file = match mode {
        AbortMode::Checklist => Some(checklist(failure)),
        AbortMode::Silent => None,
    };
    Answer {
        tasks_file,
        prose: format!("The server preflight failed ({failure}), so I stop here.\n"),
        summary: Some(ABORT_SUMMARY.to_owned()),
        promise: Some("DONE".to_owned()),
        ..Answer::default()
    }
}

fn checklist(failure: &str) -> String {
    format!(
        "# Tasks\n\n\
         - [x] Ran the server preflight; it failed: {failure}\n\
         - [x] Stopped before planning; no sweep and no run was created\n\
         - [x] Marked this session as aborted: {SENTINEL}\n"
    )
}
