//! How closely an agent is watched, and what it is kept from.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fence::{Allowance, Fence, View};
use super::order::LaunchOrder;
use super::walls::{self, Endpoint, Grant, Room};
use crate::audit::AuditMode;
use crate::evidence::Wall;

/// How an agent is watched and confined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Supervision {
    /// The program `wild-conformance`, which the agent is started through. Without it there is
    /// neither tracing nor a sandbox.
    pub launcher: Option<PathBuf>,
    /// How its processes are watched.
    pub audit: AuditMode,
    /// Whether it is confined.
    pub sandbox: bool,
    /// The walls that are left away.
    pub without: Vec<Wall>,
    /// Where it may connect to beside the server.
    pub allow_net: Vec<Endpoint>,
    /// Where it may write beside its workspace and its temporary folders.
    pub allow_write: Vec<PathBuf>,
    /// What it finds of the folders that begin empty, beside what its command line names.
    pub allow_read: Vec<PathBuf>,
    /// Seconds within which it must have sent a request; as long as it plays, where nothing is said.
    pub patience: Option<u64>,
    /// Files and folders that it is not to look into: case files and earlier evidence.
    pub hide: Vec<PathBuf>,
}

impl Supervision {
    /// What `run` does unless told otherwise: watch as closely as the system permits, and confine.
    pub fn full(launcher: &Path) -> Self {
        Self {
            launcher: Some(launcher.to_owned()),
            sandbox: true,
            ..Self::default()
        }
    }

    /// The walls that are put up; none where nothing is to be confined.
    pub fn grant(&self) -> Option<Grant> {
        let launcher = self.launcher.as_deref().filter(|_| self.sandbox)?;
        Some(walls::granted(launcher, &self.without))
    }

    /// Whether all ports that the agent opens itself are allowed.
    pub(crate) fn allows_own_ports(&self) -> bool {
        self.allow_net.iter().any(|end| end.port().is_none())
    }
}

/// What supervision means in one case.
#[derive(Debug, Clone)]
pub struct Custody<'a> {
    /// How the agent is watched and confined.
    pub supervision: &'a Supervision,
    /// The walls that are put up.
    pub grant: Option<Grant>,
    /// Its network namespace.
    pub room: Option<Arc<Room>>,
    /// Whether its processes are traced.
    pub traced: bool,
    /// Tells how many requests the server has seen.
    pub requests: crate::audit::Requests,
    /// The case's entry points, whose copies are to be recognised.
    pub originals: crate::audit::Originals,
    /// What it may write in this case.
    pub writable: Vec<PathBuf>,
    /// What it may read of the folders that begin empty.
    pub readable: Vec<PathBuf>,
    /// Where the evidence is.
    pub evidence: PathBuf,
    /// What stands in place of `/etc/hosts`.
    pub hosts: Option<PathBuf>,
    /// The socket over which experiments announce themselves.
    pub channel: Option<PathBuf>,
    /// The port of the case's server; none where it is out of reach.
    pub server_port: Option<u16>,
    /// Where the launcher reports.
    pub report: PathBuf,
    /// A file that it may not write.
    pub forbidden: PathBuf,
}

impl Custody<'_> {
    /// What the launcher is to do, where there is one. `argv` is without the prompt, which names
    /// anything.
    pub(crate) fn order(&self, argv: &[OsString], workdir: &Path) -> Option<(&Path, LaunchOrder)> {
        let launcher = self.supervision.launcher.as_deref()?;
        let fence = match &self.grant {
            Some(grant) => Some(self.fence(grant, argv, workdir)),
            None if self.traced => None,
            // Even where nothing else stands between them.
            None => Some(Fence {
                keeps_orphans: true,
                ..Fence::default()
            }),
        };
        let order = LaunchOrder {
            report: self.report.clone(),
            tracer: self.traced.then(std::process::id),
            fence,
        };
        Some((launcher, order))
    }

    fn fence(&self, grant: &Grant, argv: &[OsString], workdir: &Path) -> Fence {
        let mut writable = self.writable.clone();
        writable.extend(self.supervision.allow_write.iter().cloned());
        let view = self.view(&writable, argv);
        if grant.has(Wall::Mount) {
            writable.push(PathBuf::from("/tmp"));
        }
        Fence {
            walls: grant.walls(),
            doors: self.room.as_ref().map(|room| room.doors()),
            view,
            allowance: Allowance {
                writable,
                ports: self.ports(),
                forbidden: self.forbidden.clone(),
            },
            workdir: Some(workdir.to_owned()),
            keeps_orphans: !self.traced && !grant.has(Wall::Pid),
            is_trial: false,
        }
    }

    fn has_own_network(&self) -> bool {
        let grant = self.grant.as_ref();
        self.room.is_none() && grant.is_some_and(|grant| grant.has(Wall::Network))
    }

    fn ports(&self) -> Option<Vec<u16>> {
        let allowed = &self.supervision.allow_net;
        // Where nobody else is in its network namespace, that is what confines it.
        let is_alone = self.server_port.is_none() && self.has_own_network();
        if is_alone || self.supervision.allows_own_ports() {
            return None;
        }
        let own = self.server_port.into_iter();
        Some(
            own.chain(allowed.iter().filter_map(Endpoint::port))
                .collect(),
        )
    }

    fn view(&self, writable: &[PathBuf], argv: &[OsString]) -> View {
        let mut readable = self.readable.clone();
        readable.extend(self.supervision.allow_read.iter().cloned());
        if self.room.is_none() {
            // Names are looked up as everywhere then, by a file that may lie in /run.
            readable.extend(Path::new("/etc/resolv.conf").canonicalize());
        }
        readable.extend(walls::named(argv, std::env::var_os("PATH").as_deref()));
        let needed = writable.iter().chain(&readable).map(PathBuf::as_path);
        let words = argv.iter().map(Path::new);
        let needed: Vec<&Path> = needed
            .chain(words.filter(|word| word.is_absolute()))
            .collect();
        let evidence = walls::hidden(&self.evidence, &needed);
        View {
            hidden: evidence
                .into_iter()
                .chain(self.supervision.hide.iter().cloned())
                .collect(),
            writable: writable.to_vec(),
            readable,
            hosts: self.hosts.clone(),
            channel: self.channel.clone(),
        }
    }
}

/// `PATH` with `folder` ahead of everything else.
pub(crate) fn path_with(folder: &Path) -> OsString {
    let mut path = folder.as_os_str().to_owned();
    if let Some(rest) = std::env::var_os("PATH").filter(|rest| !rest.is_empty()) {
        path.push(OsStr::new(":"));
        path.push(rest);
    }
    path
}
