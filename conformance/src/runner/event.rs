//! What the runner tells while it works, and who hears it.

use std::sync::Arc;
use std::time::Duration;

use crate::engine::CaseReport;
use crate::scratch::Leftover;

/// Hears what happens. It is called from several tasks.
pub type Listener = Arc<dyn Fn(&Event<'_>) + Send + Sync>;

/// Lets each of `listeners` hear everything, in their order.
pub fn together(listeners: Vec<Listener>) -> Listener {
    Arc::new(move |event| listeners.iter().for_each(|hear| hear(event)))
}

/// Something that happened during a run.
#[derive(Debug)]
pub enum Event<'a> {
    /// A run begins.
    Started {
        /// How many plays it has.
        plays: usize,
        /// How many outcomes these have at most.
        outcomes: usize,
    },
    /// A play came to its end before all of its iterations were needed.
    NotNeeded {
        /// How many outcomes there will not be.
        outcomes: usize,
    },
    /// A play does not begin or stops between two of its iterations, as the run does.
    Halted {
        /// The name of the iteration that is not played.
        name: &'a str,
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
        /// How long that took, all in all.
        took: Duration,
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
    /// Nothing is played any more.
    Ended,
}
