//! What this process is and has: its program, its processors, its threads.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Failure;

/// How long a thread waits for more that did what takes a moment beside the plays. So none is left for each play
/// while agents work.
const IDLE: Duration = Duration::from_secs(1);

/// What plays cases.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let hindered = |error| Failure::harness(format!("cannot start the threads of a run: {error}"));
    try_threads(processors() + 1).map_err(hindered)?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_keep_alive(IDLE)
        .build()
        .map_err(|error| Failure::harness(format!("cannot start the runtime: {error}")))
}

/// Tries whether so many threads can be had. A runtime that cannot have them panics.
fn try_threads(count: usize) -> std::io::Result<()> {
    let gate = Arc::new(Mutex::new(()));
    let closed = gate.lock().unwrap_or_else(PoisonError::into_inner);
    let wait = |_| {
        let gate = Arc::clone(&gate);
        std::thread::Builder::new().spawn(move || drop(gate.lock()))
    };
    let threads: std::io::Result<Vec<_>> = (0..count).map(wait).collect();
    drop(closed);
    for thread in threads? {
        // It does nothing that could fail.
        let _ = thread.join();
    }
    Ok(())
}

/// How many processors there are.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// This program, which also plays the reference agent and launches others.
pub(super) fn this_program() -> Result<PathBuf, Failure> {
    std::env::current_exe().map_err(|error| {
        Failure::harness(format!(
            "cannot find this program to start agents with: {error}"
        ))
    })
}
