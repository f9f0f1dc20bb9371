//! Which runs were alive when one started or ended, and for how many more there was room.

use std::collections::BTreeSet;

use wild_mock_server::Seq;

use super::course::{Course, turns};
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
    /// `max_new_runs` just before, with the run itself counted among those that wait.
    pub room: u32,
}

impl Timeline {
    /// Follows the runs of a case.
    pub(super) fn new(evidence: &Evidence, capacity: u32) -> Self {
        let mut course = Course::before(evidence);
        let moments = turns(evidence).filter_map(|turn| {
            let room = room(capacity, &course, turn.run);
            course.take(&turn).then(|| Moment {
                seq: turn.seq,
                run: turn.run.to_owned(),
                status: turn.status.to_owned(),
                by_agent: turn.by_request,
                alive: course.alive().iter().map(|run| (*run).to_owned()).collect(),
                room,
            })
        });
        Self {
            capacity,
            moments: moments.collect(),
        }
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
}

/// `max(0, min(q, g - r))`, with `run` among those that wait.
fn room(capacity: u32, course: &Course<'_>, run: &str) -> u32 {
    let waiting = course.waiting();
    let waiting = waiting.len() + usize::from(!waiting.contains(run));
    let free = (capacity as usize).saturating_sub(course.alive().len());
    waiting.min(free) as u32
}
