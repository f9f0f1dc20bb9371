//! The wall `landlock`.
//!
//! The kernel confines the process that asks for it and all that descend from it. Writing is possible
//! in the given folders and on harmless devices only, and TCP connections go to the given ports only.
//! Reading and executing stay free. What is refused looks like a lack of permission to the agent; the
//! kernel tells nobody else.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, AccessFs, AccessNet, BitFlags, LandlockStatus, NetPort, PathBeneath, PathFd, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetError, Scope,
};

use crate::agent::fence::Allowance;

/// Rights on files as this version of the kernel's interface names them.
const FILES: ABI = ABI::V3;

/// Devices and the like that every program may write to without doing harm. Accelerators are
/// among them, or no program could use one.
const HARMLESS: [&str; 12] = [
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/dev/tty",
    "/dev/ptmx",
    "/dev/pts",
    "/dev/shm",
    "/dev/dri",
    "/dev/kfd",
    "/proc/self",
];

/// Beginning of the names of further such devices.
const ACCELERATORS: &str = "nvidia";

/// What of the allowance the kernel holds the agent to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Confined {
    pub(super) writes: bool,
    pub(super) connections: bool,
    pub(super) signals: bool,
}

impl Confined {
    /// What is not confined although it should be.
    pub(super) fn lacks(self, allowance: &Allowance) -> Option<String> {
        let parts = [
            (self.writes, "writing"),
            (self.connections || allowance.ports.is_none(), "connections"),
            (self.signals, "signals"),
        ];
        let missing = parts.into_iter().filter(|(is_confined, _)| !is_confined);
        let missing: Vec<_> = missing.map(|(_, name)| name).collect();
        (!missing.is_empty()).then(|| format!("not confined: {}", missing.join(", ")))
    }
}

/// Confines this process for good; `forbidden` is a file that it may not write afterwards.
pub(super) fn confine(allowance: &Allowance, forbidden: &Path) -> Result<Confined, String> {
    let status = restrict(allowance).map_err(|error| error.to_string())?;
    let abi = match status {
        LandlockStatus::Available { effective_abi, .. } => effective_abi,
        LandlockStatus::NotEnabled => return Err("Landlock is switched off here".to_owned()),
        LandlockStatus::NotImplemented => return Err("this kernel has no Landlock".to_owned()),
    };
    Ok(Confined {
        writes: is_refused(forbidden),
        connections: abi >= ABI::V4 && allowance.ports.is_some(),
        signals: abi >= ABI::V6,
    })
}

/// What the kernel does not know of these is left out by the crate.
fn restrict(allowance: &Allowance) -> Result<LandlockStatus, RulesetError> {
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_write(FILES))?
        .scope(Scope::Signal | Scope::AbstractUnixSocket)?;
    if allowance.ports.is_some() {
        rules = rules.handle_access(AccessNet::ConnectTcp)?;
    }
    let mut rules = rules.create()?;
    for path in allowance.writable.iter().chain(&harmless()) {
        // What is not there, or is not ours to open, cannot be written to either.
        let Ok(file) = PathFd::new(path) else {
            continue;
        };
        rules = rules.add_rule(PathBeneath::new(file, rights(path)))?;
    }
    for port in allowance.ports.iter().flatten() {
        rules = rules.add_rule(NetPort::new(*port, AccessNet::ConnectTcp))?;
    }
    Ok(rules.restrict_self()?.landlock)
}

fn rights(path: &Path) -> BitFlags<AccessFs> {
    let all = AccessFs::from_write(FILES);
    if path.is_dir() {
        all
    } else {
        all & AccessFs::from_file(FILES)
    }
}

fn harmless() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = HARMLESS.iter().map(PathBuf::from).collect();
    let devices = std::fs::read_dir("/dev").into_iter().flatten().flatten();
    let accelerators = devices
        .filter(|entry| {
            entry
                .file_name()
                .to_string_lossy()
                .starts_with(ACCELERATORS)
        })
        .map(|entry| entry.path());
    paths.extend(accelerators);
    paths
}

fn is_refused(path: &Path) -> bool {
    let outcome = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path);
    match outcome {
        Ok(_) => {
            // It worked, against expectation; nothing may be left of it.
            let _ = std::fs::remove_file(path);
            false
        }
        Err(error) => matches!(
            error.kind(),
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
        ),
    }
}
