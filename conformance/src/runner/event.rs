//! What the runner tells while it works.

use crate::engine::CaseReport;
use crate::scratch::Leftover;

/// Something that happened during a run.
#[derive(Debug)]
pub enum Event<'a> {
    /// A run begins.
    Started {
        /// How many plays it has.
        plays: usize,
    },
    /// A case begins.
    CaseStarted {
        /// Its name, with the repetition where there are several.
        name: &'a str,
    },
    /// A case was played and judged. What its healthy twin says is not considered yet.
    CaseJudged {
        /// Its name.
        name: &'a str,
        /// The verdicts.
        report: &'a CaseReport,
    },
    /// What an iteration left was not committed, although the prompt promises that.
    NotCommitted {
        /// The iteration's name.
        name: &'a str,
        /// Why.
        why: &'a str,
    },
    /// Something of a play could not be removed.
    LeftBehind {
        /// What, and why.
        what: &'a Leftover,
    },
}
