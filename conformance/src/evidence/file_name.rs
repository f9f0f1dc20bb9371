//! What the parts are called that are written beside the record, and that a complete directory has.

pub(super) const PROMPT: &str = "prompt.md";
pub(super) const JOURNAL: &str = "journal.ndjson";
pub(super) const TRANSCRIPT: &str = "transcript.txt";
pub(super) const STDOUT: &str = "stdout.txt";
pub(super) const STDERR: &str = "stderr.txt";
pub(super) const SESSION: &str = "session.txt";
pub(super) const BEFORE: &str = "workspace-before.json";
pub(super) const AFTER: &str = "workspace-after.json";
pub(super) const STATE: &str = "state.json";
pub(super) const STATE_BEFORE: &str = "state-before.json";
pub(super) const ARRIVALS: &str = "arrivals.json";
pub(super) const OUTSIDE_BEFORE: &str = "outside-before.json";
pub(super) const OUTSIDE_AFTER: &str = "outside-after.json";
pub(super) const LOOSE: &str = "loose-effects.json";
pub(super) const PROCESSES: &str = "processes.ndjson";
pub(super) const ANNOUNCEMENTS: &str = "announcements.ndjson";
pub(super) const OPENED: &str = "opened.ndjson";
pub(super) const FILES: &str = "files";
