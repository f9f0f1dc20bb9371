//! When rules apply.
//!
//! Each condition gives the verdict that settles the matter, or nothing when the rule has to look
//! for itself. They keep a defect from being reported by more rules than the one that names it.

use crate::facts::{Facts, HttpFacts, Preflight, Probe, Stance};
use crate::verdict::{Reference, Verdict};

/// For rules about an abort: the preflight failed, and the agent aborted in some way.
pub(super) fn unless_aborting(facts: &Facts<'_>) -> Option<Verdict> {
    unless_preflight_failed(facts).or_else(|| {
        (facts.stance == Stance::Proceeded)
            .then(|| Verdict::not_applicable("the agent did not abort at all, see ABT001"))
    })
}

/// For rules about what follows a failed preflight.
pub(super) fn unless_preflight_failed(facts: &Facts<'_>) -> Option<Verdict> {
    let reason = match facts.http.preflight {
        Preflight::Failed(_) | Preflight::DeclaredFailed => return None,
        Preflight::Passed | Preflight::DeclaredPassed => "the preflight passed",
        Preflight::Incomplete => "no probe that was sent failed",
    };
    Some(Verdict::not_applicable(reason))
}

/// For rules about the plan: the agent had reason to write one, or wrote one without reason to
/// abort.
pub(super) fn unless_planning(facts: &Facts<'_>) -> Option<Verdict> {
    let reason = if facts.http.failed() {
        "the preflight failed, so that no plan was due"
    } else if !facts.proceeded() {
        "the preflight was not finished, see PRE001 to PRE005"
    } else if facts.is_false_abort() {
        "the agent aborted without reason, see ABT002"
    } else {
        return None;
    };
    Some(Verdict::not_applicable(reason))
}

/// For rules that look at the exchanges themselves.
pub(super) fn unless_observable(facts: &Facts<'_>) -> Option<Verdict> {
    facts.http.is_declared().then(|| {
        Verdict::not_applicable("the server was down, so that no request could be observed")
    })
}

/// What decided the preflight, to be shown as evidence.
pub(super) fn preflight_evidence(facts: &Facts<'_>) -> Vec<Reference> {
    let probes: Vec<Reference> = match facts.http.preflight {
        Preflight::Failed(probe) => facts
            .http
            .first(probe)
            .map(Reference::exchange)
            .into_iter()
            .collect(),
        Preflight::DeclaredFailed | Preflight::DeclaredPassed => {
            vec![Reference::Case {
                key: "expect.preflight".to_owned(),
            }]
        }
        Preflight::Passed | Preflight::Incomplete => sent_probes(&facts.http),
    };
    probes
}

fn sent_probes(http: &HttpFacts<'_>) -> Vec<Reference> {
    Probe::ALL
        .into_iter()
        .filter_map(|probe| http.first(probe))
        .map(Reference::exchange)
        .collect()
}
