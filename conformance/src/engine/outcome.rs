//! What played cases amount to.

use std::path::PathBuf;

use serde::Serialize;

use super::Fingerprint;
use crate::demand::Row;
use crate::evidence::{SandboxRecord, Seal};
use crate::facts::Tracing;
use crate::gate::{Gate, Known, Severity};
use crate::rules::Rule;
use crate::selection::LeftOut;
use crate::usage::Usage;
use crate::verdict::{Settled, Verdict};

/// What one played case amounts to.
#[derive(Debug, Clone)]
pub struct CaseReport {
    /// The case's id.
    pub id: String,
    /// The id of the case whose iteration it is, where it is one of several.
    pub iteration_of: Option<String>,
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
    pub(super) fn is_unjudged(&self) -> bool {
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
    /// The run ended before the healthy twin had been played.
    Unplayed,
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
