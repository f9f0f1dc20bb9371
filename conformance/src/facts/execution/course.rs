//! What became of runs, change by change, and which of them were alive: the one account of it, on which rules
//! about capacity rest and from which the page is drawn.

use std::collections::BTreeSet;

use serde_json::Value;
use wild_mock_server::{Change, Effect, Seq, Timestamp};

use crate::evidence::Evidence;

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunProgress {
    /// It waits: it is ready or queued.
    Waiting,
    /// It takes a place: it launches or runs.
    Alive,
    /// It finished, failed or was stopped.
    Over,
}

impl RunProgress {
    /// Of a run in this status; nothing of a status that nobody knows.
    pub fn of(status: &str) -> Option<Self> {
        match status {
            "ready" | "queued" => Some(Self::Waiting),
            "launching" | "running" => Some(Self::Alive),
            "finished" | "failed" | "stopped" => Some(Self::Over),
            _ => None,
        }
    }
}

/// A run came to be, or its status changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn<'e> {
    /// The run.
    pub run: &'e str,
    /// Its status from then on.
    pub status: &'e str,
    /// When, by the server's clock.
    pub at: Timestamp,
    /// The exchange during which it happened; absent after the last one.
    pub seq: Option<Seq>,
    /// Whether a request did it, and not the run's own schedule.
    pub by_request: bool,
}

impl<'e> Turn<'e> {
    fn of(seq: Option<Seq>, effect: &'e Effect) -> Option<Self> {
        let (run, status, by_request) = match &effect.change {
            Change::RunCreated { run, status, .. } => (run, status, true),
            Change::RunStatus {
                run, to, by_itself, ..
            } => (run, to, !by_itself),
            _ => return None,
        };
        Some(Self {
            run,
            status,
            at: effect.at,
            seq,
            by_request,
        })
    }
}

/// Everything that became of runs, in order.
pub fn turns(evidence: &Evidence) -> impl Iterator<Item = Turn<'_>> {
    let effects = evidence.effects();
    effects.filter_map(|(seq, effect)| Turn::of(seq, effect))
}

/// Which runs are alive and which wait at a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Course<'e> {
    alive: BTreeSet<&'e str>,
    waiting: BTreeSet<&'e str>,
}

impl<'e> Course<'e> {
    /// Before the agent came.
    pub fn before(evidence: &'e Evidence) -> Self {
        let mut course = Self::default();
        for (run, of_state) in records(&evidence.state_before, "run") {
            let status = of_state.get("status").and_then(Value::as_str);
            course.put(run, status.unwrap_or_default());
        }
        course
    }

    /// Goes on by a turn. Tells whether the run came to be alive by it, or ceased to be.
    pub fn take(&mut self, turn: &Turn<'e>) -> bool {
        self.put(turn.run, turn.status)
    }

    /// The runs that are alive now.
    pub fn alive(&self) -> &BTreeSet<&'e str> {
        &self.alive
    }

    /// The runs that wait now.
    pub fn waiting(&self) -> &BTreeSet<&'e str> {
        &self.waiting
    }

    fn put(&mut self, run: &'e str, status: &str) -> bool {
        let was_alive = self.alive.remove(run);
        self.waiting.remove(run);
        let progress = RunProgress::of(status);
        match progress {
            Some(RunProgress::Alive) => self.alive.insert(run),
            Some(RunProgress::Waiting) => self.waiting.insert(run),
            Some(RunProgress::Over) | None => false,
        };
        was_alive != (progress == Some(RunProgress::Alive))
    }
}

/// The records of one kind in a saved state with their ids, in the state's order.
pub fn records<'v>(state: &'v Value, kind: &str) -> impl Iterator<Item = (&'v str, &'v Value)> {
    let records = state.as_array().into_iter().flatten();
    records.filter_map(move |record| {
        let thing = record.get(kind)?;
        Some((thing.get("id")?.as_str()?, thing))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_takes_a_place_from_its_launch_to_its_end() {
        let mut course = Course::default();
        let mut goes = |run: &'static str, status: &'static str| {
            let turn = Turn {
                run,
                status,
                at: Timestamp::default(),
                seq: None,
                by_request: true,
            };
            let has_changed = course.take(&turn);
            (has_changed, course.alive().len(), course.waiting().len())
        };
        for (run, status, expected) in [
            ("a", "ready", (false, 0, 1)),
            ("a", "queued", (false, 0, 1)),
            ("a", "launching", (true, 1, 0)),
            ("b", "launching", (true, 2, 0)),
            ("a", "running", (false, 2, 0)),
            ("a", "finished", (true, 1, 0)),
            ("b", "what nobody knows", (true, 0, 0)),
            ("b", "stopped", (false, 0, 0)),
            ("a", "ready", (false, 0, 1)),
        ] {
            assert_eq!(goes(run, status), expected, "{run} {status}");
        }
    }
}
