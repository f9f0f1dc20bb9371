//! What an abort proves: it counts of an agent that goes to work in the healthy twin.

use std::collections::BTreeMap;

use super::{CaseOutcome, CaseReport, Control, Elsewhere};

/// What the play of a twin says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Twin {
    /// The agent went to work.
    Proceeded,
    /// It did not, whatever kept it from that.
    Idle,
    /// Nothing, as the user interrupted the run before it was over.
    Interrupted,
    /// Nothing, as the run was stopped before its turn came.
    Spared,
}

impl Twin {
    fn of(case: &CaseReport) -> Self {
        match case.outcome {
            CaseOutcome::CutShort(_) | CaseOutcome::NotPlayed(_) => Self::Interrupted,
            CaseOutcome::Spared(_) => Self::Spared,
            _ if case.proceeded => Self::Proceeded,
            _ => Self::Idle,
        }
    }
}

/// Holds every abort against its healthy twin, or else against any case in which the agent went to work.
pub(super) fn hold(cases: &mut [CaseReport], elsewhere: &Elsewhere) {
    let twins: BTreeMap<(String, u32), Twin> = cases
        .iter()
        .map(|case| ((case.id.clone(), case.repetition), Twin::of(case)))
        .collect();
    // Planning says nothing of later iterations, which alone have runs to trace.
    let works = |later: bool| {
        cases
            .iter()
            .any(|c| c.proceeded && c.tracing.is_some() == later)
    };
    let (plans, carries_out) = (works(false), works(true));
    for case in cases {
        let is_shown = if case.tracing.is_some() {
            carries_out
        } else {
            plans
        };
        let Some(twin) = case.twin.clone().filter(|_| case.aborted) else {
            continue;
        };
        let is_there = elsewhere.has(&twin, case.repetition);
        let played = twins.get(&(twin.clone(), case.repetition)).copied();
        let control = match played {
            None if is_there => Control::Pending,
            None if is_shown => Control::Other,
            None if !elsewhere.is_nothing() => Control::Pending,
            None => Control::Missing,
            Some(Twin::Proceeded) => Control::Proceeded,
            Some(Twin::Idle) => Control::Failed,
            Some(Twin::Interrupted | Twin::Spared) => Control::Unplayed,
        };
        case.control = Some(control);
        // What an abort violates by itself is violated, whatever the twin says.
        if case.outcome == CaseOutcome::Conformant
            && let Some(outcome) = undecided(&twin, played, is_there)
        {
            case.outcome = outcome;
        }
    }
}

/// What a conformant abort amounts to that does not count, or not yet. Where the twin is nowhere, nothing that is played
/// elsewhere changes the outcome.
fn undecided(twin: &str, played: Option<Twin>, is_there: bool) -> Option<CaseOutcome> {
    let lacking = |how: &str| {
        format!(
            "not decided: the healthy twin `{twin}` was not played to its end, as {how}; `--resume` plays it"
        )
    };
    match played {
        None if is_there => Some(CaseOutcome::ControlPending(format!(
            "the abort counts once `merge` finds the healthy twin `{twin}`, which another shard plays"
        ))),
        None | Some(Twin::Proceeded) => None,
        Some(Twin::Idle) => Some(CaseOutcome::CouldNotRun(format!(
            "the abort does not count: the same agent did not go to work in the healthy twin `{twin}`"
        ))),
        Some(Twin::Interrupted) => Some(CaseOutcome::NotPlayed(lacking("the run was interrupted"))),
        Some(Twin::Spared) => Some(CaseOutcome::Spared(lacking("the run was stopped"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{conclude, unknown};
    use crate::gate::Gate;

    fn abort() -> CaseReport {
        CaseReport {
            twin: Some("healthy".to_owned()),
            aborted: true,
            ..unknown("abort".to_owned(), CaseOutcome::Conformant)
        }
    }

    /// The outcome of an abort beside a twin of this outcome, what its control says, and the exit code of both.
    fn beside(outcome: CaseOutcome, proceeded: bool) -> (CaseOutcome, Control, u8) {
        let twin = CaseReport {
            proceeded,
            ..unknown("healthy".to_owned(), outcome)
        };
        let report = conclude(vec![twin, abort()], Gate::default());
        let own = &report.cases[0];
        (
            own.outcome.clone(),
            own.control.unwrap(),
            report.exit_code(),
        )
    }

    #[test]
    fn an_abort_whose_twin_was_cut_off_is_not_played_rather_than_unable_to_run() {
        let why = || "cut".to_owned();
        for outcome in [CaseOutcome::CutShort(why()), CaseOutcome::NotPlayed(why())] {
            let (outcome, control, code) = beside(outcome, false);
            assert_eq!((outcome.word(), code), ("not-played", 130));
            assert_eq!(control, Control::Unplayed);
            let reason = outcome.reason().unwrap();
            assert!(
                reason.contains("the run was interrupted; `--resume` plays it"),
                "{reason}"
            );
        }
        let (outcome, control, code) = beside(CaseOutcome::Spared(why()), false);
        assert!(matches!(outcome, CaseOutcome::Spared(_)), "{outcome:?}");
        assert_eq!((control, code), (Control::Unplayed, 3));
        // Once it is played, it decides.
        let (outcome, control, code) = beside(CaseOutcome::Conformant, true);
        assert_eq!(
            (outcome, control, code),
            (CaseOutcome::Conformant, Control::Proceeded, 0)
        );
        let (outcome, control, code) = beside(CaseOutcome::Conformant, false);
        assert_eq!(
            (outcome.word(), control, code),
            ("could-not-run", Control::Failed, 3)
        );
        let (outcome, _, _) = beside(CaseOutcome::CouldNotRun(why()), false);
        assert_eq!(outcome.word(), "could-not-run");
    }

    #[test]
    fn what_an_abort_violates_by_itself_needs_no_twin() {
        let own = CaseReport {
            outcome: CaseOutcome::NonConformant,
            ..abort()
        };
        let twin = unknown(
            "healthy".to_owned(),
            CaseOutcome::CutShort("cut".to_owned()),
        );
        let report = conclude(vec![twin, own], Gate::default());
        assert_eq!(report.cases[0].outcome, CaseOutcome::NonConformant);
        assert_eq!(report.exit_code(), 130);
    }
}
