//! One of two runs, as its report for programs tells it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::format::{FormatError, REPORT};
use crate::statistics::Tally;

/// The name under which whole plays are counted beside the rules.
pub(super) const PLAYS: &str = "pass";

/// A run.
#[derive(Debug, Default)]
pub struct Side {
    pub(super) judged_by: String,
    pub(super) recorded_by: BTreeSet<String>,
    pub(super) agents: BTreeSet<String>,
    pub(super) strict: bool,
    pub(super) doubts: String,
    pub(super) is_whole: bool,
    /// The baseline's name and digest.
    pub(super) baseline: Option<File>,
    /// Rules beside the catalogue's.
    pub(super) rules_files: BTreeSet<File>,
    pub(super) cases: BTreeMap<String, SideCase>,
}

/// A file by which was judged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(super) struct File {
    pub(super) file: String,
    pub(super) sha256: String,
}

/// The plays of one case.
#[derive(Debug, Default)]
pub(super) struct SideCase {
    /// Whole plays, and rules by their codes.
    pub(super) tallies: BTreeMap<String, Tally>,
    pub(super) unjudged: u32,
    pub(super) prompts: BTreeSet<String>,
    pub(super) set_ups: BTreeSet<String>,
    pub(super) not_asked: BTreeSet<String>,
    /// Rules with levels of their own, such as `PLN006=MUST`.
    pub(super) levels: BTreeSet<String>,
}

/// Text is no report of a run.
#[derive(Debug, thiserror::Error)]
pub enum SideError {
    /// It is not what a report is.
    #[error("this is no report of a run for programs (`--report json`): {0}")]
    NoReport(#[from] FormatError),
    /// It is of another format.
    #[error(transparent)]
    Format(FormatError),
}

#[derive(Deserialize)]
struct Document {
    tool: Tool,
    strict: bool,
    /// What becomes of doubts; the first reports had none that could fail.
    #[serde(default = "passing")]
    doubts: String,
    #[serde(default)]
    interrupted: bool,
    #[serde(default)]
    stopped: bool,
    #[serde(default)]
    baseline: Option<File>,
    #[serde(default)]
    rules_files: BTreeSet<File>,
    /// Which part of a run it is, where it is one.
    #[serde(default)]
    shard: Option<IgnoredAny>,
    cases: Vec<Play>,
}

fn passing() -> String {
    "pass".to_owned()
}

#[derive(Deserialize)]
struct Tool {
    version: String,
}

#[derive(Deserialize)]
struct Play {
    id: String,
    agent: String,
    recorded_by: String,
    outcome: String,
    #[serde(default)]
    fingerprint: Option<Fingerprint>,
    #[serde(default)]
    untold: Vec<String>,
    #[serde(default)]
    ignored: Vec<String>,
    #[serde(default)]
    levels: BTreeMap<String, String>,
    /// What passed, by its code; of format 1 it stands among the rules alone.
    #[serde(default)]
    passed: BTreeSet<String>,
    rules: Vec<Told>,
}

#[derive(Deserialize)]
struct Fingerprint {
    prompt: String,
    case: String,
}

#[derive(Deserialize)]
struct Told {
    code: String,
    verdict: String,
}

impl Side {
    /// Reads a report for programs.
    ///
    /// # Errors
    /// Fails when the text is no such report.
    pub fn read(text: &str) -> Result<Self, SideError> {
        REPORT.of(text.as_bytes()).map_err(|error| match error {
            other @ FormatError::Other(_) => SideError::Format(other),
            error => SideError::NoReport(error),
        })?;
        let document: Document = serde_json::from_str(text).map_err(FormatError::Parse)?;
        let mut side = Self {
            judged_by: document.tool.version,
            strict: document.strict,
            doubts: document.doubts,
            is_whole: !document.interrupted && !document.stopped && document.shard.is_none(),
            baseline: document.baseline,
            rules_files: document.rules_files,
            ..Self::default()
        };
        for play in document.cases {
            side.add(play);
        }
        Ok(side)
    }

    fn add(&mut self, play: Play) {
        let doubts_fail = self.doubts == "fail";
        let case = self.cases.entry(play.id).or_default();
        let whole = match play.outcome.as_str() {
            "conformant" => Some("pass"),
            "non-conformant" => Some("fail"),
            _ => None,
        };
        let Some(whole) = whole else {
            case.unjudged += 1;
            return;
        };
        count(&mut case.tallies, PLAYS.to_owned(), whole, doubts_fail);
        for rule in &play.passed {
            count(&mut case.tallies, rule.clone(), "pass", doubts_fail);
        }
        let others = play.rules.into_iter();
        for rule in others.filter(|rule| !play.passed.contains(&rule.code)) {
            count(&mut case.tallies, rule.code, &rule.verdict, doubts_fail);
        }
        if let Some(Fingerprint {
            prompt,
            case: set_up,
        }) = play.fingerprint
        {
            case.prompts.insert(prompt);
            case.set_ups.insert(set_up);
        }
        case.not_asked.extend(play.untold);
        case.not_asked.extend(play.ignored);
        let levels = play.levels.into_iter();
        case.levels
            .extend(levels.map(|(code, level)| format!("{code}={level}")));
        self.agents.insert(play.agent);
        self.recorded_by.insert(play.recorded_by);
    }

    /// The cases' ids.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.cases.keys().map(String::as_str)
    }

    /// Whether it has plays of this case.
    pub(super) fn has(&self, id: &str) -> bool {
        self.cases.contains_key(id)
    }

    /// The names of its agents.
    pub(super) fn agents(&self) -> Vec<String> {
        self.agents.iter().cloned().collect()
    }

    /// How many plays could not be judged.
    pub(super) fn unjudged(&self) -> u32 {
        self.cases.values().map(|case| case.unjudged).sum()
    }
}

fn count(tallies: &mut BTreeMap<String, Tally>, name: String, verdict: &str, doubts_fail: bool) {
    let mut one = Tally::default();
    match verdict {
        "pass" => one.kept = 1,
        "fail" => one.violated = 1,
        "doubtful" if doubts_fail => one.violated = 1,
        "not_applicable" => return,
        _ => one.undecided = 1,
    }
    let tally = tallies.entry(name).or_default();
    *tally = [*tally, one].into_iter().sum();
}
