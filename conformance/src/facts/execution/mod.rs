//! What an execution iteration did: the runs that it created and started, the capacity at every
//! moment, the task that it had to choose, and how it left the plan.

mod capacity;
mod claims;
mod commands;
mod counts;
mod course;
mod devices;
mod done_when;
mod grid;
mod python;
mod repetition;
mod runs;
mod shell;
mod split;
mod tasks;
mod ticked;
mod tracing;
mod words;

use wild_mock_server::{Exchange, Seq};

use super::http::Probe;
use super::{Plan, PlanContext, Reading, TranscriptFacts};
use crate::evidence::Evidence;
use ticked::Catalog;

pub use capacity::{Moment, Timeline};
pub use claims::{Claim, Said};
pub use counts::RunState;
pub use course::{Course, RunProgress, Turn, records, turns};
pub use done_when::{Condition, has_file, rows};
pub(super) use grid::Reading as RunReading;
pub use grid::{Coverage, combinations, coverage, names_tell};
pub use repetition::Repetition;
pub(super) use runs::at_the_end;
pub use runs::{Create, RunFacts, Runs, Start};
pub use shell::Command;
pub use tasks::Progress;
pub use ticked::{Experiment, Ticked};
pub use tracing::{Traced, Tracing};

/// The three requests of an execution iteration's guard.
pub const GUARD: [Probe; 3] = [Probe::Docs, Probe::OpenApi, Probe::Protocol];

/// An execution iteration.
#[derive(Debug)]
pub struct ExecutionFacts<'e> {
    /// How the guard probes ended.
    pub guard: Guard<'e>,
    /// The plan that the agent found.
    pub before: Plan,
    /// Which of its tasks was to be done, and how far it came.
    pub progress: Progress,
    /// The tasks that were ticked.
    pub ticked: Vec<Ticked>,
    /// How many finished runs the tasks that were done before must have had.
    pub finished_before: u64,
    /// What is said of runs.
    pub claims: Vec<Claim>,
    /// Sweeps and runs.
    pub runs: Runs<'e>,
    /// Which task led to which runs.
    pub tracing: Tracing,
    /// The runs that were alive, from start to end.
    pub timeline: Timeline,
    /// The session that creates belong to.
    pub session_id: &'e str,
    /// The agent's working directory.
    pub workdir: &'e str,
    /// When requests arrived, in seconds by the wall clock; empty where it is not known.
    pub arrivals: Vec<(Seq, f64)>,
}

/// How the guard probes ended, by the first exchange for each.
#[derive(Debug, Clone, Copy)]
pub enum Guard<'e> {
    /// All three succeeded; the last of them.
    Passed(&'e Exchange),
    /// This was the first to fail.
    Failed(&'e Exchange),
    /// None that was sent failed, and not all were sent.
    Incomplete,
}

impl<'e> ExecutionFacts<'e> {
    /// Computes the facts of an execution case.
    pub(super) fn new(
        evidence: &'e Evidence,
        after: &Plan,
        context: &PlanContext,
        transcript: &TranscriptFacts,
    ) -> Self {
        let record = &evidence.record;
        let variable = |name: &str| record.variables.get(name).map_or("", String::as_str);
        let before = Plan::parse(&record.case.placeholder);
        let runs = Runs::new(evidence);
        let progress = Progress::new(&before, after);
        let catalog = Catalog {
            declared: &record.case.tasks,
            before: &before,
            reading: &Reading::of(&before),
        };
        Self {
            ticked: catalog.ticked(after),
            finished_before: catalog.finished_before(),
            claims: claims::claims(evidence, transcript, &before, after, &runs),
            guard: guard(&evidence.journal),
            tracing: Tracing::new(&before, after, progress.chosen, &runs),
            progress,
            timeline: Timeline::new(evidence, context.capacity().unwrap_or(1)),
            runs,
            before,
            session_id: variable("session_id"),
            workdir: variable("workdir"),
            arrivals: evidence
                .arrivals
                .iter()
                .flatten()
                .map(|(seq, at)| (*seq, *at))
                .collect(),
        }
    }
}

fn guard(journal: &[Exchange]) -> Guard<'_> {
    let first: Vec<Option<&Exchange>> = GUARD
        .iter()
        .map(|probe| journal.iter().find(|e| Probe::of(e) == Some(*probe)))
        .collect();
    let sent = || first.iter().flatten();
    if let Some(failed) = sent().filter(|e| !e.is_success()).min_by_key(|e| e.seq) {
        return Guard::Failed(failed);
    }
    match sent().max_by_key(|e| e.seq) {
        Some(last) if sent().count() == GUARD.len() => Guard::Passed(last),
        _ => Guard::Incomplete,
    }
}
