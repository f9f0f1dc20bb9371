//! How often cases came out well, and rules were kept, where cases were played more than once.

use std::collections::BTreeMap;

use super::{CaseOutcome, CaseReport, RunReport};
use crate::gate::Doubts;
use crate::rules::{self, Rule};
use crate::statistics::Tally;
use crate::verdict::Verdict;

/// What came of the plays of one case.
#[derive(Debug, Clone)]
pub struct CaseRates {
    /// The case's id.
    pub id: String,
    /// How many plays were judged as a whole, and how they came out.
    pub plays: Tally,
    /// How often each rule was kept that applied, in the order of the catalogue.
    pub rules: Vec<(&'static Rule, Tally)>,
}

/// The rates of all cases, if one of them was played more than once; nothing else. Plays that could not be
/// judged enter none.
pub fn rates(report: &RunReport) -> Vec<CaseRates> {
    let mut by_case: BTreeMap<&str, Vec<&CaseReport>> = BTreeMap::new();
    for case in &report.cases {
        by_case.entry(&case.id).or_default().push(case);
    }
    if by_case.values().all(|plays| plays.len() < 2) {
        return Vec::new();
    }
    let of_case = |(id, plays): (&str, Vec<&CaseReport>)| CaseRates {
        id: id.to_owned(),
        plays: of_plays(plays.iter().copied()),
        rules: of_rules(&plays, report.gate.doubts),
    };
    by_case.into_iter().map(of_case).collect()
}

/// How plays came out as wholes.
pub(super) fn of_plays<'a>(plays: impl Iterator<Item = &'a CaseReport>) -> Tally {
    plays
        .map(|play| match play.outcome {
            CaseOutcome::Conformant => KEPT,
            CaseOutcome::NonConformant => VIOLATED,
            _ => Tally::default(),
        })
        .sum()
}

/// How often one rule was kept.
pub(super) fn of_rule<'a>(
    rule: &Rule,
    plays: impl Iterator<Item = &'a CaseReport>,
    doubts: Doubts,
) -> Tally {
    let verdicts = plays.flat_map(|play| &play.verdicts);
    verdicts
        .filter(|(own, _)| own.code == rule.code)
        .map(|(_, verdict)| counted(verdict, doubts))
        .sum()
}

fn of_rules(plays: &[&CaseReport], doubts: Doubts) -> Vec<(&'static Rule, Tally)> {
    let told = rules::all().map(|rule| (rule, of_rule(rule, plays.iter().copied(), doubts)));
    told.filter(|(_, tally)| tally.all() > 0).collect()
}

const KEPT: Tally = Tally {
    kept: 1,
    violated: 0,
    undecided: 0,
};
const VIOLATED: Tally = Tally {
    kept: 0,
    violated: 1,
    undecided: 0,
};
const UNDECIDED: Tally = Tally {
    kept: 0,
    violated: 0,
    undecided: 1,
};

/// What a verdict counts as. What nobody saw, or could be sure of, is no pass, and no violation either.
fn counted(verdict: &Verdict, doubts: Doubts) -> Tally {
    match verdict {
        Verdict::Pass(_) => KEPT,
        Verdict::Fail(_) => VIOLATED,
        Verdict::Doubtful(_) if doubts == Doubts::Fail => VIOLATED,
        Verdict::Doubtful(_) | Verdict::NotLookedAt(_) | Verdict::Untestable(_) => UNDECIDED,
        Verdict::NotApplicable(_) => Tally::default(),
    }
}
