//! A copy of the state, made piece by piece while the state goes on.

use super::snapshot::{StateRecord, StateSnapshot};
use super::{Store, Touched};

/// How far a copy has come: what stands before these places is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copied {
    sweeps: usize,
    runs: usize,
    alerts: usize,
}

impl Copied {
    /// Everything, what will be made included.
    const ALL: Self = Self {
        sweeps: usize::MAX,
        runs: usize::MAX,
        alerts: usize::MAX,
    };
}

impl Store {
    /// The whole state.
    pub fn snapshot(&self) -> StateSnapshot {
        let mut records = self.head_records();
        records.extend(self.copy_on(&mut Copied::default(), usize::MAX));
        StateSnapshot(records)
    }

    /// The records that a state begins with: what exists once.
    pub fn head_records(&self) -> Vec<StateRecord> {
        vec![StateRecord::HEAD, self.issued(), self.settings()]
    }

    /// How many records a copy has.
    pub fn copied_records(&self) -> usize {
        let with_metrics = self.runs.iter().filter(|run| !run.metrics.is_empty());
        self.head_records().len()
            + self.sweeps.len()
            + self.runs.len()
            + with_metrics.count()
            + self.alerts.len()
    }

    /// The records of the next `count` things, each as it is now.
    pub fn copy_on(&self, copied: &mut Copied, count: usize) -> Vec<StateRecord> {
        let mut left = count;
        let mut records = Vec::new();
        for at in step(&mut copied.sweeps, self.sweeps.len(), &mut left) {
            records.push(StateRecord::Sweep(Box::new(self.sweeps[at].clone())));
        }
        for at in step(&mut copied.runs, self.runs.len(), &mut left) {
            let run = &self.runs[at];
            records.push(StateRecord::Run(Box::new(run.clone())));
            records.extend(StateRecord::metrics(run));
        }
        for at in step(&mut copied.alerts, self.alerts.len(), &mut left) {
            records.push(StateRecord::Alert(Box::new(self.alerts[at].clone())));
        }
        records
    }

    /// Whether a copy has everything.
    pub fn is_all(&self, copied: &Copied) -> bool {
        copied.sweeps >= self.sweeps.len()
            && copied.runs >= self.runs.len()
            && copied.alerts >= self.alerts.len()
    }

    /// The records of what has changed.
    pub fn records(&self, touched: &Touched) -> Vec<StateRecord> {
        self.records_within(touched, &Copied::ALL)
    }

    /// The records of what has changed of the things that a copy has.
    pub fn records_within(&self, touched: &Touched, copied: &Copied) -> Vec<StateRecord> {
        let mut records = vec![self.issued()];
        if touched.settings {
            records.push(self.settings());
        }
        let sweeps = touched.sweeps.range(..copied.sweeps);
        records.extend(sweeps.map(|&at| StateRecord::Sweep(Box::new(self.sweeps[at].clone()))));
        let runs = touched.runs.range(..copied.runs);
        records.extend(runs.map(|&at| StateRecord::Run(Box::new(self.runs[at].clone()))));
        let rows = touched.rows.iter().filter(|(run, _)| *run < copied.runs);
        records.extend(rows.map(|(run, rows)| StateRecord::Rows {
            run: self.runs[*run].id.clone(),
            rows: rows.clone(),
        }));
        let alerts = touched.alerts.range(..copied.alerts);
        records.extend(alerts.map(|&at| StateRecord::Alert(Box::new(self.alerts[at].clone()))));
        records
    }
}

/// Moves a place on by as much as is left and there is; tells which places that were.
fn step(place: &mut usize, end: usize, left: &mut usize) -> std::ops::Range<usize> {
    let from = *place;
    let to = from.saturating_add(*left).min(end).max(from);
    *place = to;
    *left -= to - from;
    from..to
}
