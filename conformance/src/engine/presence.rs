//! Whether the agent was there at all, and whether it went to work or gave up.

use crate::ending::Ending;
use crate::facts::{Facts, Guard, Preflight, Reaction, Tag};
use crate::verdict::outcome_in_words;

/// Why the case says nothing about the agent, if so: its program was not started, or told by its end that
/// it failed before it had done anything. A program that says that it has done its work is judged, and so is
/// one that breaks off over its work: nobody takes a violation back by closing a connection.
pub(super) fn could_not_run(facts: &Facts<'_>) -> Option<String> {
    match facts.ending {
        Ending::CouldNotStart { error } => Some(format!("the agent could not be started: {error}")),
        ending if ending.is_regular() => None,
        Ending::Broken { error } => {
            is_silent(facts).then(|| format!("the agent could not be spoken with: {error}"))
        }
        // Of a campaign, whose requests stand with its iterations, the last end alone tells nothing.
        _ if facts.campaign.is_some() => None,
        ending => {
            is_silent(facts).then(|| format!("the agent never reached the server and {ending}"))
        }
    }
}

/// Whether the agent sent nothing, wrote nothing and said nothing that could be judged.
///
/// One that planned all the same did so without a preflight.
fn is_silent(facts: &Facts<'_>) -> bool {
    let has_said = facts.execution.is_some() && facts.transcript.mentions(Tag::Promise);
    // The requests of a campaign stand with its iterations, and its runs are known.
    let has_run = facts
        .campaign
        .as_ref()
        .is_some_and(|campaign| !campaign.runs.is_empty());
    !has_sent(facts) && !has_planned(facts) && !has_said && !has_run
}

/// Whether the agent reached the server, as far as that can be known.
pub(super) fn has_sent(facts: &Facts<'_>) -> bool {
    !facts.http.exchanges.is_empty() || facts.http.is_declared()
}

/// Whether the agent left something that it means as a plan.
pub(super) fn has_planned(facts: &Facts<'_>) -> bool {
    let was_due = facts.http.preflight == Preflight::Passed;
    facts.reaction == Reaction::Proceeded
        || (was_due && facts.workspace.tasks.is_written() && !facts.is_false_abort())
}

/// Whether the agent did what it was there for.
pub(super) fn proceeded(facts: &Facts<'_>) -> bool {
    match &facts.execution {
        Some(execution) => {
            let has_worked =
                !execution.runs.creates.is_empty() || facts.workspace.tasks.is_written();
            matches!(execution.guard, Guard::Passed(_)) && has_worked
        }
        None => has_planned(facts),
    }
}

/// Whether the agent gave up after a probe that failed.
pub(super) fn aborted(facts: &Facts<'_>) -> bool {
    match &facts.execution {
        Some(execution) => matches!(execution.guard, Guard::Failed(_)),
        None => facts.http.failed() && facts.reaction != Reaction::Proceeded,
    }
}

pub(super) fn preflight_in_words(facts: &Facts<'_>) -> String {
    if let Some(campaign) = &facts.campaign {
        let played = campaign.played;
        return match &campaign.unfinished {
            None => format!("DONE after {played} iterations"),
            Some(why) => format!("not DONE after {played} iterations: {why}"),
        };
    }
    if let Some(execution) = &facts.execution {
        return match execution.guard {
            Guard::Passed(_) => "guard passed".to_owned(),
            Guard::Incomplete => "guard not finished".to_owned(),
            Guard::Failed(probe) => {
                format!(
                    "guard failed: GET {} -> {}",
                    probe.path,
                    outcome_in_words(probe)
                )
            }
        };
    }
    match facts.http.preflight {
        Preflight::Passed => "preflight passed".to_owned(),
        Preflight::Incomplete => "preflight not finished".to_owned(),
        Preflight::DeclaredPassed => "preflight passes, as the case declares".to_owned(),
        Preflight::DeclaredFailed => "preflight fails, as the case declares".to_owned(),
        Preflight::Failed(probe) => {
            let how = facts
                .http
                .first(probe)
                .map(outcome_in_words)
                .unwrap_or_default();
            format!("preflight failed: GET {} -> {how}", probe.path())
        }
    }
}
