//! Putting the walls up, one after the other, in the process that becomes the agent.

use std::path::{Path, PathBuf};

use super::init::{self, Inside};
use super::{capabilities, landlock, mounts, namespaces, seccomp, session, sys};
use crate::agent::fence::Fence;
use crate::evidence::{SandboxRecord, Standing, Wall};

/// What Unix sockets are left open by the walls that there are.
const SOCKETS: &str = "Unix sockets with a path elsewhere than in /run, /tmp and /dev/shm";

struct Builder<'a> {
    fence: &'a Fence,
    record: SandboxRecord,
}

/// Puts up what `fence` says and tells what stands. Where processes are kept together, only the one
/// that is to become the agent returns.
///
/// # Errors
/// Fails when what stands half would keep the agent from its work.
pub(in crate::agent) fn put_up(fence: &Fence) -> Result<SandboxRecord, String> {
    let mut builder = Builder {
        fence,
        record: SandboxRecord::default(),
    };
    if let Err(error) = sys::keep_streams_only() {
        let open = format!("descriptors that the harness was started with ({error})");
        builder.record.open.push(open);
    }
    builder.each(Wall::Session, |_| session::begin());
    let inside = builder.namespaces()?;
    builder.mounts()?;
    if let Some(inside) = inside {
        let failed = |error| format!("process 1 could not start the agent: {error}");
        inside.bear().map_err(failed)?;
    }
    if let Some(workdir) = &fence.workdir {
        std::env::set_current_dir(workdir)
            .map_err(|error| format!("cannot enter {}: {error}", workdir.display()))?;
    }
    builder.landlock();
    if fence.has(Wall::Capabilities) {
        let outcome = capabilities::drop_all();
        builder.note(Wall::Capabilities, outcome);
    }
    builder.each(Wall::Seccomp, |_| seccomp::filter());
    Ok(builder.record)
}

impl Builder<'_> {
    /// Puts up one wall, if it is wanted; tells whether it stands.
    fn each(&mut self, wall: Wall, work: impl FnOnce(&Fence) -> Result<(), String>) -> bool {
        if !self.fence.has(wall) {
            return false;
        }
        let outcome = work(self.fence).map(|()| None);
        self.note(wall, outcome)
    }

    fn note(&mut self, wall: Wall, outcome: Result<Option<String>, String>) -> bool {
        let (stands, reason) = match outcome {
            Ok(lacks) => (true, lacks),
            Err(reason) => (false, Some(reason)),
        };
        self.record.walls.push(Standing {
            wall,
            stands,
            reason,
        });
        stands
    }

    fn namespaces(&mut self) -> Result<Option<Inside>, String> {
        if let Some(doors) = &self.fence.doors {
            namespaces::enter(doors)?;
        }
        let entered = self.fence.doors.as_ref();
        let has_user = entered.is_some_and(|doors| doors.user.is_some());
        let user = move |_: &Fence| {
            if has_user {
                Ok(())
            } else {
                namespaces::own_user()
            }
        };
        self.each(Wall::User, user);
        let has_network = entered.is_some();
        let network = move |_: &Fence| {
            if has_network {
                return Ok(());
            }
            namespaces::own(Wall::Network)?;
            super::network::with_loopback().map(drop)
        };
        self.each(Wall::Network, network);
        self.each(Wall::Ipc, |_| namespaces::own(Wall::Ipc));
        let is_apart = self.each(Wall::Pid, |_| namespaces::own(Wall::Pid));
        if is_apart || self.fence.keeps_orphans {
            let failed = |error| format!("process 1 could not be started: {error}");
            return init::split().map(Some).map_err(failed);
        }
        Ok(None)
    }

    fn mounts(&mut self) -> Result<(), String> {
        if !self.fence.has(Wall::Mount) {
            return Ok(());
        }
        let outcome = namespaces::own(Wall::Mount).and_then(|()| mounts::arrange(&self.fence.view));
        match outcome {
            Ok(open) => {
                self.record.open.extend(open);
                self.record.open.push(SOCKETS.to_owned());
                self.note(Wall::Mount, Ok(None));
            }
            Err(reason) if self.fence.is_trial => {
                self.note(Wall::Mount, Err(reason));
            }
            Err(reason) => return Err(reason),
        }
        if !self.fence.has(Wall::Pid) {
            return Ok(());
        }
        match mounts::own_processes() {
            Err(reason) if self.fence.is_trial => {
                self.record
                    .walls
                    .retain(|standing| standing.wall != Wall::Pid);
                self.note(Wall::Pid, Err(reason));
                Ok(())
            }
            outcome => outcome,
        }
    }

    fn landlock(&mut self) {
        if !self.fence.has(Wall::Landlock) {
            return;
        }
        let allowance = &self.fence.allowance;
        match landlock::confine(allowance, &self.forbidden()) {
            Ok(confined) => {
                self.record.confines_writes = confined.writes;
                self.record.confines_connections = confined.connections;
                self.record.confines_signals = confined.signals;
                let paths = allowance.writable.iter();
                self.record.writable = paths.map(|path| path.display().to_string()).collect();
                self.record.ports = allowance.ports.clone().unwrap_or_default();
                self.note(Wall::Landlock, Ok(confined.lacks(allowance)));
            }
            Err(reason) => {
                self.note(Wall::Landlock, Err(reason));
            }
        }
    }

    /// A file in a folder of the same user, so that nothing but the wall refuses it.
    fn forbidden(&self) -> PathBuf {
        let run = Path::new("/run");
        if self.record.stands(Wall::Mount) && run.is_dir() {
            return run.join("wild-forbidden");
        }
        self.fence.allowance.forbidden.clone()
    }
}
