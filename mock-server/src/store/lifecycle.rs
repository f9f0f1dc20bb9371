//! The simulated life of a run: what it does after its launch, and when.
//!
//! Nothing runs in the background. A launched run has a [`Schedule`]; whoever looks at the store
//! first lets all that is due by then happen, in order of time.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::status::RunStatus;
use crate::clock::Timestamp;
use crate::fault::path_matches;
use crate::json::{Json, Object};

/// What a simulated run does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RunProfile {
    /// Seconds from the launch until the command runs.
    pub launch_seconds: f64,
    /// Seconds that the command runs.
    pub duration_seconds: f64,
    /// Exit code of the command: 0 finishes the run, anything else fails it.
    pub exit_code: i64,
    /// Lines that it writes to its log.
    pub log: Vec<LogLine>,
    /// Rows of metrics that it reports.
    pub metrics: Vec<MetricRow>,
    /// Names of files that it leaves in its artifacts directory.
    pub artifacts: Vec<String>,
}

/// A line of a simulated log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogLine {
    /// When, as a share of the duration from 0 to 1.
    #[serde(default)]
    pub at: f64,
    /// The line without its end; `{command}` and `{run_id}` are replaced.
    pub text: String,
}

/// A row of simulated metrics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricRow {
    /// When, as a share of the duration from 0 to 1.
    #[serde(default)]
    pub at: f64,
    /// The row, as it would be posted.
    pub row: Object,
}

/// How many rows of metrics a run reports when nothing is said.
const DEFAULT_STEPS: i64 = 5;

impl Default for RunProfile {
    /// Two seconds of work with a loss that falls and an accuracy that rises.
    fn default() -> Self {
        let share = |step: i64| step as f64 / (DEFAULT_STEPS + 1) as f64;
        let loss = |step: i64| 1.0 / (1.0 + step as f64);
        let accuracy = |step: i64| 1.0 - 0.5 / (1.0 + step as f64);
        let mut log = vec![LogLine {
            at: 0.0,
            text: "$ {command}".to_owned(),
        }];
        let mut metrics = Vec::new();
        for step in 1..=DEFAULT_STEPS {
            let text = format!(
                "step {step}/{DEFAULT_STEPS} loss={:.4} accuracy={:.4}",
                loss(step),
                accuracy(step)
            );
            log.push(LogLine {
                at: share(step),
                text,
            });
            let row = [
                ("step".to_owned(), Json::Int(step)),
                ("loss".to_owned(), loss(step).into()),
                ("accuracy".to_owned(), accuracy(step).into()),
            ];
            metrics.push(MetricRow {
                at: share(step),
                row: row.into_iter().collect(),
            });
        }
        Self {
            launch_seconds: 0.2,
            duration_seconds: 2.0,
            exit_code: 0,
            log,
            metrics,
            artifacts: Vec::new(),
        }
    }
}

/// Which profile a run gets, by its command.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RunProfiles(pub Vec<ProfileRule>);

/// A profile for the commands that fit a pattern.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileRule {
    /// Pattern for the whole command; `**` stands for anything.
    pub command: String,
    /// The profile.
    #[serde(flatten)]
    pub profile: Arc<RunProfile>,
}

impl RunProfiles {
    /// The first profile whose pattern fits; otherwise the default, adapted to what a simple shell
    /// command says of its own duration and exit code.
    pub fn resolve(&self, command: &str) -> Arc<RunProfile> {
        match self
            .0
            .iter()
            .find(|rule| path_matches(&rule.command, command))
        {
            Some(rule) => Arc::clone(&rule.profile),
            None => Arc::new(adapted_to(command)),
        }
    }
}

/// The default profile with the duration of a command's `sleep`s, and with the exit code of its
/// `exit` or `false`. A command of such words alone reports no metrics and takes no longer.
fn adapted_to(command: &str) -> RunProfile {
    let mut profile = RunProfile::default();
    let (mut slept, mut sleeps, mut trivial) = (0.0, false, true);
    for part in command.split("&&").flat_map(|part| part.split([';', '\n'])) {
        let mut words = part.split_whitespace();
        match (words.next(), words.next()) {
            (Some("sleep"), Some(seconds)) => {
                slept += seconds
                    .parse::<f64>()
                    .ok()
                    .filter(|s| *s >= 0.0)
                    .unwrap_or(0.0);
                sleeps = true;
            }
            (Some("exit"), code) => {
                profile.exit_code = code.and_then(|code| code.parse().ok()).unwrap_or(0);
                break;
            }
            (Some("false"), _) => {
                profile.exit_code = 1;
                break;
            }
            (Some("true" | ":" | "echo") | None, _) => {}
            _ => trivial = false,
        }
    }
    if sleeps || trivial {
        profile.duration_seconds = slept;
    }
    if trivial {
        profile.metrics.clear();
        profile.log.truncate(1);
    }
    profile
}

/// The life of a launched run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    profile: Arc<RunProfile>,
    running_at: Timestamp,
    ends_at: Timestamp,
    /// How many rows of metrics were reported.
    reported: usize,
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
    pub(super) fn new(profile: Arc<RunProfile>, launched_at: Timestamp) -> Self {
        let running_at = launched_at.plus_secs(profile.launch_seconds.max(0.0));
        let ends_at = running_at.plus_secs(profile.duration_seconds.max(0.0));
        Self {
            profile,
            running_at,
            ends_at,
            reported: 0,
        }
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
        self.profile.exit_code
    }

    /// Names of the artifacts, once the run has ended by itself.
    pub fn artifacts(&self) -> &[String] {
        &self.profile.artifacts
    }

    /// What the log holds at `now`, of a run that was cut short at `ended_at` if at all.
    pub fn log(&self, run_id: &str, command: &str, now: Timestamp) -> String {
        let mut log = String::new();
        for line in self
            .profile
            .log
            .iter()
            .filter(|line| self.moment(line.at) <= now)
        {
            log.push_str(
                &line
                    .text
                    .replace("{command}", command)
                    .replace("{run_id}", run_id),
            );
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_commands_tell_their_own_life() {
        let life = |command: &str| {
            let profile = RunProfiles::default().resolve(command);
            (
                profile.duration_seconds,
                profile.exit_code,
                profile.metrics.len(),
            )
        };
        assert_eq!(life("exit 3"), (0.0, 3, 0));
        assert_eq!(life("echo hi && sleep 1"), (1.0, 0, 0));
        assert_eq!(life("false"), (0.0, 1, 0));
        assert_eq!(life("sleep 60"), (60.0, 0, 0));
        assert_eq!(life("python train.py --lr 0.1"), (2.0, 0, 5));
        assert_eq!(life("cd /x && python train.py && sleep 3"), (3.0, 0, 5));
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let rule = |command: &str, duration_seconds| ProfileRule {
            command: command.to_owned(),
            profile: Arc::new(RunProfile {
                duration_seconds,
                ..RunProfile::default()
            }),
        };
        let profiles = RunProfiles(vec![rule("**lr 0.1**", 9.0), rule("**", 4.0)]);
        assert_eq!(
            profiles
                .resolve("cd /w/x && train --lr 0.1 --s 1")
                .duration_seconds,
            9.0
        );
        assert_eq!(profiles.resolve("anything").duration_seconds, 4.0);
    }

    #[test]
    fn the_log_grows_with_time() {
        let start = Timestamp::from_micros(0);
        let schedule = Schedule::new(Arc::default(), start);
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
