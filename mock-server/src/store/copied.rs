//! A copy of the state, made piece by piece while the state goes on.

use super::snapshot::Record;
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
    /// The records that a state begins with: what exists once.
    pub fn head_records(&self) -> Vec<Record> {
        vec![Record::HEAD, self.issued(), self.settings()]
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
    pub fn copy_on(&self, copied: &mut Copied, count: usize) -> Vec<Record> {
        let mut left = count;
        let mut records = Vec::new();
        for at in step(&mut copied.sweeps, self.sweeps.len(), &mut left) {
            records.push(Record::Sweep(Box::new(self.sweeps[at].clone())));
        }
        for at in step(&mut copied.runs, self.runs.len(), &mut left) {
            let run = &self.runs[at];
            records.push(Record::Run(Box::new(run.clone())));
            records.extend(Record::metrics(run));
        }
        for at in step(&mut copied.alerts, self.alerts.len(), &mut left) {
            records.push(Record::Alert(Box::new(self.alerts[at].clone())));
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
    pub fn records(&self, touched: &Touched) -> Vec<Record> {
        self.records_within(touched, &Copied::ALL)
    }

    /// The records of what has changed of the things that a copy has.
    pub fn records_within(&self, touched: &Touched, copied: &Copied) -> Vec<Record> {
        let mut records = vec![self.issued()];
        if touched.settings {
            records.push(self.settings());
        }
        let sweeps = touched.sweeps.range(..copied.sweeps);
        records.extend(sweeps.map(|&at| Record::Sweep(Box::new(self.sweeps[at].clone()))));
        let runs = touched.runs.range(..copied.runs);
        records.extend(runs.map(|&at| Record::Run(Box::new(self.runs[at].clone()))));
        let rows = touched.rows.iter().filter(|(run, _)| *run < copied.runs);
        records.extend(rows.map(|(run, rows)| Record::Rows {
            run: self.runs[*run].id.clone(),
            rows: rows.clone(),
        }));
        let alerts = touched.alerts.range(..copied.alerts);
        records.extend(alerts.map(|&at| Record::Alert(Box::new(self.alerts[at].clone()))));
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
