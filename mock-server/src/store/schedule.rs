//! The life of a launched run.
//!
//! Nothing runs in the background. A launched run has a [`Schedule`]; whoever looks at the store
//! first lets all that is due by then happen, in order of time.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::status::RunStatus;
use crate::clock::Timestamp;
use crate::fill::fill;
use crate::imitation::Launched;
use crate::json::Json;
use crate::profile::{LeftFile, RunProfile};

/// The life of a launched run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    profile: Arc<RunProfile>,
    running_at: Timestamp,
    ends_at: Timestamp,
    /// How many rows of metrics were reported.
    reported: usize,
    #[serde(default)]
    work: Work,
    #[serde(default)]
    texts: Texts,
}

/// What a launched run does.
#[derive(Debug, Clone)]
pub struct Doings {
    /// Its times, and what it leaves.
    pub profile: Arc<RunProfile>,
    /// What the profile's texts are.
    pub texts: Texts,
}

/// What the texts of a profile are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Texts {
    /// Names in braces stand for what is the run's.
    #[default]
    Templates,
    /// What they say. They may have words of the command's in them, in which nothing is replaced.
    Final,
}

/// Where the work of a run is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Work {
    /// Nowhere: the profile tells what came of it.
    #[default]
    Simulated,
    /// In a process that has not ended.
    InProcess,
    /// In a process that ended with this exit code.
    Ended(i64),
}

/// What happens next in a run's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The command starts.
    Start,
    /// A row of metrics is reported.
    Report,
    /// The command ends.
    End,
}

impl Schedule {
    /// The life of a run that is launched at `launched_at`.
    pub(super) fn new(doings: Doings, launched_at: Timestamp) -> Self {
        let Doings { profile, texts } = doings;
        let running_at = launched_at.plus_secs(profile.launch_seconds.max(0.0));
        let ends_at = running_at.plus_secs(profile.duration_seconds.max(0.0));
        Self {
            profile,
            running_at,
            ends_at,
            reported: 0,
            work: Work::Simulated,
            texts,
        }
    }

    /// The same of a run whose command is executed: nothing but the times is the profile's.
    pub(super) fn of_process(profile: &RunProfile, launched_at: Timestamp) -> Self {
        let times = RunProfile {
            launch_seconds: profile.launch_seconds,
            duration_seconds: profile.duration_seconds,
            log: Vec::new(),
            metrics: Vec::new(),
            ..RunProfile::default()
        };
        Self {
            work: Work::InProcess,
            ..Self::new(times.into(), launched_at)
        }
    }

    /// Whether its command is executed, or was.
    pub fn is_of_process(&self) -> bool {
        self.work != Work::Simulated
    }

    /// Whether its process has not ended.
    pub(super) fn is_in_process(&self) -> bool {
        self.work == Work::InProcess
    }

    /// Its process has ended.
    pub(super) fn process_ended(&mut self, exit_code: i64) {
        self.work = Work::Ended(exit_code);
    }

    /// When it is to end.
    pub(super) fn ends_at(&self) -> Timestamp {
        self.ends_at
    }

    /// How much of its time has passed at `now`, from 0 to 1.
    pub fn share(&self, now: Timestamp) -> f64 {
        let whole = self.ends_at.as_micros() - self.running_at.as_micros();
        let passed = now.as_micros() - self.running_at.as_micros();
        if whole <= 0 {
            return if passed < 0 { 0.0 } else { 1.0 };
        }
        (passed as f64 / whole as f64).clamp(0.0, 1.0)
    }

    /// The next step of a run that has this status.
    pub(super) fn next(&self, status: &RunStatus) -> Option<(Timestamp, Step)> {
        match status {
            RunStatus::Launching => Some((self.running_at, Step::Start)),
            RunStatus::Running => Some(match self.profile.metrics.get(self.reported) {
                Some(row) => (self.moment(row.at), Step::Report),
                None => (self.ends_at, Step::End),
            }),
            _ => None,
        }
    }

    /// The row that is to be reported now.
    pub(super) fn report(&mut self) -> Option<Json> {
        let row = self.profile.metrics.get(self.reported)?.row.clone();
        self.reported += 1;
        Some(Json::Object(row))
    }

    /// The command's exit code.
    pub(super) fn exit_code(&self) -> i64 {
        match self.work {
            Work::Ended(code) => code,
            Work::Simulated | Work::InProcess => self.profile.exit_code,
        }
    }

    /// What a run leaves that ends at `now`, by itself or because it is stopped: its log, where that goes
    /// to a file, and its files where it ends by itself.
    pub(super) fn left(&self, run_id: &str, command: &str, now: Timestamp) -> Vec<LeftFile> {
        let log = self.profile.log_file.iter().map(|path| LeftFile {
            path: path.clone(),
            text: self.written(run_id, command, now),
        });
        let run = Launched { run_id, command };
        let files = self.profile.files.iter().filter(|_| self.ends_at <= now);
        let filled = files.map(|file| LeftFile {
            path: file.path.clone(),
            text: self.filled(&file.text, run).into_owned(),
        });
        log.chain(filled).collect()
    }

    /// Names of the artifacts, once the run has ended by itself.
    pub fn artifacts(&self) -> &[String] {
        &self.profile.artifacts
    }

    /// What the run's own log holds at `now`.
    pub fn log(&self, run_id: &str, command: &str, now: Timestamp) -> String {
        if self.profile.log_file.is_some() {
            return String::new();
        }
        self.written(run_id, command, now)
    }

    /// What the command has written by `now`.
    fn written(&self, run_id: &str, command: &str, now: Timestamp) -> String {
        let mut log = String::new();
        let run = Launched { run_id, command };
        for line in self
            .profile
            .log
            .iter()
            .filter(|line| self.moment(line.at) <= now)
        {
            log.push_str(&self.filled(&line.text, run));
            log.push('\n');
        }
        log
    }

    /// What the sidecar's log holds at `now`.
    pub fn sidecar_log(&self, run_id: &str, now: Timestamp) -> String {
        let line = |event: String| format!("[sidecar] run {run_id}: {event}\n");
        let mut log = String::new();
        if self.running_at <= now {
            log += &line("command started".to_owned());
        }
        if self.ends_at <= now {
            let code = self.profile.exit_code;
            log += &line(format!("command exited with code {code}"));
        }
        log
    }

    /// The moment at a share of the duration; never after the end.
    fn moment(&self, share: f64) -> Timestamp {
        let share = if share.is_finite() {
            share.clamp(0.0, 1.0)
        } else {
            1.0
        };
        self.running_at
            .plus_secs(self.profile.duration_seconds.max(0.0) * share)
            .min(self.ends_at)
    }

    /// A text of the profile for this run.
    fn filled<'t>(&self, text: &'t str, run: Launched<'_>) -> Cow<'t, str> {
        match self.texts {
            Texts::Final => Cow::Borrowed(text),
            Texts::Templates => Cow::Owned(fill(text, |name| run.named(name).map(Cow::Borrowed))),
        }
    }
}

impl From<RunProfile> for Doings {
    fn from(profile: RunProfile) -> Self {
        Self {
            profile: Arc::new(profile),
            texts: Texts::Templates,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_grows_with_time() {
        let start = Timestamp::from_micros(0);
        let schedule = Schedule::new(RunProfile::default().into(), start);
        assert_eq!(schedule.log("r", "c", start), "");
        assert_eq!(schedule.log("r", "c", start.plus_secs(0.2)), "$ c\n");
        assert_eq!(
            schedule
                .log("r", "c", start.plus_secs(10.0))
                .lines()
                .count(),
            6
        );
    }
}
