//! The server's state and its rules, without HTTP.
//!
//! Every operation takes the moment at which it happens and first lets everything happen that was
//! due by then ([`Store::advance`]). What must agree (a run's status, the counters, its sweep) is
//! changed in one place, `Store::set_status`. No operation costs more for what is merely stored.

mod agenda;
mod alerts;
mod cluster;
mod cluster_profile;
mod copied;
mod grid;
mod keys;
mod ledger;
mod lifecycle;
mod membership;
mod metrics;
mod outbox;
mod queries;
mod room;
mod run;
mod runs;
mod schedule;
mod shelf;
mod snapshot;
mod status;
mod sweep;
mod sweeps;
mod transitions;
mod wild;

#[cfg(test)]
mod invariants;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

use crate::clock::Timestamp;
use crate::ids::Ids;
use crate::journal::{Change, Effect};

pub use alerts::{Alert, NewAlert};
pub use cluster::{Cluster, ClusterUpdate};
pub use cluster_profile::{ClusterKind, ClusterProfile, ProfileError};
pub use copied::Copied;
pub use grid::MAX_GRID;
pub use lifecycle::{ProfileRule, RunMode, RunProfiles};
pub use metrics::{Metrics, MetricsAnswer};
pub use outbox::{Errand, Outbox, Touched};
pub use queries::{Event, Health, RunSummary};
pub use room::{DEFAULT_STATE_LIMIT, Full, Room};
pub use run::{FullRun, PlainRun, Run};
pub use runs::{NewRun, Rerun, RunPatch};
pub use schedule::{Doings, Schedule, Texts};
pub use snapshot::{LARGEST_SNAPSHOT, SNAPSHOT_VERSION, StateRecord, StateSnapshot};
pub use status::{RUN_STATUS_KINDS, RunStatus, SweepStatus};
pub use sweep::{CreationContext, Progress, Sweep, WireSweep};
pub use sweeps::{NewSweep, NewWildSweep, SweepPatch};
pub use transitions::StatusReport;
pub use wild::{Session, SessionStatus, StartSession};

use keys::Key;
use shelf::Shelf;

/// Why an operation was refused, with the words of the wire.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such thing (404).
    #[error("{0}")]
    NotFound(String),
    /// The request makes no sense in this state (400).
    #[error("{0}")]
    Invalid(String),
    /// The request contradicts the state (409).
    #[error("{0}")]
    Conflict(String),
    /// What the contract itself answers with 500.
    #[error("{0}")]
    Broken(String),
    /// There is no room for more (507).
    #[error(transparent)]
    Full(Full),
}

impl Refusal {
    fn run_not_found() -> Self {
        Self::NotFound("Run not found".to_owned())
    }

    fn sweep_not_found() -> Self {
        Self::NotFound("Sweep not found".to_owned())
    }
}

/// How a store behaves.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// Seed of the ids.
    pub seed: u64,
    /// The working directory that runs get when they name none.
    pub workdir: String,
    /// What simulated runs do.
    pub profiles: RunProfiles,
    /// What happens to the commands of launched runs.
    pub mode: RunMode,
    /// What cluster detection finds.
    pub cluster: ClusterProfile,
    /// Bytes of what clients send that are held at most, skills included.
    pub limit: u64,
}

/// The state of one server.
#[derive(Debug)]
pub struct Store {
    config: StoreConfig,
    ids: Ids,
    runs: Shelf,
    run_index: HashMap<String, usize>,
    sweeps: Vec<Sweep>,
    sweep_index: HashMap<String, usize>,
    alerts: Vec<Alert>,
    alert_index: HashMap<String, usize>,
    pending_alerts: BTreeSet<usize>,
    /// Runs by kind of status, without (0) and with (1) the archived flag.
    counts: [[u64; RUN_STATUS_KINDS]; 2],
    /// Runs that are not archived.
    visible: BTreeSet<usize>,
    /// Runs that the events endpoint tells of.
    reported: BTreeSet<usize>,
    /// Runs that ended without a moment; the next read gives them one.
    unsettled: BTreeSet<usize>,
    /// When the simulated runs go on, earliest first; at the same moment the older run.
    due: BinaryHeap<Reverse<(Timestamp, usize, u64)>>,
    /// The entry of `due` that counts for a run; others are stale.
    next_step: BTreeMap<usize, u64>,
    due_issued: u64,
    /// Runs whose ends are scheduled and whose processes have not ended.
    in_process: BTreeSet<usize>,
    panes: u64,
    /// How often a run has joined a sweep.
    joins: u64,
    cluster: Cluster,
    wild_mode: bool,
    sessions: Vec<Session>,
    room: Room,
    outbox: Outbox,
}

impl Store {
    /// An empty store.
    pub fn new(config: StoreConfig, now: Timestamp) -> Self {
        // The real server detects its cluster when it starts.
        let cluster = Cluster::detected(config.cluster, now);
        Self {
            ids: Ids::seeded(config.seed),
            room: Room::of(config.limit, cluster.weight()),
            cluster,
            config,
            runs: Shelf::default(),
            run_index: HashMap::new(),
            sweeps: Vec::new(),
            sweep_index: HashMap::new(),
            alerts: Vec::new(),
            alert_index: HashMap::new(),
            pending_alerts: BTreeSet::new(),
            counts: [[0; RUN_STATUS_KINDS]; 2],
            visible: BTreeSet::new(),
            reported: BTreeSet::new(),
            unsettled: BTreeSet::new(),
            due: BinaryHeap::new(),
            next_step: BTreeMap::new(),
            due_issued: 0,
            in_process: BTreeSet::new(),
            panes: 0,
            joins: 0,
            wild_mode: false,
            sessions: Vec::new(),
            outbox: Outbox::default(),
        }
    }

    /// The directory that runs get when they name none.
    pub fn workdir(&self) -> &str {
        &self.config.workdir
    }

    /// Whether launched runs are really executed.
    pub fn is_executed(&self) -> bool {
        self.config.mode != RunMode::Simulated
    }

    /// Whether a run's command is executed, or was.
    pub fn is_of_process(&self, run: &Run) -> bool {
        let life = run.schedule();
        life.map_or(self.is_executed(), Schedule::is_of_process)
    }

    /// Takes what the operations since the last call have left.
    pub fn take_outbox(&mut self) -> Outbox {
        std::mem::take(&mut self.outbox)
    }

    /// Takes what has to be saved, and nothing else of what the operations have left.
    pub fn take_touched(&mut self) -> Touched {
        std::mem::take(&mut self.outbox.touched)
    }

    /// Has what could not be saved saved with what changes next.
    pub fn touch(&mut self, unsaved: Touched) {
        self.outbox.touched.add(unsaved);
    }

    /// Changes a run's status and everything that must agree with it: the counters, the index of
    /// reported runs, and its sweep's counters and status.
    fn set_status(&mut self, index: usize, to: &RunStatus, at: Timestamp, by_itself: bool) {
        let run = &mut self.runs[index];
        run.keys.assign(Key::Status);
        let from = std::mem::replace(&mut run.status, to.clone());
        let archived = usize::from(run.is_archived);
        let change = Change::RunStatus {
            run: run.id.clone(),
            from: from.as_str().to_owned(),
            to: to.as_str().to_owned(),
            by_itself,
        };
        let settled = !to.is_terminal() || run.ended_at.is_some();
        self.counts[archived][from.kind()] -= 1;
        self.counts[archived][to.kind()] += 1;
        toggle(&mut self.reported, index, to.is_reported());
        toggle(&mut self.unsettled, index, !settled);
        if let Some(sweep) = self.sweep_of(index) {
            self.sweeps[sweep].progress.remove(&from);
            self.sweeps[sweep].progress.add(to);
            self.sweeps[sweep].derive_status(at);
            self.outbox.touched.sweeps.insert(sweep);
        }
        self.outbox.touched.runs.insert(index);
        self.reweigh(index);
        self.effect(at, change);
    }

    /// Gives runs that ended without a moment this one, as the real server does on its next read.
    fn settle(&mut self, now: Timestamp) {
        for index in std::mem::take(&mut self.unsettled) {
            let run = &mut self.runs[index];
            run.ended_at = Some(now);
            run.keys.assign(Key::EndedAt);
            self.outbox.touched.runs.insert(index);
        }
    }

    /// Adds a run to the store and to its sweep.
    fn insert_run(&mut self, run: Run) -> usize {
        let index = self.runs.len();
        let change = Change::RunCreated {
            run: run.id.clone(),
            sweep: run.sweep_id.clone().filter(|id| !id.is_empty()),
            status: run.status.as_str().to_owned(),
        };
        let at = run.created_at;
        self.index_run(index, run);
        if let Some(sweep) = self.sweep_of(index) {
            self.join(index, sweep, at);
        }
        self.outbox.touched.runs.insert(index);
        self.effect(at, change);
        index
    }

    /// Adds a run to the indices and counters, but to no sweep.
    fn index_run(&mut self, index: usize, run: Run) {
        self.counts[usize::from(run.is_archived)][run.status.kind()] += 1;
        toggle(&mut self.visible, index, !run.is_archived);
        toggle(&mut self.reported, index, run.status.is_reported());
        toggle(
            &mut self.unsettled,
            index,
            run.status.is_terminal() && run.ended_at.is_none(),
        );
        self.run_index.insert(run.id.clone(), index);
        self.runs.push(run);
        self.reweigh(index);
    }

    fn effect(&mut self, at: Timestamp, change: Change) {
        self.outbox.effects.push(Effect { at, change });
    }

    fn run_at(&self, id: &str) -> Result<usize, Refusal> {
        self.run_index
            .get(id)
            .copied()
            .ok_or_else(Refusal::run_not_found)
    }

    fn sweep_at(&self, id: &str) -> Result<usize, Refusal> {
        self.sweep_index
            .get(id)
            .copied()
            .ok_or_else(Refusal::sweep_not_found)
    }

    fn sweep_of(&self, run: usize) -> Option<usize> {
        self.sweep_index
            .get(self.runs[run].sweep_id.as_deref()?)
            .copied()
    }
}

fn toggle(set: &mut BTreeSet<usize>, index: usize, present: bool) {
    if present {
        set.insert(index);
    } else {
        set.remove(&index);
    }
}

/// How many of `available` items Python's `[:limit]` keeps.
fn slice_length(available: usize, limit: i64) -> usize {
    let size = usize::try_from(limit.unsigned_abs()).unwrap_or(usize::MAX);
    if limit < 0 {
        available.saturating_sub(size)
    } else {
        available.min(size)
    }
}
