//! A question to a program outside of any play, such as what version it is.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::command::{leave_out, plain, scratch_home};
use super::fence::{Allowance, Fence, View};
use super::order::{LaunchOrder, Order};
use super::outfit::Outfit;
use super::walls;
use crate::evidence::Wall;

/// What starts `argv` in `home`, at the head of a process group, with neither the user's keys nor
/// anybody to connect to. Where there is a launcher, it stands within all walls that the machine grants;
/// of folders that begin empty it finds `readable`.
pub(crate) fn question(
    argv: Vec<OsString>,
    home: &Path,
    readable: Vec<PathBuf>,
    launcher: Option<&Path>,
) -> io::Result<Command> {
    let mut command = match launcher {
        None => {
            let mut command = plain(argv);
            command.process_group(0);
            command
        }
        Some(launcher) => {
            let order = LaunchOrder {
                report: PathBuf::from("/dev/null"),
                tracer: None,
                fence: Some(fence(&argv, home, readable, launcher)),
            };
            let begins_session = order.begins_session();
            let mut command = Order::Launch(order).command(launcher)?;
            command.arg("--").args(argv);
            if !begins_session {
                command.process_group(0);
            }
            command
        }
    };
    let outfit = Outfit {
        keep: Some(Vec::new()),
        ..Outfit::default()
    };
    leave_out(&outfit, &mut command);
    command
        .current_dir(home)
        .envs(scratch_home(home))
        .env("TMPDIR", home)
        .env("PWD", home);
    Ok(command)
}

fn fence(argv: &[OsString], home: &Path, mut readable: Vec<PathBuf>, launcher: &Path) -> Fence {
    let grant = walls::granted(launcher, &[]);
    readable.extend(walls::named(argv, std::env::var_os("PATH").as_deref()));
    let mut writable = vec![home.to_owned()];
    let view = View {
        writable: writable.clone(),
        readable,
        ..View::default()
    };
    if grant.has(Wall::Mount) {
        writable.push(PathBuf::from("/tmp"));
    }
    Fence {
        walls: grant.walls(),
        view,
        allowance: Allowance {
            writable,
            ports: Some(Vec::new()),
            forbidden: home.with_extension("forbidden"),
        },
        workdir: Some(home.to_owned()),
        keeps_orphans: !grant.has(Wall::Pid),
        ..Fence::default()
    }
}
