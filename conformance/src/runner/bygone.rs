//! Lays out what earlier iterations left in a workspace, and commits it as the harness would have.

use std::io;
use std::path::Path;

use serde_json::json;
use wild_mock_server::SCENARIO_EPOCH;

use crate::cancel::Cancel;
use crate::case::{Case, Done};
use crate::evidence::{Entry, EntryKind, FolderSnapshot, Reach, Survey};
use crate::repository::{self, Committed, Label};

/// Who commits when an iteration ends.
pub(super) const COMMITTER: &str = "wild session <wild@localhost>";

/// Seconds from the end of one bygone iteration to that of the next.
pub(super) const APART: i64 = 600;

/// Everything in a workspace.
pub(super) fn look(workdir: &Path) -> io::Result<FolderSnapshot> {
    let (known, reach) = (FolderSnapshot::default(), Reach::default());
    let seen = Survey::of(workdir, None, &known, reach, &Cancel::new());
    seen.map(|seen| seen.snapshot).map_err(io::Error::other)
}

/// When the bygone iteration number `nth` of `count` ended, in seconds since the Unix epoch: the last one
/// just ahead of the play.
pub(super) fn ended_at(nth: usize, count: usize) -> i64 {
    let to_go = i64::try_from(count - nth).unwrap_or_default();
    SCENARIO_EPOCH.as_micros() / 1_000_000 - to_go * APART
}

/// Writes what the iterations of the past of `case` left, one after the other, and commits after each: the
/// files of its task, and the plan and the log as they were then.
pub(super) fn lay(case: &Case, workdir: &Path, tasks_file: &str, log_file: &str) -> io::Result<()> {
    let past = case.past();
    if past.is_empty() {
        return Ok(());
    }
    let session = Path::new(tasks_file).parent().unwrap_or(Path::new(""));
    let session = session.display().to_string();
    let count = past.len();
    let mut ground = Growing {
        workdir,
        there: look(workdir)?,
    };
    // The planning iteration comes first.
    let mut commit = String::new();
    for nth in 0..=count {
        let at = ended_at(nth, count);
        if let Some(done) = nth.checked_sub(1).map(|before| past[before]) {
            for (path, bytes) in done.files(&session) {
                ground.write(&path, bytes)?;
            }
            for (name, manifest) in manifests(done, &commit, at) {
                let path = format!(".wild/experiments/metadata/{name}.json");
                ground.write(&path, manifest.as_bytes())?;
            }
        }
        ground.write(tasks_file, case.plan_after(nth).as_bytes())?;
        ground.write(log_file, case.log_after(nth).as_bytes())?;
        commit = ground.commit(nth, at)?;
    }
    // What has only been begun took an iteration, too.
    ground.write(tasks_file, case.placeholder.as_bytes())?;
    ground.write(log_file, case.log_before().as_bytes())?;
    ground.commit(count + 1, ended_at(count, count))?;
    Ok(())
}

/// A workspace that nobody else can reach, and what it holds.
struct Growing<'w> {
    workdir: &'w Path,
    there: FolderSnapshot,
}

impl Growing<'_> {
    fn write(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let file = self.workdir.join(path);
        file.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(file, bytes)?;
        let kind = EntryKind::File {
            size: bytes.len() as u64,
            sha256: None,
        };
        let mode = self.there.get(path).map_or(0o644, |old| old.mode);
        self.there.0.insert(path.to_owned(), Entry { kind, mode });
        Ok(())
    }

    /// Commits what an iteration left, if it left anything, and gives the hash.
    fn commit(&self, iteration: usize, at: i64) -> io::Result<String> {
        let message = message(u32::try_from(iteration).unwrap_or(u32::MAX));
        let label = Label {
            author: COMMITTER,
            at,
            message: &message,
        };
        match repository::commit(self.workdir, &self.there, &|_| true, label)? {
            Committed::Yes(id) => Ok(id),
            Committed::Nothing | Committed::No(_) => Ok(String::new()),
        }
    }
}

/// What a commit after an iteration says.
pub(super) fn message(iteration: u32) -> String {
    format!("Iteration {iteration}")
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
