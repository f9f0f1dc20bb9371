//! What an operation leaves for others to do.

use std::collections::BTreeSet;

use crate::journal::Effect;
use crate::json::Json;
use crate::profile::LeftFile;

/// What an operation leaves for others to do.
#[derive(Debug, Default)]
pub struct Outbox {
    /// Changes, for the journal.
    pub effects: Vec<Effect>,
    /// What has to be saved.
    pub touched: Touched,
    /// Processes to be started and stopped, and files to be written.
    pub errands: Vec<Errand>,
}

/// What has changed since it was last saved.
#[derive(Debug, Default)]
pub struct Touched {
    /// Runs.
    pub runs: BTreeSet<usize>,
    /// Sweeps.
    pub sweeps: BTreeSet<usize>,
    /// Alerts.
    pub alerts: BTreeSet<usize>,
    /// Rows of metrics that were appended, with their runs.
    pub rows: Vec<(usize, Vec<Json>)>,
    /// The rest: cluster, wild mode, sessions.
    pub settings: bool,
}

impl Touched {
    /// Adds what could not be saved before.
    pub fn add(&mut self, earlier: Self) {
        self.runs.extend(earlier.runs);
        self.sweeps.extend(earlier.sweeps);
        self.alerts.extend(earlier.alerts);
        // Rows are told in their order.
        self.rows.splice(..0, earlier.rows);
        self.settings |= earlier.settings;
    }

    /// Whether nothing has to be saved.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
            && self.sweeps.is_empty()
            && self.alerts.is_empty()
            && self.rows.is_empty()
            && !self.settings
    }
}

/// Something to be done outside of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    /// Start a run's command.
    Spawn {
        /// The run.
        run_id: String,
        /// Its command, for a shell.
        command: String,
        /// Where it runs.
        workdir: String,
        /// Where its log goes.
        run_dir: String,
    },
    /// End a run's process group.
    Kill {
        /// The run.
        run_id: String,
    },
    /// Write the files that a simulated run leaves.
    Leave {
        /// Where its command ran.
        workdir: String,
        /// The files.
        files: Vec<LeftFile>,
    },
}
