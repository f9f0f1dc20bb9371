//! An entry of a baseline.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::{Glob, GlobMatcher};

use super::{BaselineError, Day, Entry};
use crate::case::{Case, CaseError, load_file};
use crate::engine::{CaseReport, RunReport, Trouble};
use crate::evidence::{ITERATION, Iterations};
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
    /// The case file in which the case stands.
    pub(super) file: Option<PathBuf>,
    /// What stands in it.
    pub(super) own: Arc<[Case]>,
    pub(super) expires: Option<Day>,
}

/// Case files that were read, by their paths.
pub(super) type CaseFiles = BTreeMap<PathBuf, Arc<[Case]>>;

/// What a report says about an entry.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct State {
    pub(super) was_played: bool,
    pub(super) found: bool,
}

impl Known {
    /// Reads an entry of `file`. Case files that it names are read once and kept in `read`.
    pub(super) fn of(
        file: &Path,
        entry: Entry,
        read: &mut CaseFiles,
    ) -> Result<Self, BaselineError> {
        let rule = rules::find(&entry.rule).ok_or_else(|| no_rule(file, &entry.rule))?;
        let is_glob = entry.case.contains(['*', '?', '[', '{']);
        let glob = is_glob.then(|| Glob::new(&entry.case)).transpose();
        let cases = glob.map_err(|source| BaselineError::Pattern {
            file: file.to_owned(),
            case: entry.case.clone(),
            source,
        })?;
        let day = |day: &toml::Value| {
            let day = day.as_str().map_or_else(|| day.to_string(), str::to_owned);
            Day::read(&day).ok_or_else(|| BaselineError::NoDay {
                file: file.to_owned(),
                day,
            })
        };
        let folder = file.parent().unwrap_or(Path::new(""));
        let place = entry.file.as_ref().map(|own| folder.join(own));
        let own = place.as_ref().map(|place| cases_in(place, read));
        let own = own.transpose().map_err(|source| BaselineError::Case {
            file: file.to_owned(),
            source,
        })?;
        Ok(Self {
            own: own.unwrap_or_default(),
            file: place,
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

    /// What a report says; `known` are the cases that there are beside those of the entry's own file.
    pub(super) fn state(&self, report: &RunReport, known: &[&Case]) -> State {
        let fitting = report.cases.iter().filter(|case| self.fits(&case.id));
        let fitting: Vec<&CaseReport> = fitting.collect();
        // What another shard plays may be found there.
        let is_elsewhere = report.elsewhere.any(|id| self.fits(id));
        let is_decided = fitting.iter().all(|case| self.is_decided_in(case));
        let is_all = !fitting.is_empty() && !is_elsewhere && self.lacks_none(&fitting, known);
        let mut verdicts = fitting.iter().flat_map(|case| self.verdicts_in(case));
        State {
            was_played: is_all && is_decided,
            found: verdicts.any(|verdict| report.gate.is_excusable(verdict)),
        }
    }

    fn verdicts_in<'r>(&self, case: &'r CaseReport) -> impl Iterator<Item = &'r Verdict> {
        let code = self.rule.code;
        let own = case
            .verdicts
            .iter()
            .filter(move |(rule, _)| rule.code == code);
        own.map(|(_, verdict)| verdict)
    }

    /// Whether somebody looked for it in a case. Of what was not judged nobody knows whether it is still so.
    fn is_decided_in(&self, case: &CaseReport) -> bool {
        let mut left_out = case.left_out.iter();
        let is_asked = !left_out.any(|(rule, _)| rule.code == self.rule.code);
        !case.verdicts.is_empty() && is_asked && self.verdicts_in(case).all(is_decided)
    }

    /// Whether each case that a glob fits is among those that were played.
    fn lacks_none(&self, played: &[&CaseReport], known: &[&Case]) -> bool {
        let all = known.iter().copied().chain(self.own.iter());
        let mut meant = all.filter(|case| self.cases.is_some() && self.means(case));
        meant.all(|case| played.iter().any(|played| is_of(&played.id, case)))
    }

    /// Whether a case is meant, or one of its iterations.
    fn means(&self, case: &Case) -> bool {
        let names = Iterations::of(case).map(|all| all.names(&case.id));
        self.fits(&case.id) || names.into_iter().flatten().any(|name| self.fits(&name))
    }

    /// What is wrong with the entry; `known` are the cases that there are beside those of its own file.
    pub(super) fn trouble(
        &self,
        report: &RunReport,
        known: &[&Case],
        today: Day,
    ) -> Option<Trouble> {
        let state = self.state(report, known);
        if state.was_played && !state.found {
            return Some(Trouble::Stale);
        }
        if let Some(last) = self.expires.filter(|_| self.is_over(today)) {
            return Some(Trouble::Expired(last.to_string()));
        }
        let is_here = report.cases.iter().any(|case| self.fits(&case.id))
            || report.elsewhere.any(|id| self.fits(id));
        (!is_here && !self.is_known_case(known)).then_some(Trouble::Unknown)
    }

    /// Whether a built-in case, one of the user's own, or an iteration of one, is meant.
    fn is_known_case(&self, known: &[&Case]) -> bool {
        let mut all = known.iter().copied().chain(self.own.iter());
        all.any(|case| self.fits(&case.id) || is_of(&self.case, case))
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

/// Whether an id is that of a case, or of an iteration of one.
pub(super) fn is_of(id: &str, case: &Case) -> bool {
    let rest = id.strip_prefix(case.id.as_str());
    rest.is_some_and(|rest| rest.is_empty() || (case.iterations > 1 && rest.starts_with(ITERATION)))
}

/// What stands in a case file.
fn cases_in(place: &Path, read: &mut CaseFiles) -> Result<Arc<[Case]>, CaseError> {
    if let Some(cases) = read.get(place) {
        return Ok(Arc::clone(cases));
    }
    let cases: Arc<[Case]> = load_file(place)?.into();
    read.insert(place.to_owned(), Arc::clone(&cases));
    Ok(cases)
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
