//! Which runs were alive at every moment, recomputed from what requests and schedules changed.

use std::collections::{BTreeMap, BTreeSet};

use wild_mock_server::{Change, Effect, Exchange, Seq};

use super::runs::Runs;
use crate::evidence::Evidence;

/// The runs that are alive, moment by moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    /// How many runs the cluster takes at once.
    pub capacity: u32,
    /// The moments at which a run started or ended, in order.
    pub moments: Vec<Moment>,
}

/// The state after one run started or ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The exchange during which it happened; absent after the last one.
    pub seq: Option<Seq>,
    /// The run that started or ended.
    pub run: String,
    /// Its status now.
    pub status: String,
    /// Whether a request of the agent's did it.
    pub by_agent: bool,
    /// The runs that are launching or running now, sorted.
    pub alive: BTreeSet<String>,
    /// The runs that wait now: ready or queued.
    pub waiting: BTreeSet<String>,
    /// `max_new_runs` just before, with the run itself counted among those that wait.
    pub room: u32,
}

impl Timeline {
    /// Follows the effects of a case.
    pub(super) fn new(evidence: &Evidence, runs: &Runs<'_>, capacity: u32) -> Self {
        let mut statuses: BTreeMap<String, String> = runs
            .all
            .iter()
            .filter_map(|run| Some((run.id.clone(), run.found.clone()?)))
            .collect();
        let mut timeline = Self {
            capacity,
            moments: Vec::new(),
        };
        for exchange in &evidence.journal {
            for effect in &exchange.effects {
                timeline.follow(effect, Some(exchange), &mut statuses);
            }
        }
        for effect in &evidence.loose_effects {
            timeline.follow(effect, None, &mut statuses);
        }
        timeline
    }

    /// The moments at which the agent started a run and more were alive than fit.
    pub fn violations(&self) -> impl Iterator<Item = &Moment> {
        self.moments.iter().filter(|moment| {
            moment.by_agent
                && moment.status == "launching"
                && moment.alive.len() > self.capacity as usize
        })
    }

    /// The moments at which the agent started a run.
    pub fn starts(&self) -> impl Iterator<Item = &Moment> {
        self.moments
            .iter()
            .filter(|moment| moment.by_agent && moment.status == "launching")
    }

    fn follow(
        &mut self,
        effect: &Effect,
        exchange: Option<&Exchange>,
        statuses: &mut BTreeMap<String, String>,
    ) {
        let (run, status, by_itself) = match &effect.change {
            Change::RunCreated { run, status, .. } => (run, status, false),
            Change::RunStatus {
                run, to, by_itself, ..
            } => (run, to, *by_itself),
            _ => return,
        };
        let was_alive = statuses.get(run).is_some_and(|status| is_alive(status));
        let room = self.room(statuses, run);
        statuses.insert(run.clone(), status.clone());
        if was_alive == is_alive(status) {
            return;
        }
        self.moments.push(Moment {
            seq: exchange.map(|exchange| exchange.seq),
            run: run.clone(),
            status: status.clone(),
            by_agent: !by_itself,
            alive: with(statuses, is_alive),
            waiting: with(statuses, is_waiting),
            room,
        });
    }

    /// `max(0, min(q, g - r))`, with `run` among those that wait.
    fn room(&self, statuses: &BTreeMap<String, String>, run: &str) -> u32 {
        let alive = with(statuses, is_alive).len();
        let mut waiting = with(statuses, is_waiting);
        waiting.insert(run.to_owned());
        let free = (self.capacity as usize).saturating_sub(alive);
        waiting.len().min(free) as u32
    }
}

fn is_alive(status: &str) -> bool {
    matches!(status, "launching" | "running")
}

fn is_waiting(status: &str) -> bool {
    matches!(status, "ready" | "queued")
}

fn with(statuses: &BTreeMap<String, String>, fits: fn(&str) -> bool) -> BTreeSet<String> {
    statuses
        .iter()
        .filter(|(_, status)| fits(status))
        .map(|(run, _)| run.clone())
        .collect()
}
