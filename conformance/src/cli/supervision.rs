//! How agents are held: the options for that, and what they come to.

use std::path::PathBuf;

use super::Failure;
use super::runtime::this_program;
use crate::agent::Supervision;
use crate::agent::walls::Endpoint;
use crate::audit::AuditMode;
use crate::evidence::Wall;

#[derive(Debug, clap::Args)]
pub(super) struct SupervisionOptions {
    /// How to watch the agent's processes: auto, ptrace, announcements or off; auto unless given
    #[arg(long, value_name = "HOW")]
    pub(super) audit: Option<AuditMode>,
    /// Let the agent write anywhere and connect to anything
    #[arg(long)]
    pub(super) no_sandbox: bool,
    /// Let the agent connect there, too; 127.0.0.1:* are the ports that it opens itself; repeatable
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "no_sandbox")]
    pub(super) allow_net: Vec<Endpoint>,
    /// Let the agent write in this folder, too; repeatable
    #[arg(long, value_name = "DIR", conflicts_with = "no_sandbox")]
    pub(super) allow_write: Vec<PathBuf>,
    /// Let the agent find this file or folder of /tmp, /run or /dev/shm; repeatable
    #[arg(long, value_name = "PATH", conflicts_with = "no_sandbox")]
    pub(super) allow_read: Vec<PathBuf>,
    /// Do without this wall: session, user, network, ipc, pid, mount, landlock, capabilities or
    /// seccomp; repeatable
    #[arg(long, value_name = "WALL", conflicts_with = "no_sandbox")]
    pub(super) without_wall: Vec<Wall>,
}

/// How agents are held. What of `cases` is a file or a folder, they are not to look into; without
/// `is_alone`, their server is to be reached from this machine, too.
pub(super) fn supervision(
    options: SupervisionOptions,
    cases: &[String],
    is_alone: bool,
) -> Result<Supervision, Failure> {
    let named = [
        ("--allow-write", &options.allow_write),
        ("--allow-read", &options.allow_read),
    ];
    for (option, paths) in named {
        if let Some(path) = paths.iter().find(|path| !path.exists()) {
            let path = path.display();
            return Err(Failure::usage(format!(
                "{option} {path}: it does not exist"
            )));
        }
    }
    let supervision = Supervision {
        launcher: Some(this_program()?),
        audit: options.audit.unwrap_or_default(),
        sandbox: !options.no_sandbox,
        without: options.without_wall,
        allow_net: options.allow_net,
        allow_write: absolute(options.allow_write)?,
        allow_read: absolute(options.allow_read)?,
        patience: None,
        hide: cases.iter().filter_map(|case| telling(case)).collect(),
    };
    if supervision.allows_own_ports() {
        // Where the loopback is everybody's, its ports are not the agent's own.
        let grant = supervision.grant();
        let refusal = grant
            .as_ref()
            .and_then(|grant| grant.refusal(Wall::Network));
        let shared = (!is_alone).then_some("here the server is to be reached from outside of it");
        if let Some(reason) = refusal.or(shared) {
            return Err(Failure::usage(format!(
                "--allow-net 127.0.0.1:* needs a network namespace: {reason}"
            )));
        }
    }
    Ok(supervision)
}

/// The case file or the evidence that `case` means, unless it is a case's name.
fn telling(case: &str) -> Option<PathBuf> {
    let path = PathBuf::from(case).canonicalize().ok()?;
    let tells = path.is_file() || path.join("evidence.json").is_file();
    tells.then_some(path)
}

/// Paths that hold wherever the agent works.
fn absolute(paths: Vec<PathBuf>) -> Result<Vec<PathBuf>, Failure> {
    let all = paths.into_iter().map(|path| {
        path.canonicalize()
            .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
    });
    all.collect()
}
