//! Confining an agent with Landlock.
//!
//! The kernel confines the process that asks for it and all that descend from it. Writing is possible
//! in the given folders and on harmless devices only, and TCP connections go to the given ports only.
//! Reading and executing stay free. What is refused looks like a lack of permission to the agent; the
//! kernel tells nobody else, so that single refusals cannot be in the evidence.

use std::path::PathBuf;

use crate::evidence::SandboxRecord;

/// What an agent is allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Allowance {
    /// Folders and files that it may write.
    pub(super) writable: Vec<PathBuf>,
    /// TCP ports that it may connect to.
    pub(super) ports: Vec<u16>,
    /// A file that it may not write, and that does not exist: tried out.
    pub(super) forbidden: PathBuf,
}

/// Confines this process for good, as far as the system can.
#[cfg(target_os = "linux")]
pub(super) fn confine(allowance: &Allowance) -> SandboxRecord {
    linux::confine(allowance)
}

/// Confines nothing: there is no way to.
#[cfg(not(target_os = "linux"))]
pub(super) fn confine(_: &Allowance) -> SandboxRecord {
    use crate::evidence::SandboxState;
    SandboxRecord {
        state: SandboxState::Unavailable,
        reason: Some("only Linux has Landlock".to_owned()),
        ..SandboxRecord::default()
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::ErrorKind;
    use std::path::{Path, PathBuf};

    use landlock::{
        ABI, AccessFs, AccessNet, BitFlags, LandlockStatus, NetPort, PathBeneath, PathFd, Ruleset,
        RulesetAttr, RulesetCreatedAttr, RulesetError, Scope,
    };

    use super::Allowance;
    use crate::evidence::{SandboxRecord, SandboxState};

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

    pub(super) fn confine(allowance: &Allowance) -> SandboxRecord {
        let mut record = SandboxRecord {
            writable: allowance
                .writable
                .iter()
                .map(|path| portable(path))
                .collect(),
            ports: allowance.ports.clone(),
            ..SandboxRecord::default()
        };
        let status = match restrict(allowance) {
            Ok(status) => status,
            Err(error) => return unavailable(&error.to_string()),
        };
        let abi = match status {
            LandlockStatus::Available { effective_abi, .. } => effective_abi,
            LandlockStatus::NotEnabled => return unavailable("Landlock is switched off here"),
            LandlockStatus::NotImplemented => {
                return unavailable("this kernel has no Landlock");
            }
        };
        record.confines_writes = is_refused(&allowance.forbidden);
        record.confines_connections = abi >= ABI::V4;
        record.confines_signals = abi >= ABI::V6;
        let lacks = lacks(&record);
        record.state = if lacks.is_empty() {
            SandboxState::Enforced
        } else {
            SandboxState::Partial
        };
        record.reason = (!lacks.is_empty()).then(|| format!("not confined: {}", lacks.join(", ")));
        record
    }

    fn lacks(record: &SandboxRecord) -> Vec<&'static str> {
        let parts = [
            (record.confines_writes, "writing"),
            (record.confines_connections, "connections"),
            (record.confines_signals, "signals"),
        ];
        let missing = parts.into_iter().filter(|(is_confined, _)| !is_confined);
        missing.map(|(_, name)| name).collect()
    }

    fn unavailable(reason: &str) -> SandboxRecord {
        SandboxRecord {
            state: SandboxState::Unavailable,
            reason: Some(reason.to_owned()),
            ..SandboxRecord::default()
        }
    }

    /// What the kernel does not know of these is left out by the crate.
    fn restrict(allowance: &Allowance) -> Result<LandlockStatus, RulesetError> {
        let mut rules = Ruleset::default()
            .handle_access(AccessFs::from_write(FILES))?
            .handle_access(AccessNet::ConnectTcp)?
            .scope(Scope::Signal)?
            .create()?;
        for path in allowance.writable.iter().chain(&harmless()) {
            // What is not there, or is not ours to open, cannot be written to either.
            let Ok(file) = PathFd::new(path) else {
                continue;
            };
            rules = rules.add_rule(PathBeneath::new(file, rights(path)))?;
        }
        for port in &allowance.ports {
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
            Err(error) => error.kind() == ErrorKind::PermissionDenied,
        }
    }

    fn portable(path: &Path) -> String {
        path.to_string_lossy().into_owned()
    }
}
