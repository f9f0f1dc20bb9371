//! What is to be said of a run as a whole in formats that list things one by one: what came of gates, and entries of
//! the baseline that excuse nothing.

use super::rates;
use crate::engine::{BaselineProblem, Claimed, Judgement, RunReport, Standing};

/// Something that is said of a run, and of no case of it.
pub(super) struct Remark {
    pub(super) subject: Subject,
    /// What it is about: the gate as it was written, or the entry's case and rule.
    pub(super) about: String,
    /// What is said of it.
    pub(super) message: String,
    pub(super) weight: Weight,
}

/// Of what something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Gate,
    Baseline,
}

/// What it means for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// It is as it should be.
    Fine,
    /// It is to be known, and fails nothing.
    Open,
    /// It fails the run.
    Fails,
    /// It could not be judged.
    Unjudged,
}

impl Subject {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::Baseline => "baseline",
        }
    }
}

/// The gates in the order in which they were written, then the entries of the baseline.
pub(super) fn of(report: &RunReport) -> Vec<Remark> {
    let claims = &report.claims;
    let gates = claims.claims.iter().map(|claim| of_claim(claim, claims));
    let entries = report.baseline_problems.iter().map(of_entry);
    gates.chain(entries).collect()
}

/// The remarks on one subject.
pub(super) fn on(report: &RunReport, subject: Subject) -> Vec<Remark> {
    let mut remarks = of(report);
    remarks.retain(|remark| remark.subject == subject);
    remarks
}

fn of_claim(claim: &Claimed, all: &Judgement) -> Remark {
    Remark {
        subject: Subject::Gate,
        about: claim.claim.clone(),
        message: rates::sentence(claim),
        weight: match claim.standing {
            Standing::Holds => Weight::Fine,
            Standing::Inconclusive if !all.demonstrate => Weight::Open,
            // Which `merge` decides.
            Standing::Pending => Weight::Open,
            Standing::Inconclusive | Standing::Fails => Weight::Fails,
            Standing::Untried => Weight::Unjudged,
        },
    }
}

fn of_entry(problem: &BaselineProblem) -> Remark {
    Remark {
        subject: Subject::Baseline,
        about: format!("{} in {}", problem.rule, problem.case),
        message: problem.message(),
        // A list that is longer than what it excuses hides the next finding.
        weight: Weight::Fails,
    }
}
