//! How one case's agent is watched: decided before it starts, and told when it has ended.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wild_mock_server::Builder;

use super::harness_folders::HarnessFolders;
use super::held::Held;
use super::play_folder::PlayFolder;
use super::runs::Runs;
use super::tasks_watch::TasksWatch;
use super::{RunError, Setup, stubs};
use crate::agent::walls::Grant;
use crate::agent::{AgentOutcome, Custody, Opens, Order};
use crate::audit::channel::Channel;
use crate::audit::{self, CALL_LOG, Decision, Requests, WORK_SOCKET, calls};
use crate::case::Case;
use crate::evidence::{
    Announcement, AuditRecord, LeftBehind, Mechanism, PlayRecord, Processes, Wall,
};

/// Folders in which anybody may keep something from one play to the next.
const TEMPORARY: [&str; 3] = ["/tmp", "/var/tmp", "/dev/shm"];

/// What watches one agent.
#[derive(Debug)]
pub(super) struct Surveillance {
    folders: HarnessFolders,
    /// What executed runs have, where runs are executed.
    runs: Option<Runs>,
    /// Where experiments announce themselves, or why they cannot.
    channel: Result<Channel, String>,
    decision: Decision,
    /// Programs in `PATH` that tell of calls.
    shims: Vec<String>,
}

impl Surveillance {
    /// Makes the agent's folders, and finds out how it can be watched.
    pub(super) async fn prepare(case: &Case, setup: &Setup) -> Result<Self, RunError> {
        let given = &setup.supervision;
        let decision = audit::decide(given.audit, given.launcher.as_deref(), Order::trial).await;
        let folders =
            HarnessFolders::make(&setup.harness.leftovers).map_err(RunError::HarnessFolders)?;
        let shims =
            install(case, &folders.bin(), decision.mechanism).map_err(RunError::HarnessFolders)?;
        let runs = Runs::prepare(case, &folders).await?;
        let channel = Channel::open(&folders.work_socket()).map_err(|error| error.to_string());
        Ok(Self {
            folders,
            runs,
            channel,
            decision,
            shims,
        })
    }

    /// The agent's folder for temporary files.
    pub(super) fn tmp(&self) -> PathBuf {
        self.folders.tmp()
    }

    /// The folder that comes first in its `PATH`.
    pub(super) fn bin(&self) -> Option<PathBuf> {
        self.folders.bin_if_any()
    }

    /// What it finds in its environment for the sake of being watched.
    pub(super) fn environment(&self) -> Vec<(&'static str, OsString)> {
        if self.decision.mechanism == Mechanism::Off {
            return Vec::new();
        }
        vec![
            (WORK_SOCKET, self.folders.work_socket().into()),
            (CALL_LOG, self.folders.call_log().into()),
        ]
    }

    /// Has the server execute runs, where the case says so.
    pub(super) fn extend(
        &self,
        server: Builder,
        setup: &Setup,
        place: &PlayFolder,
        held: &Held,
        evidence: &Path,
    ) -> Result<Builder, RunError> {
        match &self.runs {
            Some(runs) => runs.extend(server, setup, place, held, evidence),
            None => Ok(server),
        }
    }

    /// The executed runs, where runs are executed.
    pub(super) fn runs(&self) -> Option<&Runs> {
        self.runs.as_ref()
    }

    /// How it is to be started.
    pub(super) fn custody<'a>(
        &self,
        setup: &'a Setup,
        place: &PlayFolder,
        watch: &Arc<TasksWatch>,
        held: &Held,
        evidence: &Path,
        server_port: u16,
    ) -> Result<Custody<'a>, RunError> {
        let watch = Arc::clone(watch);
        let mut hosts = None;
        if let Some(text) = held.room.as_ref().and_then(|room| room.hosts()) {
            std::fs::write(self.folders.hosts(), text).map_err(RunError::HarnessFolders)?;
            hosts = Some(self.folders.hosts());
        }
        let mut writable = vec![place.workdir().to_owned(), place.home().to_owned()];
        writable.extend(self.folders.writable());
        Ok(Custody {
            supervision: &setup.supervision,
            grant: held.grant.clone(),
            room: held.room.clone(),
            traced: self.decision.mechanism == Mechanism::Ptrace,
            requests: Requests::new(move || watch.requests()),
            originals: place.originals().and_below(&kept(setup, held)),
            writable,
            readable: vec![
                place.base().to_owned(),
                self.folders.bin(),
                self.folders.work(),
            ],
            channel: (self.decision.mechanism != Mechanism::Off)
                .then(|| self.folders.work_socket()),
            evidence: evidence.to_owned(),
            hosts,
            server_port: Some(server_port),
            report: self.folders.report(),
            forbidden: self.folders.forbidden(),
        })
    }

    /// What was observed.
    pub(super) fn conclude(
        &self,
        outcome: &AgentOutcome,
        held: &Held,
        server: SocketAddr,
        record: &mut PlayRecord,
    ) -> Processes {
        let watched = outcome.watched.clone().unwrap_or_default();
        let mut gaps = watched.gaps;
        gaps.extend(outcome.opens.gap());
        let (execs, unkept_calls) = match self.decision.mechanism {
            Mechanism::Ptrace | Mechanism::Off => (watched.execs, 0),
            Mechanism::Announcements => {
                let calls = calls::read(&self.folders.call_log());
                calls.unwrap_or_else(|error| {
                    gaps.push(format!("the calls could not be read: {error}"));
                    Default::default()
                })
            }
        };
        let is_apart = held
            .grant
            .as_ref()
            .is_some_and(|grant| grant.has(Wall::Mount));
        let (announcements, unkept) = self.announced(&watched.pids, is_apart, &mut gaps);
        let left = match self.decision.mechanism {
            Mechanism::Off => LeftBehind::default(),
            Mechanism::Ptrace | Mechanism::Announcements => outcome.left.clone(),
        };
        record.audit = Some(AuditRecord {
            mechanism: self.decision.mechanism,
            reason: self.decision.reason.clone(),
            dropped: watched.dropped + unkept + unkept_calls,
            gaps,
            shims: self.shims.clone(),
            announcements: self.decision.mechanism != Mechanism::Off,
            opens: self.decision.mechanism == Mechanism::Ptrace && outcome.opens == Opens::Told,
            left: left.processes,
            left_beyond: left.beyond,
        });
        record.sandbox = Some(held.sandbox(&outcome.sandbox, watched.refused, server));
        Processes {
            execs,
            announcements,
            opened: watched.opened,
        }
    }
}

/// Folders that were there before and that the agent may write to, so that an earlier play's may be in them.
fn kept(setup: &Setup, held: &Held) -> Vec<PathBuf> {
    let mut kept = setup.supervision.allow_write.clone();
    let confining = [Wall::Mount, Wall::Landlock];
    let is_confined = |grant: &Grant| confining.iter().any(|wall| grant.has(*wall));
    if !held.grant.as_ref().is_some_and(is_confined) {
        kept.extend(TEMPORARY.map(PathBuf::from));
        kept.push(std::env::temp_dir());
    }
    kept
}

impl Surveillance {
    /// What announced itself, and how much of that was not kept. `pids` tells the number of the process
    /// that had an id, `is_apart` whether the agent cannot reach the socket of runs.
    fn announced(
        &self,
        pids: &BTreeMap<i32, u32>,
        is_apart: bool,
        gaps: &mut Vec<String>,
    ) -> (Vec<Announcement>, u64) {
        if self.decision.mechanism == Mechanism::Off {
            return Default::default();
        }
        let channel = match &self.channel {
            Ok(channel) => channel,
            Err(error) => {
                gaps.push(format!("no experiment could announce itself: {error}"));
                return Default::default();
            }
        };
        if !channel.is_at(&self.folders.work_socket()) {
            let taken = "the socket over which experiments announce themselves was taken away";
            gaps.push(taken.to_owned());
        }
        let mute = channel.mute();
        if mute > 0 {
            gaps.push(format!(
                "whether an experiment announced itself cannot be told: {mute} {} to the socket of \
                 announcements said nothing, and kept others from being heard",
                if mute == 1 {
                    "connection"
                } else {
                    "connections"
                },
            ));
        }
        let (said, dropped) = channel.heard();
        let of_agent = said.into_iter().map(|said| (said, true));
        let (runs, unkept) = self
            .runs
            .iter()
            .map(Runs::announced)
            .next()
            .unwrap_or_default();
        let of_runs = runs.into_iter().map(|said| (said, !is_apart));
        let said = of_agent.chain(of_runs).map(|(said, can_be_agent)| {
            let pid = said.pid.filter(|_| can_be_agent);
            Announcement {
                process: pid.and_then(|pid| pids.get(&pid).copied()),
                ..said.announcement
            }
        });
        (said.collect(), dropped + unkept)
    }
}

/// Puts programs into the agent's `PATH`. Where processes are traced, shims would tell nothing new.
fn install(case: &Case, bin: &Path, mechanism: Mechanism) -> io::Result<Vec<String>> {
    stubs::install_stubs(case, bin)?;
    match mechanism {
        Mechanism::Announcements => {
            let path = std::env::var_os("PATH").unwrap_or_default();
            stubs::install_shims(bin, &path.to_string_lossy())
        }
        Mechanism::Ptrace | Mechanism::Off => Ok(Vec::new()),
    }
}
