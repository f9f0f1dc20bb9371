//! The wall `session`: no terminal that the agent could read from, or type into.

use std::fs::File;

use nix::unistd::{getpgrp, getpid, setsid};

/// Begins a session, and finds out that it has no terminal.
pub(super) fn begin() -> Result<(), String> {
    setsid().map_err(|error| format!("no session of its own: {error}"))?;
    if getpgrp() != getpid() {
        return Err("the session has a foreign leader".to_owned());
    }
    match File::open("/dev/tty") {
        Ok(_) => Err("there is a controlling terminal".to_owned()),
        Err(_) => Ok(()),
    }
}
