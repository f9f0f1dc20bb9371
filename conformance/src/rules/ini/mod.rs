//! INI: iteration 0 stays light.

mod changes_stay_inside;
mod no_experiments_in_planning;
mod no_runs_in_planning;
mod no_sweeps_in_planning;
mod sources_untouched;

use super::{Family, Scope, applicability};
use crate::facts::Facts;
use crate::verdict::{Finding, Verdict};

/// The family.
pub(super) static FAMILY: Family = Family {
    name: "INI",
    title: "iteration 0 stays light",
    scope: Scope::Planning,
    also_later: &[],
    rules: &[
        &no_runs_in_planning::RULE,
        &no_sweeps_in_planning::RULE,
        &no_experiments_in_planning::RULE,
        &changes_stay_inside::RULE,
        &sources_untouched::RULE,
    ],
};

/// What an offence in iteration 0 amounts to. An agent that skipped a probe is not excused; but that
/// it did nothing wrong counts only where it went on to plan.
fn in_planning(facts: &Facts<'_>, findings: Vec<Finding>) -> Verdict {
    if facts.http.failed() {
        return Verdict::not_applicable("the preflight failed, see ABT003, ABT009 and ABT010");
    }
    if findings.is_empty() && !facts.proceeded() {
        return Verdict::not_applicable("the preflight was not finished, see PRE001 to PRE005");
    }
    Verdict::from_findings(findings, applicability::preflight_evidence(facts))
}
