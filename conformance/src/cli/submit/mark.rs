//! The mark of a submission: which jobs will play in a folder of evidence, where none of them has begun yet.
//!
//! It has two lines, the numbers of the jobs and when they were submitted. It is there, and empty, before the first
//! job is; the script that submits keeps it, too.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::baseline::Day;
use crate::cli::{Failure, shell};
use crate::door;
use crate::visible;

/// Name of the file below `--out`.
pub(super) const FILE: &str = "submitted";

/// Longest mark that is read, in bytes.
const LONGEST: u64 = 4096;

/// The mark of a submission that goes on.
#[derive(Debug)]
pub(super) struct Mark(PathBuf);

impl Mark {
    /// Refuses a folder that has one.
    pub(super) fn absent(out: &Path) -> Result<(), Failure> {
        match out.join(FILE).symlink_metadata() {
            Ok(_) => Err(refusal(out)),
            // Whatever else is wrong is told where it is set.
            Err(_) => Ok(()),
        }
    }

    /// Sets it, where there is none.
    pub(super) fn set(out: &Path) -> Result<Self, Failure> {
        let path = out.join(FILE);
        match File::create_new(&path) {
            Ok(_) => Ok(Self(path)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(refusal(out)),
            Err(error) => Err(Failure::usage(format!(
                "cannot write {}: {error}",
                path.display()
            ))),
        }
    }

    /// Notes the jobs that were submitted so far.
    pub(super) fn note(&self, jobs: &[&str], now: SystemTime) -> Result<(), Failure> {
        let text = format!("{}\n{} UTC\n", jobs.join(" "), moment(now));
        std::fs::write(&self.0, text).map_err(|error| {
            Failure::harness(format!("cannot write {}: {error}", self.0.display()))
        })
    }

    /// Takes it away again, as nothing was submitted.
    pub(super) fn remove(&self) {
        // One that stays is told with what removes it.
        let _ = std::fs::remove_file(&self.0);
    }

    /// What removes it, as a command.
    pub(super) fn removal(&self) -> String {
        removal(&self.0)
    }
}

fn removal(path: &Path) -> String {
    format!("rm {}", shell::exact(&path.display().to_string()))
}

/// Why nothing is submitted to a folder that has a mark.
fn refusal(out: &Path) -> Failure {
    let path = out.join(FILE);
    let removal = removal(&path);
    let text = door::read_regular(&path, LONGEST).ok().flatten();
    let text = text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = text.unwrap_or_default();
    let mut lines = text.lines().map(visible::line);
    let (jobs, since) = (lines.next(), lines.next());
    let why = match jobs.filter(|jobs| !jobs.is_empty()) {
        Some(jobs) => format!(
            "jobs {jobs} were submitted there on {}, whose plays would be played twice; give another --out, or take them \
             back (`scancel {jobs}`) and remove their mark (`{removal}`)",
            since.unwrap_or_default()
        ),
        None => format!(
            "a submission there goes on, or was broken off; give another --out, or see that it left no jobs \
             (`squeue --me`) and remove its mark (`{removal}`)"
        ),
    };
    Failure::usage(format!("--out {}: {why}", out.display()))
}

/// The day and the time of a moment by UTC, such as `2026-11-26 12:58:22`.
pub(super) fn moment(now: SystemTime) -> String {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (day, seconds) = (Day::of(now), since.as_secs() % 86_400);
    let (hour, minute) = (seconds / 3600, seconds / 60 % 60);
    format!("{day} {hour:02}:{minute:02}:{:02}", seconds % 60)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_second_submission_is_told_of_the_first() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path();
        Mark::absent(out).unwrap();
        let mark = Mark::set(out).unwrap();
        let told = |result: Result<(), Failure>| {
            let error = result.unwrap_err();
            assert_eq!(error.exit_code(), 2);
            error.to_string()
        };
        let begun = told(Mark::absent(out));
        assert!(begun.contains("goes on, or was broken off"), "{begun}");
        let now = UNIX_EPOCH + Duration::from_secs(20_000 * 86_400 + 3_725);
        mark.note(&["41", "42"], now).unwrap();
        let removal = format!("`rm {}/submitted`", out.display());
        for told in [told(Mark::absent(out)), told(Mark::set(out).map(drop))] {
            for part in [
                "jobs 41 42 were submitted there on 2024-10-04 01:02:05 UTC",
                "`scancel 41 42`",
                &removal,
            ] {
                assert!(told.contains(part), "{told}");
            }
        }
        mark.remove();
        Mark::set(out).unwrap();
    }
}
