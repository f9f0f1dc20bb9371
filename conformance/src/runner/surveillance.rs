//! How one case's agent is watched: decided before it starts, and told when it has ended.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use super::kit::Kit;
use super::scene::Scene;
use super::tasks_watch::TasksWatch;
use super::{RunError, Setup};
use crate::agent::{Custody, Outcome, Supervision};
use crate::audit::{self, Decision, Requests, WORK_LOG, announce};
use crate::case::Case;
use crate::evidence::{AuditRecord, Mechanism, Processes, Record, SandboxRecord, SandboxState};

/// What watches one agent.
#[derive(Debug)]
pub(super) struct Surveillance {
    kit: Kit,
    decision: Decision,
}

impl Surveillance {
    /// Makes the agent's folders, and finds out how it can be watched.
    pub(super) async fn prepare(_case: &Case, given: &Supervision) -> Result<Self, RunError> {
        let decision = audit::decide(given.audit, given.launcher.as_deref()).await;
        let kit = Kit::make().map_err(RunError::Kit)?;
        Ok(Self { kit, decision })
    }

    /// The agent's folder for temporary files.
    pub(super) fn tmp(&self) -> PathBuf {
        self.kit.tmp()
    }

    /// The folder that comes first in its `PATH`.
    pub(super) fn bin(&self) -> Option<PathBuf> {
        self.kit.bin_if_any()
    }

    /// What it finds in its environment for the sake of being watched.
    pub(super) fn environment(&self) -> Vec<(&'static str, OsString)> {
        if self.decision.mechanism == Mechanism::Off {
            return Vec::new();
        }
        vec![(WORK_LOG, self.kit.work_log().into())]
    }

    /// How it is to be started.
    pub(super) fn custody<'a>(
        &self,
        setup: &'a Setup,
        scene: &Scene,
        watch: &Arc<TasksWatch>,
        server_port: u16,
    ) -> Custody<'a> {
        let watch = Arc::clone(watch);
        let mut writable = vec![scene.workdir().to_owned(), scene.home().to_owned()];
        writable.extend(self.kit.writable());
        Custody {
            supervision: &setup.supervision,
            traced: self.decision.mechanism == Mechanism::Ptrace,
            requests: Requests::new(move || watch.requests()),
            writable,
            server_port,
            report: self.kit.report(),
            forbidden: self.kit.forbidden(),
        }
    }

    /// What was observed.
    pub(super) fn conclude(&self, outcome: &Outcome, record: &mut Record) -> Processes {
        let watched = outcome.watched.clone().unwrap_or_default();
        let (announcements, unkept) = announce::read(&self.kit.work_log(), &watched.pids);
        record.audit = Some(AuditRecord {
            mechanism: self.decision.mechanism,
            reason: self.decision.reason.clone(),
            dropped: watched.dropped + unkept,
            gaps: watched.gaps,
            shims: Vec::new(),
            announcements: self.decision.mechanism != Mechanism::Off,
        });
        record.sandbox = Some(sandbox(outcome));
        Processes {
            execs: watched.execs,
            announcements,
        }
    }
}

fn sandbox(outcome: &Outcome) -> SandboxRecord {
    let mut sandbox = outcome.sandbox.clone();
    if sandbox.state == SandboxState::Off {
        sandbox.reason = Some("none was asked for".to_owned());
    }
    sandbox
}
