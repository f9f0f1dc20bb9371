//! What a whole run, or saved evidence, amounts to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use super::{CaseOutcome, CaseReport, Elsewhere, Judgement};
use crate::evidence::digest_of;
use crate::gate::Gate;
use crate::rules::{self, Rule};
use crate::selection::LeftOut;
use crate::usage::Usage;

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
                let hint = nearest
                    .as_ref()
                    .map(|id| format!("; did you mean `{id}`? Of"));
                format!(
                    "unknown: there is no case `{case}`, for which {rule} is known{} a case of your own name the \
                     file: file = \"FILE\"",
                    hint.unwrap_or_else(|| "; of".to_owned())
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

    /// How many plays have an outcome that `fits`. A play of several iterations has one for each, and a campaign one as
    /// a whole, too.
    pub fn plays(&self, fits: impl Fn(&CaseReport) -> bool) -> usize {
        let fitting = || self.cases.iter().filter(|case| fits(case));
        // Where several runs are judged together, each has its own folder.
        let mut several: BTreeMap<(&str, u32), BTreeSet<&Path>> = BTreeMap::new();
        for case in fitting() {
            if let Some(whole) = &case.iteration_of {
                let runs = several.entry((whole, case.repetition)).or_default();
                runs.extend(case.folder.as_deref().and_then(Path::parent));
            }
        }
        let is_single = |case: &&CaseReport| {
            let play = (case.id.as_str(), case.repetition);
            case.iteration_of.is_none() && !several.contains_key(&play)
        };
        let iterated: usize = several.values().map(|runs| runs.len().max(1)).sum();
        iterated + fitting().filter(is_single).count()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{conclude, unknown};

    #[test]
    fn plays_of_several_iterations_are_counted_once() {
        let case = |id: &str, whole: Option<&str>, run: Option<&str>| CaseReport {
            iteration_of: whole.map(str::to_owned),
            folder: run.map(|run| Path::new(run).join(id)),
            ..unknown(id.to_owned(), CaseOutcome::Conformant)
        };
        let cases = vec![
            case("single", None, Some("one")),
            case("chain-iteration-1", Some("chain"), Some("one")),
            // It was not begun.
            case("chain-iteration-2", Some("chain"), None),
            case("campaign-iteration-0", Some("campaign"), Some("one")),
            case("campaign-iteration-1", Some("campaign"), Some("one")),
            case("campaign", None, Some("one")),
        ];
        let report = conclude(cases.clone(), Gate::default());
        assert_eq!(report.plays(|_| true), 3);
        assert_eq!(report.plays(|case| case.id != "single"), 2);
        // The same cases of another run.
        let others = [
            case("single", None, Some("two")),
            case("chain-iteration-1", Some("chain"), Some("two")),
        ];
        let all = cases.into_iter().chain(others).collect();
        assert_eq!(conclude(all, Gate::default()).plays(|_| true), 5);
    }
}
