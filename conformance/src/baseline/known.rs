//! An entry of a baseline.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobMatcher};

use super::{BaselineError, Day, Entry};
use crate::case::{Case, builtin_cases, load_file};
use crate::engine::{CaseReport, RunReport, Trouble};
use crate::gate::Gate;
use crate::rules::{self, Rule};
use crate::verdict::Verdict;

/// A finding that is known.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) case: String,
    /// Where `case` is a glob.
    pub(super) cases: Option<GlobMatcher>,
    pub(super) rule: &'static Rule,
    pub(super) reason: String,
    /// The case file in which the case stands, as the baseline says it.
    pub(super) file: Option<PathBuf>,
    /// What stands in it.
    pub(super) own: Vec<Case>,
    pub(super) expires: Option<Day>,
}

/// What a report says about an entry.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct State {
    pub(super) was_played: bool,
    pub(super) found: bool,
}

impl Known {
    pub(super) fn of(file: &Path, entry: Entry) -> Result<Self, BaselineError> {
        let rule = rules::find(&entry.rule).ok_or_else(|| no_rule(file, &entry.rule))?;
        let is_glob = entry.case.contains(['*', '?', '[', '{']);
        let glob = is_glob.then(|| Glob::new(&entry.case)).transpose();
        let cases = glob.map_err(|source| BaselineError::Pattern {
            file: file.to_owned(),
            case: entry.case.clone(),
            source,
        })?;
        let day = |day: &String| {
            Day::read(day).ok_or_else(|| BaselineError::NoDay {
                file: file.to_owned(),
                day: day.clone(),
            })
        };
        let own = entry.file.as_ref().map(|own| {
            let folder = file.parent().unwrap_or(Path::new(""));
            load_file(&folder.join(own))
        });
        let own = own.transpose().map_err(|source| BaselineError::Case {
            file: file.to_owned(),
            source,
        })?;
        Ok(Self {
            own: own.unwrap_or_default(),
            file: entry.file,
            cases: cases.map(|glob| glob.compile_matcher()),
            expires: entry.expires.as_ref().map(day).transpose()?,
            case: entry.case,
            rule,
            reason: entry.reason,
        })
    }

    fn fits(&self, id: &str) -> bool {
        match &self.cases {
            Some(glob) => glob.is_match(id),
            None => self.case == id,
        }
    }

    pub(super) fn is_about(&self, id: &str, rule: &Rule) -> bool {
        self.rule.code == rule.code && self.fits(id)
    }

    pub(super) fn is_over(&self, today: Day) -> bool {
        self.expires.is_some_and(|last| last < today)
    }

    pub(super) fn state(&self, report: &RunReport) -> State {
        let mut state = State::default();
        // What another shard plays may be found there.
        let is_elsewhere = report.elsewhere.any(|id| self.fits(id));
        // Of what was not judged nobody knows whether it is still so.
        let judged = report.cases.iter().filter(|case| !case.verdicts.is_empty());
        for case in judged.filter(|case| self.fits(&case.id)) {
            let is_asked = !case
                .left_out
                .iter()
                .any(|(rule, _)| rule.code == self.rule.code);
            let own = case
                .verdicts
                .iter()
                .filter(|(rule, _)| rule.code == self.rule.code);
            let own: Vec<&Verdict> = own.map(|(_, verdict)| verdict).collect();
            state.was_played |=
                !is_elsewhere && is_asked && own.iter().all(|verdict| is_decided(verdict));
            state.found |= own.iter().any(|verdict| report.gate.is_excusable(verdict));
        }
        state
    }

    pub(super) fn trouble(&self, report: &RunReport, own: &[&Case], today: Day) -> Option<Trouble> {
        let state = self.state(report);
        if state.was_played && !state.found {
            return Some(Trouble::Stale);
        }
        if let Some(last) = self.expires.filter(|_| self.is_over(today)) {
            return Some(Trouble::Expired(last.to_string()));
        }
        let is_here = report.cases.iter().any(|case| self.fits(&case.id))
            || report.elsewhere.any(|id| self.fits(id));
        (!is_here && !self.is_known_case(own)).then_some(Trouble::Unknown)
    }

    /// Whether a built-in case, one of the user's own, or an iteration of one, is meant.
    fn is_known_case(&self, own: &[&Case]) -> bool {
        // Built-in cases that cannot be read are an error of their own.
        let builtin = builtin_cases().unwrap_or_default();
        let mut all = builtin.iter().chain(own.iter().copied()).chain(&self.own);
        all.any(|case| {
            let of_iteration = self.case.strip_prefix(case.id.as_str());
            let is_iteration = of_iteration.is_some_and(|rest| rest.starts_with("-iteration-"));
            self.fits(&case.id) || (case.iterations > 1 && is_iteration)
        })
    }

    pub(super) fn excuse(&self, case: &mut CaseReport, gate: Gate) {
        let is_violated = case
            .verdicts
            .iter()
            .any(|(rule, verdict)| rule.code == self.rule.code && gate.is_excusable(verdict));
        if is_violated && self.fits(&case.id) {
            case.known.excuse(self.rule.code);
        }
    }
}

fn no_rule(file: &Path, name: &str) -> BaselineError {
    BaselineError::NoRule {
        file: file.to_owned(),
        rule: name.to_owned(),
        hint: rules::nearest(name).map_or_else(
            || "; `wild-conformance rules` lists all".to_owned(),
            |near| format!("; did you mean {}?", near.code),
        ),
    }
}

/// Whether a verdict says that nothing was found, or that something was.
fn is_decided(verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Pass(_) | Verdict::Fail(_) | Verdict::Doubtful(_) | Verdict::NotApplicable(_) => {
            true
        }
        Verdict::Untestable(_) | Verdict::NotLookedAt(_) => false,
    }
}
