//! What stands behind a report on standard output: where the evidence lies, how long it took, and what to do
//! next.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::again::Again;
use super::shell::quoted;
use crate::engine::hints::STDERR;
use crate::engine::{CaseOutcome, CaseReport, RunReport};
use crate::evidence::REPORT_TEXT;
use crate::report::duration;
use crate::rules::{self, Rule};
use crate::verdict::{Reference, Verdict, brief};
use crate::visible;

/// The file of a play that has what its agent wrote to standard error.
const STDERR_FILE: &str = "stderr.txt";

/// Most files of a workspace that are told.
const MOST_FILES: usize = 3;

/// Where the evidence lies, and how long it took to gather or to judge.
pub(super) struct Closing<'a> {
    pub(super) folders: &'a [PathBuf],
    /// What was done just now.
    pub(super) done: Done,
    /// What plays again what failed, where that is known.
    pub(super) again: Option<Again>,
    pub(super) took: Duration,
}

/// What a report comes of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    /// Cases were played, and their reports kept.
    Played,
    /// One case was played by itself, which no later run goes on with.
    Reproduced,
    /// Shards were put together, and reports kept.
    Merged,
    /// Evidence was judged again.
    Judged,
}

impl Done {
    fn word(self) -> &'static str {
        match self {
            Self::Played | Self::Reproduced => "played",
            Self::Merged => "merged",
            Self::Judged => "judged",
        }
    }
}

impl Closing<'_> {
    /// All of it; nothing where there is no evidence.
    pub(super) fn text(&self, report: &RunReport) -> String {
        let mut text = String::new();
        if report.cases.is_empty() {
            return text;
        }
        let folders: Vec<String> = self.folders.iter().map(|folder| word(folder)).collect();
        let (done, took) = (self.done.word(), duration(self.took.as_secs_f64()));
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "evidence: {}; {done} in {took}", folders.join(" "));
        for file in named(report).iter().filter(|file| file.is_file()) {
            let _ = writeln!(text, "file: {}", word(file));
        }
        let next = self.next(report);
        for (at, command) in next.iter().enumerate() {
            let label = if at == 0 { "next:" } else { "" };
            let _ = writeln!(text, "{label:5} {command}");
        }
        visible::text(&text)
    }

    /// What looks closer at the first thing that is wrong.
    fn next(&self, report: &RunReport) -> Vec<String> {
        let mut next = Vec::new();
        let failed = |case: &&CaseReport| case.outcome == CaseOutcome::NonConformant;
        let first = report.cases.iter().find(failed);
        if let Some((case, folder)) = first.and_then(|case| Some((case, case.folder.as_ref()?))) {
            // What lies there may have been judged otherwise.
            let kept = of_play(folder).filter(|_| self.done != Done::Judged);
            next.push(match kept {
                Some(file) => format!("less {}", word(&file)),
                None => format!("wild-conformance check --report full {}", word(folder)),
            });
            let codes = case.failing(report.gate).into_iter();
            next.extend(
                codes
                    .take(1)
                    .filter_map(|code| rules::find(code).map(Rule::explained_by)),
            );
        } else if report.cases.iter().any(|case| case.count("doubtful") > 0) {
            let folders: Vec<String> = self.folders.iter().map(|folder| word(folder)).collect();
            next.push(format!("wild-conformance doubts {}", folders.join(" ")));
        }
        if report.elsewhere.shard.is_some() {
            // What `--last-failed` plays would take the shard's place.
            if report.is_interrupted() || report.is_stopped() {
                next.push(RESUME.to_owned());
            }
            next.push(MERGE.to_owned());
            return next;
        }
        let is_short = |case: &CaseReport| {
            !matches!(
                case.outcome,
                CaseOutcome::Conformant | CaseOutcome::ControlPending(_)
            )
        };
        let is_well = |case: &CaseReport| case.outcome == CaseOutcome::Conformant;
        if report.is_interrupted() {
            next.push(RESUME.to_owned());
        } else if let ([folder], Done::Played) = (self.folders, self.done)
            && report.cases.iter().any(is_short)
        {
            if next.is_empty() && !report.cases.iter().any(is_well) {
                // Nothing could be judged, and the same again would end the same way.
                next.extend(has_unrun(report).then(|| DOCTOR.to_owned()));
                return next;
            }
            let folder = word(folder);
            let again = self.again.as_ref();
            next.push(again.and_then(|again| again.command(&folder)).unwrap_or_else(|| {
                format!("wild-conformance run --last-failed --out {folder}  # with the same agent")
            }));
        }
        next
    }
}

/// Whether something could not run for a reason that is the agent's.
fn has_unrun(report: &RunReport) -> bool {
    let mut cases = report.cases.iter();
    cases.any(|case| matches!(case.outcome, CaseOutcome::CouldNotRun(_)))
}

/// What tells why an agent does not work.
const DOCTOR: &str = "wild-conformance doctor  # with the same agent: what keeps it from working";

/// What plays the rest of a run that did not come to its end.
const RESUME: &str = "the same command with --resume";

/// What makes a whole of shards.
const MERGE: &str = "wild-conformance merge DIR... --out DIR  # with the folders of all shards";

/// Where the files are kept of which the first case that is short is told something: its workspace is gone.
fn named(report: &RunReport) -> Vec<PathBuf> {
    let is_short = |case: &&CaseReport| case.outcome != CaseOutcome::Conformant;
    let first = report.cases.iter().find(is_short);
    let Some((case, folder)) = first.and_then(|case| Some((case, case.folder.as_ref()?))) else {
        return Vec::new();
    };
    let complained = case.notes.iter().any(|note| note.starts_with(STDERR));
    let complaint = complained.then(|| folder.join(STDERR_FILE));
    let failed = case
        .verdicts
        .iter()
        .filter_map(|(_, verdict)| match verdict {
            Verdict::Fail(findings) => Some(findings),
            _ => None,
        });
    let references = failed.flatten().flat_map(|finding| &finding.evidence);
    let paths: BTreeSet<&str> = references
        .filter_map(|reference| match reference {
            Reference::File { path, .. } | Reference::Place { path, .. } => Some(path.as_str()),
            _ => None,
        })
        .filter(|path| !brief::is_cut(path))
        .collect();
    let kept = paths
        .into_iter()
        .take(MOST_FILES)
        .map(|path| folder.join("files").join(path));
    complaint.into_iter().chain(kept).collect()
}

/// A path as a shell takes it.
fn word(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text
    } else {
        quoted(&text)
    }
}

/// The report in which everything is told of the play whose evidence lies in `folder`, where there is one.
fn of_play(folder: &Path) -> Option<PathBuf> {
    Some(folder.join(REPORT_TEXT)).filter(|file| file.is_file())
}
