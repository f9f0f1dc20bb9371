//! The command that starts an agent's program: its arguments, its environment and its folders.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::order::Order;
use super::outfit::{NEVER_KEPT, Outfit, PATH_VARIABLE};
use super::places::Places;
use super::supervision::path_with;
use super::tree::TAG_VARIABLE;
use super::{AgentSpec, Assignment};

/// What starts the program of `spec`. `tag` stands in the environment of all its processes.
pub(super) fn command(
    spec: &AgentSpec,
    task: &Assignment<'_>,
    tag: &str,
) -> std::io::Result<Command> {
    let places = task.places();
    let argv = spec.argv_for(places);
    let promptless = spec.argv_for(Places {
        prompt: "",
        ..places
    });
    let mut command;
    if let Some((launcher, order)) = task.custody.order(&promptless, task.workdir) {
        let begins_session = order.begins_session();
        command = Order::Launch(order).command(launcher)?;
        command.arg("--").args(argv);
        if !begins_session {
            command.process_group(0);
        }
    } else {
        command = plain(argv);
        command.process_group(0);
    }
    leave_out(spec.outfit(), &mut command);
    let bin = task.bin.map(path_with);
    if let Some(path) = &bin {
        command.env("PATH", path);
    }
    if let Some(path) = bin.or_else(|| std::env::var_os("PATH")) {
        command.env(PATH_VARIABLE, path);
    }
    command
        .current_dir(task.workdir)
        .stdin(if spec.takes_input() {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env(TAG_VARIABLE, tag)
        .envs(scratch_home(task.home))
        .env("TMPDIR", task.tmp)
        // Otherwise a tmux of the agent would talk to that of the user.
        .env("TMUX_TMPDIR", task.tmp)
        .env("PWD", task.workdir)
        // The server is on loopback, which no proxy can reach.
        .env("NO_PROXY", "127.0.0.1,localhost")
        .env("no_proxy", "127.0.0.1,localhost")
        .envs(spec.outfit().variables(|name| places.value(name)))
        .envs(task.environment.iter().map(|(name, value)| (*name, value)));
    Ok(command)
}

/// Takes away what an agent does not inherit.
pub(super) fn leave_out(outfit: &Outfit, command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if !outfit.inherits(&name) {
            command.env_remove(name);
        }
    }
    for name in NEVER_KEPT {
        command.env_remove(name);
    }
}

pub(super) fn plain(argv: Vec<OsString>) -> Command {
    let mut argv = argv.into_iter();
    let mut command = Command::new(argv.next().unwrap_or_default());
    command.args(argv);
    command
}

/// An agent's own configuration and caches are thrown away with the case.
pub(crate) fn scratch_home(home: &Path) -> [(&'static str, PathBuf); 5] {
    [
        ("HOME", home.to_owned()),
        ("XDG_CONFIG_HOME", home.join(".config")),
        ("XDG_CACHE_HOME", home.join(".cache")),
        ("XDG_DATA_HOME", home.join(".local/share")),
        ("XDG_STATE_HOME", home.join(".local/state")),
    ]
}
