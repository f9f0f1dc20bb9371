//! The walls `user`, `network`, `ipc` and `pid`: what this process and its children can see at all.

use std::fs::File;
use std::path::PathBuf;

use nix::errno::Errno;
use nix::sched::{CloneFlags, setns, unshare};
use nix::unistd::{getegid, geteuid};

use crate::agent::fence::Doors;
use crate::evidence::Wall;

/// Makes a user namespace of its own, in which the user keeps its number.
pub(super) fn own_user() -> Result<(), String> {
    let (user, group) = (geteuid(), getegid());
    unshare(CloneFlags::CLONE_NEWUSER).map_err(|error| refused(Wall::User, error))?;
    // Without this, the kernel does not let an ordinary user say anything of groups.
    let _ = std::fs::write("/proc/self/setgroups", "deny");
    for (map, id) in [("uid_map", user.as_raw()), ("gid_map", group.as_raw())] {
        std::fs::write(format!("/proc/self/{map}"), format!("{id} {id} 1"))
            .map_err(|error| format!("the kernel refused {map}: {error}"))?;
    }
    Ok(())
}

/// Makes a namespace for the kind that `wall` stands for.
pub(super) fn own(wall: Wall) -> Result<(), String> {
    let flag = match wall {
        Wall::Network => CloneFlags::CLONE_NEWNET,
        Wall::Ipc => CloneFlags::CLONE_NEWIPC,
        Wall::Pid => CloneFlags::CLONE_NEWPID,
        Wall::Mount => CloneFlags::CLONE_NEWNS,
        _ => return Ok(()),
    };
    unshare(flag).map_err(|error| refused(wall, error))
}

/// Enters namespaces that exist.
pub(super) fn enter(doors: &Doors) -> Result<(), String> {
    let open = |path: &PathBuf| {
        File::open(path).map_err(|error| format!("cannot open {}: {error}", path.display()))
    };
    // Both first: once inside, the first may be out of sight.
    let user = doors.user.as_ref().map(open).transpose()?;
    let network = open(&doors.network)?;
    if let Some(user) = user {
        setns(user, CloneFlags::CLONE_NEWUSER).map_err(|error| refused(Wall::User, error))?;
    }
    setns(network, CloneFlags::CLONE_NEWNET).map_err(|error| refused(Wall::Network, error))
}

fn refused(wall: Wall, error: Errno) -> String {
    let why = match error {
        Errno::EPERM | Errno::EACCES => " (a container's filter, or a setting of the system)",
        Errno::ENOSPC | Errno::EUSERS => " (/proc/sys/user has limits)",
        Errno::EINVAL | Errno::ENOSYS => " (the kernel was built without)",
        _ => "",
    };
    format!("the kernel refused the {wall} namespace: {error}{why}")
}
