//! The launcher: a process that puts walls around itself, waits to be traced, and becomes the agent.
//!
//! Walls and tracing must begin between the start of a process and the start of the program that it
//! is to run. A program of our own in that place needs no code between `fork` and `exec`.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sys::signal::{Signal, raise};

use super::launch_report::{Word, say};
use super::order::{LaunchOrder, ORDER, Order};
use super::{sentry, walls};

/// Exit code of a launcher that could not become the agent.
const NOT_STARTED: u8 = 127;

/// Carries out what the environment says, with `argv` for the agent. Returns, with an exit code, when that fails or
/// there is no agent.
///
/// # Errors
/// Fails when there is no order, or the report cannot be written.
pub fn launch(argv: &[OsString], out: &mut impl Write) -> io::Result<u8> {
    match Order::of_environment()? {
        Order::Launch(order) => become_agent(&order, argv),
        Order::Try(fence) => {
            let record = walls::put_up(&fence).map_err(io::Error::other)?;
            out.write_all(&serde_json::to_vec(&record)?)?;
            out.flush()?;
            Ok(0)
        }
        Order::Room(order) => {
            walls::hand_out(&order)?;
            Ok(0)
        }
        Order::Watch(harness) => {
            sentry::watch(harness, out)?;
            Ok(0)
        }
    }
}

fn become_agent(order: &LaunchOrder, argv: &[OsString]) -> io::Result<u8> {
    // Opened before writing is confined; the agent does not inherit it.
    let mut report = File::create(&order.report)?;
    if let Some(tracer) = order.tracer
        && !waits_for(tracer)?
    {
        return Ok(NOT_STARTED);
    }
    // Asked before walls hide who traces.
    let is_traced = order.tracer.is_some() && is_traced();
    if let Some(fence) = &order.fence {
        match walls::put_up(fence) {
            Ok(record) => say(&mut report, &Word::Sandbox(record))?,
            Err(reason) => {
                let reason = format!("its walls could not be put up: {reason}");
                say(&mut report, &Word::NotStarted(reason))?;
                return Ok(NOT_STARTED);
            }
        }
    }
    if is_traced {
        let told = walls::tell_tracer();
        say(
            &mut report,
            &told.map_or_else(Word::HidesOpens, |()| Word::TellsOpens),
        )?;
    }
    let mut argv = argv.iter();
    let mut command = Command::new(argv.next().map_or(OsStr::new(""), OsString::as_os_str));
    let error = command.args(argv).env_remove(ORDER).exec();
    say(&mut report, &Word::NotStarted(error.to_string()))?;
    Ok(NOT_STARTED)
}

/// Stops until this parent traces the process and lets it go on. Whether that came about: as long as nobody traces
/// it, nobody would end it when the parent is killed.
fn waits_for(tracer: u32) -> io::Result<bool> {
    ends_with_parent(true)?;
    // It may have been killed before.
    if std::os::unix::process::parent_id() != tracer {
        return Ok(false);
    }
    raise(Signal::SIGSTOP)?;
    ends_with_parent(false)?;
    Ok(true)
}

/// Has this process end as its parent ends, or no more.
#[cfg(target_os = "linux")]
fn ends_with_parent(does: bool) -> io::Result<()> {
    let signal = does.then_some(Signal::SIGKILL);
    Ok(nix::sys::prctl::set_pdeathsig(signal)?)
}

/// Elsewhere nobody traces.
#[cfg(not(target_os = "linux"))]
fn ends_with_parent(_does: bool) -> io::Result<()> {
    Ok(())
}

/// Whether somebody traces this process.
fn is_traced() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let tracer = status
        .lines()
        .find_map(|line| line.strip_prefix("TracerPid:"));
    tracer.is_some_and(|tracer| tracer.trim() != "0")
}
