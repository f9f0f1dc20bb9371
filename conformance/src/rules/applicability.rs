//! When rules apply.
//!
//! Each condition gives the verdict that settles the matter, or nothing when the rule has to look
//! for itself. They keep a defect from being reported by more rules than the one that names it.

use super::{Rule, iteration, playbook};
use crate::facts::{Facts, HttpFacts, PlanFacts, Preflight, Probe, Reaction, TasksFile};
use crate::prose::Topic;
use crate::verdict::{Reference, Verdict};

/// For rules about an abort: the preflight failed, and the agent aborted in some way.
pub(super) fn unless_aborting(facts: &Facts<'_>) -> Option<Verdict> {
    unless_preflight_failed(facts).or_else(|| {
        (facts.reaction == Reaction::Proceeded)
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
        Verdict::not_applicable("the server was down, so that requests could not be observed")
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

/// For rules about the plan of a case: a plan was due, and `tasks_path` holds something of the
/// agent's.
pub(crate) fn unless_planned(facts: &Facts<'_>) -> Option<Verdict> {
    let is_written = || match facts.workspace.tasks {
        TasksFile::Written(text) => !text.trim().is_empty(),
        TasksFile::Missing | TasksFile::Untouched(_) | TasksFile::Unreadable(_) => false,
    };
    unless_planning(facts).or_else(|| {
        (!is_written()).then(|| Verdict::not_applicable("tasks_path holds no plan, see OUT001"))
    })
}

/// For rules about the plan that judge later iterations as well: what the plan asks for was written
/// in this one.
pub(super) fn unless_written_later(facts: &Facts<'_>) -> Option<Verdict> {
    iteration::at_work(facts).err().or_else(|| {
        playbook::written(&facts.plan())
            .is_none()
            .then(|| Verdict::not_applicable("no playbook was written in this iteration"))
    })
}

/// The rule that speaks for all when a text has nothing of a plan.
const SHAPE_RULE: &str = "PLN004";

/// For rules about plans: what has no section of a plan and no task gets one finding, not one from
/// every rule.
pub(super) fn unless_plan(facts: &PlanFacts<'_>, rule: &Rule) -> Option<Verdict> {
    (!facts.plan.has_shape() && rule.code != SHAPE_RULE)
        .then(|| Verdict::not_applicable("the text is no plan at all, see PLN004"))
}

/// Where a plan's tasks matter to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matters {
    /// In every plan.
    Always,
    /// Where the goal asks for experiments.
    WithExperiments,
    /// Where the goal asks for experiments, or the plan plans some.
    WithRuns,
}

impl Matters {
    /// For rules about tasks: they matter, and there are some.
    pub(super) fn unless(self, facts: &PlanFacts<'_>) -> Option<Verdict> {
        let unasked = match self {
            Self::Always => None,
            Self::WithExperiments => unless_experiments(facts),
            Self::WithRuns => unless_flow(facts),
        };
        unasked.or_else(|| unless_tasks(facts))
    }
}

/// For rules that look for a certain task: where there is none at all, that is said once.
pub(super) fn unless_tasks(facts: &PlanFacts<'_>) -> Option<Verdict> {
    facts
        .plan
        .tasks()
        .next()
        .is_none()
        .then(|| Verdict::not_applicable("the plan has no tasks, see PLN004 and PLN005"))
}

/// For rules that only matter where the goal asks for experiments.
pub(crate) fn unless_experiments(facts: &PlanFacts<'_>) -> Option<Verdict> {
    let reason = match facts.context.experiments {
        Some(true) => return None,
        Some(false) => "the goal asks for no experiment",
        None => {
            "whether the goal asks for experiments is not known; --goal or --context tells `plan`"
        }
    };
    Some(Verdict::not_applicable(reason))
}

/// For rules about the tracked flow: the goal asks for experiments, or the plan plans some.
pub(crate) fn unless_flow(facts: &PlanFacts<'_>) -> Option<Verdict> {
    let plans_some = || {
        facts
            .tasks()
            .any(|(_, reading)| reading.text.has(Topic::Create))
    };
    unless_experiments(facts).filter(|_| !plans_some())
}
