//! How closely an agent is watched, and what it is kept from.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::launch::LaunchOrder;
use crate::audit::AuditMode;

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
    /// Ports that it may connect to beside the server's.
    pub allow_ports: Vec<u16>,
    /// Where it may write beside its workspace and its temporary folders.
    pub allow_write: Vec<PathBuf>,
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
}

/// What supervision means in one case.
#[derive(Debug, Clone)]
pub struct Custody<'a> {
    /// How the agent is watched and confined.
    pub supervision: &'a Supervision,
    /// Whether its processes are traced.
    pub traced: bool,
    /// Tells how many requests the server has seen.
    pub requests: crate::audit::Requests,
    /// What it may write in this case.
    pub writable: Vec<PathBuf>,
    /// The port of the case's server.
    pub server_port: u16,
    /// Where the launcher reports.
    pub report: PathBuf,
    /// A file that it may not write.
    pub forbidden: PathBuf,
}

impl Custody<'_> {
    /// What the launcher is to do, where there is one.
    pub(super) fn order(&self, argv: Vec<std::ffi::OsString>) -> Option<(&Path, LaunchOrder)> {
        let launcher = self.supervision.launcher.as_deref()?;
        if !(self.traced || self.supervision.sandbox) {
            return None;
        }
        let mut writable = self.writable.clone();
        writable.extend(self.supervision.allow_write.iter().cloned());
        let mut ports = vec![self.server_port];
        ports.extend(&self.supervision.allow_ports);
        let order = LaunchOrder {
            report: self.report.clone(),
            stop: self.traced,
            sandbox: self.supervision.sandbox,
            writable,
            ports,
            forbidden: self.forbidden.clone(),
            argv,
        };
        Some((launcher, order))
    }
}

/// `PATH` with `folder` ahead of everything else.
pub(super) fn path_with(folder: &Path) -> std::ffi::OsString {
    let mut path = folder.as_os_str().to_owned();
    if let Some(rest) = std::env::var_os("PATH").filter(|rest| !rest.is_empty()) {
        path.push(OsStr::new(":"));
        path.push(rest);
    }
    path
}
