//! What a user claims of an agent, and whether the plays bear it out: `--gate 'TRK001>=0.95'`.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use globset::{Glob, GlobMatcher};

use super::rates::{of_plays, of_rule};
use super::{CaseReport, Claimed, Judgement, Needed, RunReport, Standing};
use crate::rules::{self, Rule};
use crate::statistics::{Tally, plays_needed_all_kept, plays_to_decide, pooled};

/// A rule, or whole plays, in some cases, and how often they come out well at least.
#[derive(Debug, Clone)]
pub struct Claim {
    text: String,
    subject: Subject,
    cases: Option<GlobMatcher>,
    bound: f64,
}

/// Of what something is claimed.
#[derive(Debug, Clone, Copy)]
enum Subject {
    /// Plays as wholes.
    Plays,
    /// One rule.
    Rule(&'static Rule),
}

/// Text is no claim.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{claim}` is no claim: {problem}")]
pub struct ClaimError {
    claim: String,
    problem: String,
}

/// What is claimed of a run.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    /// One by one.
    pub all: Vec<Claim>,
    /// Whether the plays have to show that they hold, and not only that nothing refutes them.
    pub demonstrate: bool,
}

impl Claims {
    /// Holds the claims against the plays. From then on they decide, and no single play.
    pub fn apply(&self, report: &mut RunReport) {
        report.claims = Judgement {
            claims: self.all.iter().map(|claim| claim.judged(report)).collect(),
            demonstrate: self.demonstrate,
        };
    }

    /// The first claim about cases of which there are none among `ids`.
    pub fn about_nothing(&self, ids: &BTreeSet<String>) -> Option<&str> {
        let fits = |claim: &&Claim| !ids.iter().any(|id| claim.is_about(id));
        self.all.iter().find(fits).map(|claim| claim.text.as_str())
    }
}

impl Claim {
    fn is_about(&self, id: &str) -> bool {
        self.cases.as_ref().is_none_or(|glob| glob.is_match(id))
    }

    fn judged(&self, report: &RunReport) -> Claimed {
        let mut by_case: BTreeMap<&str, Vec<&CaseReport>> = BTreeMap::new();
        for case in report.cases.iter().filter(|case| self.is_about(&case.id)) {
            by_case.entry(&case.id).or_default().push(case);
        }
        let tally = |plays: &Vec<&CaseReport>| {
            let plays = plays.iter().copied();
            match self.subject {
                Subject::Plays => of_plays(plays),
                Subject::Rule(rule) => of_rule(rule, plays, report.gate.doubts),
            }
        };
        let tallies: Vec<Tally> = by_case.values().map(tally).collect();
        let mut claimed = self.decided(&tallies);
        if report.elsewhere.any(|id| self.is_about(id)) {
            claimed.standing = Standing::Pending;
        }
        claimed
    }

    fn decided(&self, tallies: &[Tally]) -> Claimed {
        let tallies: Vec<Tally> = tallies.iter().copied().filter(|t| t.all() > 0).collect();
        let tally: Tally = tallies.iter().copied().sum();
        let interval = pooled(&tallies).hull(tally.cautious());
        let standing = if tally.all() == 0 {
            Standing::Untried
        } else if interval.high < self.bound {
            Standing::Fails
        } else if interval.low >= self.bound {
            Standing::Holds
        } else {
            Standing::Inconclusive
        };
        Claimed {
            claim: self.text.clone(),
            tally,
            cases: tallies.len(),
            interval,
            standing,
            needed: Needed {
                all_kept: plays_needed_all_kept(self.bound),
                at_this_rate: (tally.rate()).and_then(|rate| plays_to_decide(self.bound, rate)),
            },
        }
    }
}

impl FromStr for Claim {
    type Err = ClaimError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |problem: String| ClaimError {
            claim: text.to_owned(),
            problem,
        };
        let (about, bound) = text.split_once(">=").ok_or_else(|| {
            wrong("write CODE>=RATE, CODE@CASES>=RATE or pass>=RATE, such as TRK001>=0.95".into())
        })?;
        let bound: f64 = bound
            .trim()
            .parse()
            .ok()
            .filter(|bound| *bound > 0.0 && *bound <= 1.0)
            .ok_or_else(|| wrong(format!("`{}` is no rate above 0 and up to 1", bound.trim())))?;
        let (name, glob) = match about.split_once('@') {
            Some((name, glob)) => (name.trim(), Some(glob.trim())),
            None => (about.trim(), None),
        };
        let cases = glob
            .map(|glob| Glob::new(glob).map_err(|error| wrong(error.to_string())))
            .transpose()?
            .map(|glob| glob.compile_matcher());
        let subject = if name == "pass" {
            Subject::Plays
        } else {
            Subject::Rule(rules::find(name).ok_or_else(|| wrong(no_rule(name)))?)
        };
        Ok(Self {
            text: text.to_owned(),
            subject,
            cases,
            bound,
        })
    }
}

fn no_rule(name: &str) -> String {
    let hint = rules::nearest(name).map_or_else(
        || "; `wild-conformance rules` lists all".to_owned(),
        |rule| format!("; did you mean {}?", rule.code),
    );
    format!("there is no rule `{name}`{hint}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::builtin_cases;
    use crate::engine::{Elsewhere, conclude_part};
    use crate::evidence::Iterations;
    use crate::gate::Gate;

    fn standing(claim: &str, kept: u32, violated: u32, undecided: u32) -> Standing {
        let claim: Claim = claim.parse().unwrap();
        let tally = Tally {
            kept,
            violated,
            undecided,
        };
        claim.decided(&[tally]).standing
    }

    #[test]
    fn the_interval_decides() {
        for (kept, violated, undecided, wanted) in [
            (73, 0, 0, Standing::Holds),
            (72, 0, 0, Standing::Inconclusive),
            (2, 0, 0, Standing::Inconclusive),
            (5, 5, 0, Standing::Fails),
            (1, 1, 0, Standing::Inconclusive),
            (8, 2, 0, Standing::Inconclusive),
            (0, 1, 0, Standing::Inconclusive),
            (7, 3, 0, Standing::Fails),
            // Enough were kept, and of some nobody can tell: that refutes nothing and shows nothing.
            (73, 0, 5, Standing::Inconclusive),
            (5, 5, 100, Standing::Inconclusive),
            (0, 0, 9, Standing::Inconclusive),
            (0, 0, 0, Standing::Untried),
        ] {
            let told = standing("TRK001>=0.95", kept, violated, undecided);
            assert_eq!(told, wanted, "{kept}, {violated}, {undecided}");
        }
        assert_eq!(standing("pass >= 1", 99, 1, 0), Standing::Fails);
        assert_eq!(standing("pass>=1", 99, 0, 0), Standing::Inconclusive);
    }

    #[test]
    fn it_is_told_how_many_plays_would_decide() {
        let claim: Claim = "no-direct-execution>=0.9".parse().unwrap();
        let told = claim.decided(&[Tally {
            kept: 19,
            violated: 1,
            undecided: 0,
        }]);
        assert_eq!(told.standing, Standing::Inconclusive);
        assert_eq!(told.needed.all_kept, Some(36));
        assert_eq!(told.needed.at_this_rate, Some(154));
    }

    #[test]
    fn what_is_no_claim_is_refused() {
        for (text, word) in [
            ("TRK001", "CODE>=RATE"),
            ("TRK001>0.9", "CODE>=RATE"),
            ("TRK01>=0.9", "did you mean TRK0"),
            ("TRK001>=95", "no rate"),
            ("TRK001>=0", "no rate"),
            ("TRK001>=NaN", "no rate"),
            ("TRK001@[>=0.9", "`TRK001@[>=0.9` is no claim"),
        ] {
            let error = text.parse::<Claim>().unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn a_claim_about_an_iteration_waits_for_the_shard_that_has_it() {
        let mut case = builtin_cases().unwrap().remove(0);
        (case.id, case.iterations) = ("chain".to_owned(), 3);
        let elsewhere = Elsewhere {
            shard: Some((1, 2)),
            plays: [("chain".to_owned(), 1)].into(),
            iterations: [("chain".to_owned(), Iterations::of(&case).unwrap())].into(),
        };
        let report = conclude_part(Vec::new(), Gate::STRICT, elsewhere);
        for (cases, standing) in [
            ("chain-iteration-2", Standing::Pending),
            ("*-3", Standing::Pending),
            ("chain-iteration-4", Standing::Untried),
        ] {
            let claim: Claim = format!("TRK001@{cases}>=0.9").parse().unwrap();
            assert_eq!(claim.judged(&report).standing, standing, "{cases}");
        }
    }

    #[test]
    fn a_claim_about_cases_that_are_not_there_is_told() {
        let claims = Claims {
            all: vec!["TRK001@execution-*>=0.9".parse().unwrap()],
            demonstrate: false,
        };
        let among = |id: &str| claims.about_nothing(&[id.to_owned()].into());
        assert_eq!(among("planning-healthy"), Some("TRK001@execution-*>=0.9"));
        assert_eq!(among("execution-grid"), None);
    }
}
