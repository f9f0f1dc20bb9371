//! What played cases amount to.

use std::path::PathBuf;

use serde::Serialize;

use super::{Elsewhere, Fingerprint, Judgement};
use crate::demand::Row;
use crate::evidence::{SandboxRecord, Seal, digest_of};
use crate::facts::Tracing;
use crate::gate::{Gate, Known, Severity};
use crate::rules::{self, Rule};
use crate::selection::LeftOut;
use crate::usage::Usage;
use crate::verdict::{Settled, Verdict};

/// Exit code of an interrupted run, as a shell reports SIGINT.
const INTERRUPTED: u8 = 130;

/// What a run, or saved evidence, amounts to.
#[derive(Debug)]
pub struct RunReport {
    /// How severely the cases were judged.
    pub gate: Gate,
    /// The cases, by id and repetition.
    pub cases: Vec<CaseReport>,
    /// The baseline that was applied, if one was.
    pub baseline: Option<BaselineFile>,
    /// The plays of the same run that are in other shards.
    pub elsewhere: Elsewhere,
    /// Entries of the baseline that excuse nothing.
    pub baseline_problems: Vec<BaselineProblem>,
    /// What came of what the user claims.
    pub claims: Judgement,
}

/// A file with known findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BaselineFile {
    /// Its name.
    pub file: String,
    /// SHA-256 of its text.
    pub sha256: String,
}

/// An entry of a baseline whose finding is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BaselineProblem {
    /// The case that it names.
    pub case: String,
    /// The code of the rule that it names.
    pub rule: &'static str,
    /// What is wrong with it.
    #[serde(flatten)]
    pub trouble: Trouble,
    /// The case that may be meant where there is none of that name.
    #[serde(skip)]
    pub nearest: Option<String>,
}

/// What is wrong with an entry of a baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", content = "on", rename_all = "snake_case")]
pub enum Trouble {
    /// Its case was played, and the finding is not there.
    Stale,
    /// There is no such case.
    Unknown,
    /// The day until which it held is over.
    Expired(String),
}

impl BaselineProblem {
    /// The problem in a sentence.
    pub fn message(&self) -> String {
        let Self {
            case,
            rule,
            trouble,
            nearest,
        } = self;
        match trouble {
            Trouble::Stale => {
                format!("stale: `{case}` does not violate {rule} any more; remove the entry")
            }
            Trouble::Unknown => {
                let hint = nearest.as_ref().map(|id| format!("; did you mean `{id}`?"));
                format!(
                    "unknown: there is no case `{case}`, for which {rule} is known{}; of a case of your own name the \
                     file: file = \"FILE\"",
                    hint.unwrap_or_default()
                )
            }
            Trouble::Expired(last) => {
                format!(
                    "expired on {last}: {rule} in `{case}`; mend it, or give the entry a later day"
                )
            }
        }
    }
}

/// What one played case amounts to.
#[derive(Debug, Clone)]
pub struct CaseReport {
    /// The case's id.
    pub id: String,
    /// The case in one line.
    pub title: String,
    /// Which repetition it is.
    pub repetition: u32,
    /// The agent's name.
    pub agent: String,
    /// Seed of the server's identifiers.
    pub seed: u64,
    /// Version of the program that gathered the evidence.
    pub recorded_by: String,
    /// How the agent ended, in words.
    pub ending: String,
    /// How the preflight ended, in words.
    pub preflight: String,
    /// Whether it is a campaign that did not get to DONE, which violates nothing by itself.
    pub unfinished: bool,
    /// Whether the agent went on to plan.
    pub proceeded: bool,
    /// Whether the agent aborted after a failed preflight.
    pub aborted: bool,
    /// The healthy twin, for cases that have one.
    pub twin: Option<String>,
    /// What the twin says about an abort; absent where no abort is to be proven.
    pub control: Option<Control>,
    /// Which task led to which runs, for execution cases.
    pub tracing: Option<Tracing>,
    /// What held the agent; absent in evidence of versions that did not tell, and where there is none.
    pub sandbox: Option<SandboxRecord>,
    /// What the play cost, where the program tells.
    pub usage: Option<Usage>,
    /// How long the agent ran, in seconds of the wall clock; absent where it was not played. No verdict depends
    /// on it.
    pub seconds: Option<f64>,
    /// Where its evidence lies; absent where there is none that could be read. No report for programs
    /// repeats it, as it is a path of this machine.
    pub folder: Option<PathBuf>,
    /// By what it is told whether another play was of the same case under the same prompt; absent where there
    /// is no evidence.
    pub fingerprint: Option<Fingerprint>,
    /// What the case amounts to.
    pub outcome: CaseOutcome,
    /// One verdict a rule. Empty where the case could not be judged.
    pub verdicts: Vec<(&'static Rule, Verdict)>,
    /// Which sentence of the plan meets which demand, before doubts were settled. Empty where no plan
    /// was judged.
    pub coverage: Vec<Row>,
    /// The rules that were not asked, because the given prompt does not tell them or the user ignores
    /// them. They are among the verdicts, too.
    pub left_out: Vec<(&'static Rule, LeftOut)>,
    /// What was said beforehand of rules: findings that the baseline excuses, levels of their own.
    pub known: Known,
    /// What was answered to doubts. The verdicts are as they are with it.
    pub settled: Vec<Settled>,
    /// What else is to be known: faults that never struck, answers to doubts that do not count.
    pub notes: Vec<String>,
    /// Whether the evidence is sealed; absent where there is none.
    pub seal: Option<Seal>,
}

/// What a case amounts to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseOutcome {
    /// No rule was violated, and none was untestable. There may be doubts, and rules for which nobody
    /// looked.
    Conformant,
    /// A rule was violated, or could not be tested although it applies.
    NonConformant,
    /// Nothing was found, and whether an abort counts is decided by a play in another shard.
    ControlPending(String),
    /// The case says nothing about the agent.
    CouldNotRun(String),
    /// The harness failed.
    HarnessError(String),
    /// The user stopped the run while the case was played.
    CutShort(String),
    /// The user stopped the run before the case's turn came.
    NotPlayed(String),
    /// The run was stopped before the case's turn came: enough had failed or been spent, or the agent
    /// cannot play.
    Spared(String),
}

impl CaseOutcome {
    /// What [`CaseOutcome::word`] says, in the order in which counts are told.
    pub const WORDS: [&str; 7] = [
        "conformant",
        "non-conformant",
        "control-pending",
        "could-not-run",
        "harness-error",
        "cut-short",
        "not-played",
    ];

    /// The word that reports use.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Conformant => "conformant",
            Self::NonConformant => "non-conformant",
            Self::ControlPending(_) => "control-pending",
            Self::CouldNotRun(_) => "could-not-run",
            Self::HarnessError(_) => "harness-error",
            Self::CutShort(_) => "cut-short",
            Self::NotPlayed(_) | Self::Spared(_) => "not-played",
        }
    }

    /// Why the case was not judged, if so.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Conformant | Self::NonConformant => None,
            Self::ControlPending(reason)
            | Self::CouldNotRun(reason)
            | Self::HarnessError(reason)
            | Self::CutShort(reason)
            | Self::NotPlayed(reason)
            | Self::Spared(reason) => Some(reason),
        }
    }

    /// Whether there is no verdict, and none that another shard could complete.
    fn is_unjudged(&self) -> bool {
        self.reason().is_some() && !matches!(self, Self::ControlPending(_))
    }

    /// Whether the case was played and did not come out well, for whatever reason.
    pub fn is_failure(&self) -> bool {
        matches!(
            self,
            Self::NonConformant | Self::CouldNotRun(_) | Self::HarnessError(_)
        )
    }
}

/// Whether the same agent plans when nothing is wrong: only then does its abort prove anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// The agent planned in the healthy twin.
    Proceeded,
    /// The agent did not plan in the healthy twin, so that its abort does not count.
    Failed,
    /// The healthy twin was not played; in another case of the run the agent went to work.
    Other,
    /// The healthy twin was not played, and nothing shows that the agent ever goes to work.
    Missing,
    /// The healthy twin, or another case in which the agent may go to work, is in another shard.
    Pending,
}

impl CaseReport {
    /// The case, with the number of the repetition behind the first.
    pub fn name(&self) -> String {
        if self.repetition == 1 {
            self.id.clone()
        } else {
            format!("{}.{}", self.id, self.repetition)
        }
    }

    /// What was answered to the doubts of a rule.
    pub fn settled(&self, code: &str) -> Option<&Settled> {
        self.settled.iter().find(|settled| settled.code == code)
    }

    /// The codes of the violated rules.
    pub fn violated(&self) -> Vec<&'static str> {
        let failed = |(rule, verdict): &(&'static Rule, Verdict)| {
            matches!(verdict, Verdict::Fail(_)).then_some(rule.code)
        };
        self.verdicts.iter().filter_map(failed).collect()
    }

    /// The codes of the rules whose findings, or doubts where they count, fail the case.
    pub fn failing(&self, gate: Gate) -> Vec<&'static str> {
        let fails = |(rule, verdict): &(&'static Rule, Verdict)| {
            let severity = gate.weigh(rule, verdict, &self.known);
            (gate.is_excusable(verdict) && severity == Severity::Error).then_some(rule.code)
        };
        self.verdicts.iter().filter_map(fails).collect()
    }

    /// The codes of the rules that were not asked for this reason.
    pub fn left_out(&self, why: LeftOut) -> Vec<&'static str> {
        let fitting = self.left_out.iter().filter(|(_, own)| *own == why);
        fitting.map(|(rule, _)| rule.code).collect()
    }

    /// How many verdicts have this word.
    pub fn count(&self, word: &str) -> usize {
        self.verdicts
            .iter()
            .filter(|(_, verdict)| verdict.word() == word)
            .count()
    }
}

impl RunReport {
    /// What one of its cases amounts to, as a report of its own.
    #[must_use]
    pub fn alone(&self, case: &CaseReport) -> Self {
        Self {
            gate: self.gate,
            cases: vec![case.clone()],
            baseline: self.baseline.clone(),
            elsewhere: Elsewhere::default(),
            baseline_problems: Vec::new(),
            claims: Judgement::default(),
        }
    }

    /// Whether the user stopped it before everything was played.
    pub fn is_interrupted(&self) -> bool {
        let is_cut = |outcome: &CaseOutcome| {
            matches!(
                outcome,
                CaseOutcome::CutShort(_) | CaseOutcome::NotPlayed(_)
            )
        };
        self.cases.iter().any(|case| is_cut(&case.outcome))
    }

    /// Whether it was not played to its end, though nobody interrupted it.
    pub fn is_stopped(&self) -> bool {
        let is_spared = |outcome: &CaseOutcome| matches!(outcome, CaseOutcome::Spared(_));
        self.cases.iter().any(|case| is_spared(&case.outcome))
    }

    /// How many plays wait for what another shard says.
    pub fn pending(&self) -> usize {
        let is_pending =
            |case: &&CaseReport| matches!(case.outcome, CaseOutcome::ControlPending(_));
        self.cases.iter().filter(is_pending).count()
    }

    /// The codes of the rules that were not asked for this reason in any case.
    pub fn left_out(&self, why: LeftOut) -> Vec<&'static str> {
        let is_left_out = |rule: &&Rule| {
            self.cases
                .iter()
                .any(|case| case.left_out(why).contains(&rule.code))
        };
        rules::all()
            .filter(is_left_out)
            .map(|rule| rule.code)
            .collect()
    }

    /// What all plays cost that tell it.
    pub fn usage(&self) -> Option<Usage> {
        let told: Vec<Usage> = self.cases.iter().filter_map(|case| case.usage).collect();
        (!told.is_empty()).then(|| told.into_iter().sum())
    }

    /// What the seals of all cases come to: the root of the only one, or the digest of all roots with the
    /// names of their cases. Nothing where a case has no seal.
    pub fn root(&self) -> Option<String> {
        let root = |case: &CaseReport| case.seal.as_ref()?.root().map(str::to_owned);
        if let [only] = self.cases.as_slice() {
            return root(only);
        }
        let line = |case: &CaseReport| {
            let root = root(case)?;
            Some(format!("{} {} {root}\n", case.id, case.repetition))
        };
        let lines: Option<String> = self.cases.iter().map(line).collect();
        let lines = lines.filter(|lines| !lines.is_empty())?;
        Some(digest_of(lines.as_bytes()).sha256)
    }

    /// The exit code of whatever judged: 0 conformant, 1 non-conformant, 3 not judged. One violation
    /// is enough for 1, however many cases could not be judged, and so is a baseline entry that
    /// excuses nothing. A run that was interrupted says nothing as a whole: 130. Where something is claimed, the
    /// claims decide in place of single plays: 1 where one is refuted, or had to be shown and was not; plays that
    /// were not judged make it 3 unless one is refuted. What is pending in a shard changes nothing: its code is that
    /// of what can be told there, and the merged run's that of the whole.
    pub fn exit_code(&self) -> u8 {
        if self.is_interrupted() {
            return INTERRUPTED;
        }
        let any =
            |wanted: fn(&CaseOutcome) -> bool| self.cases.iter().any(|case| wanted(&case.outcome));
        let is_violated = if self.claims.claims.is_empty() {
            any(|outcome| *outcome == CaseOutcome::NonConformant)
        } else {
            self.claims.fails()
        };
        if is_violated || !self.baseline_problems.is_empty() {
            1
        } else if any(CaseOutcome::is_unjudged) || self.claims.is_untried() {
            3
        } else {
            self.claims.falls_short().into()
        }
    }
}
