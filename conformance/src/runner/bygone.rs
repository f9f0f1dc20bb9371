//! Lays out what earlier iterations left in a workspace, and commits it as the harness would have.

use std::io;
use std::path::Path;

use serde_json::json;
use wild_mock_server::SCENARIO_EPOCH;

use crate::cancel::Cancel;
use crate::case::{Case, Done};
use crate::evidence::{Reach, Snapshot, Survey};
use crate::repository::{self, Committed, Label};

/// Who commits when an iteration ends.
pub(super) const COMMITTER: &str = "wild session <wild@localhost>";

/// Seconds from the end of one bygone iteration to that of the next.
pub(super) const APART: i64 = 600;

/// Everything in a workspace.
pub(super) fn look(workdir: &Path) -> io::Result<Snapshot> {
    let (known, reach) = (Snapshot::default(), Reach::default());
    let seen = Survey::of(workdir, None, &known, reach, &Cancel::new());
    seen.map(|seen| seen.snapshot).map_err(io::Error::other)
}

/// When the bygone iteration number `nth` of `count` ended, in seconds since the Unix epoch: the last one
/// just ahead of the play.
pub(super) fn ended_at(nth: usize, count: usize) -> i64 {
    let to_go = i64::try_from(count - nth).unwrap_or_default();
    SCENARIO_EPOCH.as_micros() / 1_000_000 - to_go * APART
}

/// Writes the files of the tasks that the plan of `case` has ticked, and commits after each.
pub(super) fn lay(case: &Case, workdir: &Path, session_folder: &Path) -> io::Result<()> {
    let past = case.past();
    if past.is_empty() {
        return Ok(());
    }
    let session = session_folder
        .strip_prefix(workdir)
        .unwrap_or(session_folder);
    let session = session.display().to_string();
    // The planning iteration comes first.
    let count = past.len();
    let mut commit = commit_iteration(workdir, 0, ended_at(0, count))?;
    for (done, nth) in past.into_iter().zip(1_u32..) {
        let at = ended_at(nth as usize, count);
        for (path, bytes) in done.files(&session) {
            write(&workdir.join(path), bytes)?;
        }
        for (name, manifest) in manifests(done, &commit, at) {
            let path = format!(".wild/experiments/metadata/{name}.json");
            write(&workdir.join(path), manifest.as_bytes())?;
        }
        commit = commit_iteration(workdir, nth, at)?;
    }
    Ok(())
}

/// Commits what an iteration left in a workspace that nobody else can reach, and gives the hash.
fn commit_iteration(workdir: &Path, iteration: u32, at: i64) -> io::Result<String> {
    let message = message(iteration);
    let label = Label {
        author: COMMITTER,
        at,
        message: &message,
    };
    match repository::commit(workdir, &look(workdir)?, &|_| true, label)? {
        Committed::Yes(id) => Ok(id),
        Committed::Nothing | Committed::No(_) => Ok(String::new()),
    }
}

/// What a commit after an iteration says.
pub(super) fn message(iteration: u32) -> String {
    format!("Iteration {iteration}")
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
    std::fs::write(path, bytes)
}

/// The manifest of each run of a task. Commands stand in it without the way to the workspace, so that the
/// hashes of commits are the same everywhere.
fn manifests<'d>(
    done: &'d Done,
    commit: &'d str,
    at: i64,
) -> impl Iterator<Item = (&'d str, String)> + 'd {
    done.runs.iter().map(move |(name, run)| {
        let command = run
            .command
            .split_once("&& ")
            .map_or("", |(_, command)| command);
        let mut words = command
            .split_whitespace()
            .skip_while(|word| *word != "--seed");
        let seed: Option<u64> = words.nth(1).and_then(|seed| seed.parse().ok());
        let manifest = json!({"command": command, "seed": seed, "commit": commit, "timestamp": at});
        (name.as_str(), format!("{manifest:#}\n"))
    })
}

#[cfg(test)]
mod tests;
