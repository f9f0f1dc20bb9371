//! A whole campaign: whether it came to its end, which runs there were, and what the tables say of them.

mod check;
mod compare;
mod known;
mod metric;
mod number;
mod origin;
mod subject;
mod table;

use super::execution::at_the_end;
use super::reaction::is_aborted;
use super::{Checkbox, Plan, Promise, RunFacts, TranscriptFacts};
use crate::evidence::Evidence;

pub use check::Cell;
pub use compare::Mismatch;

/// What came of a campaign.
#[derive(Debug)]
pub struct CampaignFacts {
    /// How many iterations were played.
    pub played: u32,
    /// Why it did not end in DONE, if so.
    pub unfinished: Option<String>,
    /// The runs of its session as they are in the end.
    pub runs: Vec<RunFacts<'static>>,
    /// The numbers of its tables that could be held against runs.
    pub cells: Vec<Cell>,
    /// Why there may be others that are wrong, if so.
    pub open: Option<String>,
    /// Numbers of runs or configurations of which nobody knows what they should be.
    pub undecided: usize,
}

impl CampaignFacts {
    /// Reads the end of a campaign.
    pub(super) fn new(evidence: &Evidence, tasks: &Plan, transcript: &TranscriptFacts) -> Self {
        let record = &evidence.record;
        let own = record.variables.get("session_id");
        let mut runs = at_the_end(&evidence.state);
        runs.retain(|run| run.session.is_none() || run.session.as_ref() == own);
        let checked = check::check(evidence, &runs);
        Self {
            played: record.played.unwrap_or_default(),
            unfinished: unfinished(tasks, transcript),
            cells: checked.cells,
            open: checked.open,
            undecided: checked.undecided,
            runs,
        }
    }
}

/// It ended in DONE where that was promised, or where every task is ticked. An iteration that gave up
/// promises DONE, too, and ticks its checklist.
fn unfinished(tasks: &Plan, transcript: &TranscriptFacts) -> Option<String> {
    if is_aborted(tasks.source(), transcript) {
        return Some("it was aborted".to_owned());
    }
    if transcript.promises(&Promise::Done) {
        return None;
    }
    let is_open = |checkbox| checkbox != Some(Checkbox::Checked);
    let all = tasks.tasks().count();
    let open = tasks.tasks().filter(|task| is_open(task.checkbox)).count();
    match (all, open) {
        (0, _) => Some("there is no plan".to_owned()),
        (_, 0) => None,
        (all, open) => Some(format!("{open} of {all} tasks are open")),
    }
}
