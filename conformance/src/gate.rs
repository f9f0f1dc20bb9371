//! What closes a gate: how bad a verdict is for a case.

use std::ops::Deref;

use crate::rules::Rule;
use crate::verdict::{Finding, Level, Verdict};

/// How severely is judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gate {
    /// Whether what SHOULD rules find counts as an error, and what nobody looked at, too.
    pub strict: bool,
    /// What doubts amount to.
    pub doubts: Doubts,
}

/// What a doubt amounts to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Doubts {
    /// It is told, and fails nothing.
    #[default]
    Pass,
    /// It counts like a finding of its rule.
    Fail,
}

impl Doubts {
    /// The word of the command line and of reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
        }
    }
}

/// What was said beforehand of the rules of one case: whose findings are known, and who weighs what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    excused: Vec<&'static str>,
    levels: Vec<(&'static str, Level)>,
}

impl Known {
    /// Nothing is known; these rules weigh what is said here.
    pub fn with_levels(levels: Vec<(&'static str, Level)>) -> Self {
        Self {
            excused: Vec::new(),
            levels,
        }
    }

    /// Excuses what this rule finds.
    pub fn excuse(&mut self, code: &'static str) {
        if !self.excused.contains(&code) {
            self.excused.push(code);
        }
    }

    /// The rules that have a level of their own here.
    pub fn levels(&self) -> &[(&'static str, Level)] {
        &self.levels
    }

    /// What a rule weighs here.
    pub fn level(&self, rule: &Rule) -> Level {
        let own = self.levels.iter().find(|(code, _)| *code == rule.code);
        own.map_or(rule.level, |(_, level)| *level)
    }
}

/// The codes of the rules whose findings are known.
impl Deref for Known {
    type Target = [&'static str];

    fn deref(&self) -> &Self::Target {
        &self.excused
    }
}

/// How bad a verdict is for a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is wrong.
    Fine,
    /// Something was found, as the baseline says.
    Known,
    /// Nobody could be sure, which fails nothing.
    Doubt,
    /// Something was found that fails a case only when judged strictly.
    Warning,
    /// Something was found that fails a case, or a rule that applies could not be tested.
    Error,
}

impl Gate {
    /// Judges strictly; doubts fail nothing.
    pub const STRICT: Self = Self {
        strict: true,
        doubts: Doubts::Pass,
    };

    /// Weighs one verdict with regard to what was said beforehand.
    pub fn weigh(self, rule: &Rule, verdict: &Verdict, known: &Known) -> Severity {
        if self.is_excusable(verdict) && known.contains(&rule.code) {
            return Severity::Known;
        }
        match verdict {
            Verdict::Fail(findings) => self.of_findings(known.level(rule), findings),
            Verdict::Doubtful(_) => self.of_doubt(known.level(rule)),
            Verdict::Untestable(_) => Severity::Error,
            Verdict::NotLookedAt(_) if self.strict => Severity::Error,
            Verdict::Pass(_) | Verdict::NotApplicable(_) | Verdict::NotLookedAt(_) => {
                Severity::Fine
            }
        }
    }

    /// Whether a baseline may list what the verdict found. A doubt that fails nothing needs no excuse.
    pub fn is_excusable(self, verdict: &Verdict) -> bool {
        match verdict {
            Verdict::Fail(_) => true,
            Verdict::Doubtful(_) => self.doubts == Doubts::Fail,
            Verdict::Pass(_)
            | Verdict::NotApplicable(_)
            | Verdict::NotLookedAt(_)
            | Verdict::Untestable(_) => false,
        }
    }

    /// How bad something of this level is.
    pub fn of_level(self, level: Level) -> Severity {
        if self.strict || level == Level::Must {
            Severity::Error
        } else {
            Severity::Warning
        }
    }

    /// How bad a doubt of a rule of this level is.
    pub fn of_doubt(self, level: Level) -> Severity {
        match self.doubts {
            Doubts::Pass => Severity::Doubt,
            Doubts::Fail => self.of_level(level),
        }
    }

    fn of_findings(self, rule: Level, findings: &[Finding]) -> Severity {
        let levels = findings.iter().map(|finding| finding.level(rule));
        levels
            .max()
            .map_or(Severity::Fine, |level| self.of_level(level))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    const DOUBTS_FAIL: Gate = Gate {
        strict: false,
        doubts: Doubts::Fail,
    };

    fn weighed(gate: Gate, code: &str, verdict: &Verdict) -> Severity {
        gate.weigh(rules::find(code).unwrap(), verdict, &Known::default())
    }

    #[test]
    fn a_doubt_fails_nothing_unless_doubts_fail() {
        let doubt = Verdict::doubtful("is it so?", None);
        for (gate, must, should) in [
            (Gate::default(), Severity::Doubt, Severity::Doubt),
            (Gate::STRICT, Severity::Doubt, Severity::Doubt),
            (DOUBTS_FAIL, Severity::Error, Severity::Warning),
            (
                Gate {
                    strict: true,
                    ..DOUBTS_FAIL
                },
                Severity::Error,
                Severity::Error,
            ),
        ] {
            assert_eq!(weighed(gate, "PLN001", &doubt), must, "{gate:?}");
            assert_eq!(weighed(gate, "PLN006", &doubt), should, "{gate:?}");
        }
    }

    #[test]
    fn what_nobody_looked_at_is_an_error_when_strict_and_what_cannot_be_tested_always() {
        let unseen = Verdict::NotLookedAt("switched off".to_owned());
        assert_eq!(weighed(Gate::default(), "TRK001", &unseen), Severity::Fine);
        assert_eq!(weighed(DOUBTS_FAIL, "TRK001", &unseen), Severity::Fine);
        assert_eq!(weighed(Gate::STRICT, "TRK001", &unseen), Severity::Error);
        let untestable = Verdict::Untestable("gone".to_owned());
        let severity = weighed(Gate::default(), "TRK001", &untestable);
        assert_eq!(severity, Severity::Error);
    }

    #[test]
    fn the_heaviest_finding_decides() {
        let mild = Finding::new("queued anyway", Vec::new()).at_most(Level::Should);
        let all_mild = Verdict::Fail(vec![mild.clone()]);
        assert_eq!(
            weighed(Gate::default(), "CAP002", &all_mild),
            Severity::Warning
        );
        assert_eq!(weighed(Gate::STRICT, "CAP002", &all_mild), Severity::Error);
        let mixed = Verdict::Fail(vec![mild, Finding::new("too many", Vec::new())]);
        assert_eq!(weighed(Gate::default(), "CAP002", &mixed), Severity::Error);
    }

    #[test]
    fn a_baseline_excuses_findings_and_doubts_only_where_they_fail() {
        let rule = rules::find("PLN001").unwrap();
        let doubt = Verdict::doubtful("is it so?", None);
        let mut known = Known::default();
        known.excuse("PLN001");
        let with = |gate: Gate, verdict: &Verdict| gate.weigh(rule, verdict, &known);
        assert_eq!(with(Gate::default(), &doubt), Severity::Doubt);
        assert_eq!(with(DOUBTS_FAIL, &doubt), Severity::Known);
        let finding = Verdict::fail("no title", Vec::new());
        assert_eq!(with(Gate::STRICT, &finding), Severity::Known);
        let unseen = Verdict::NotLookedAt("switched off".to_owned());
        assert_eq!(with(Gate::STRICT, &unseen), Severity::Error);
    }

    #[test]
    fn a_level_of_its_own_takes_the_place_of_the_catalogues() {
        let known = Known::with_levels(vec![("PLN001", Level::Should), ("PLN006", Level::Must)]);
        let finding = Verdict::fail("no title", Vec::new());
        let weighed = |code: &str, verdict: &Verdict| {
            Gate::default().weigh(rules::find(code).unwrap(), verdict, &known)
        };
        assert_eq!(weighed("PLN001", &finding), Severity::Warning);
        assert_eq!(weighed("PLN006", &finding), Severity::Error);
        assert_eq!(weighed("PLN002", &finding), Severity::Error);
        let mild = Finding::new("queued anyway", Vec::new()).at_most(Level::Should);
        assert_eq!(
            weighed("PLN006", &Verdict::Fail(vec![mild])),
            Severity::Warning
        );
    }
}
