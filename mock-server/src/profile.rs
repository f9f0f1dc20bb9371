//! What one simulated run does: its times, its log, its metrics, and what it leaves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// Files that it leaves when it ends by itself.
    pub files: Vec<LeftFile>,
    /// Where its log goes in place of the run's own, if its command sends it there.
    pub log_file: Option<String>,
}

/// A file that a simulated run leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeftFile {
    /// Where, as seen from the run's working directory; outside of the server's nothing is written.
    pub path: String,
    /// What it holds; `{command}` and `{run_id}` are replaced.
    pub text: String,
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
            files: Vec::new(),
            log_file: None,
        }
    }
}
