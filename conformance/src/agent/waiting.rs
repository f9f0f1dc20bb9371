//! Waiting for an agent's program to end, or for a reason to end it.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use super::Assignment;
use super::running::Running;
use crate::cancel::Cancel;
use crate::ending::Ending;

/// Returns when the agent has ended, its time is up, it has not sent a request in time, or the user wants to
/// stop.
pub(super) async fn wait(
    agent: &mut Running,
    task: &Assignment<'_>,
    cancel: &Cancel,
) -> std::io::Result<Ending> {
    let limit = task.time_limit;
    Ok(tokio::select! {
        // On a busy machine it is looked at late: who has ended in time has.
        biased;
        status = agent.wait() => ending_of(status?),
        () = tokio::time::sleep(Duration::from_secs(limit)) => Ending::TimedOut { limit },
        patience = impatience(task) => Ending::TimedOut { limit: patience },
        () = cancel.raised() => Ending::Interrupted,
    })
}

/// Passes when the agent should have sent a request and has not.
pub(super) async fn impatience(task: &Assignment<'_>) -> u64 {
    if let Some(patience) = task.custody.supervision.patience {
        tokio::time::sleep(Duration::from_secs(patience)).await;
        if task.custody.requests.count() == 0 {
            return patience;
        }
    }
    std::future::pending().await
}

/// How a process ended.
pub(super) fn ending_of(status: ExitStatus) -> Ending {
    match (status.code(), status.signal()) {
        (Some(code), _) => Ending::Exited { code },
        (None, signal) => Ending::Signalled {
            signal: signal.unwrap_or_default(),
        },
    }
}
