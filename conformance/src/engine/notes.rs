//! What is to be said of a case that is no verdict.

use super::{hints, redirects};
use crate::ending::Ending;
use crate::evidence::{AuditRecord, Evidence, Unseen};
use crate::facts::Facts;
use crate::redact;

/// All of it.
pub(super) fn of(facts: &Facts<'_>, evidence: &Evidence) -> Vec<String> {
    let record = &evidence.record;
    [
        silence(facts, evidence),
        failure(facts, evidence),
        unjudged_ending(facts),
        hints::of_output(evidence),
        unstruck(facts),
        redirects::of(facts.http.exchanges),
        left_in_words(
            record.audit.as_ref(),
            facts.case.auth_token.as_deref().unwrap_or_default(),
        ),
        unseen_in_words(&record.unseen),
        unannounced(facts),
    ]
    .concat()
}

/// What may explain that the agent did nothing.
fn silence(facts: &Facts<'_>, evidence: &Evidence) -> Vec<String> {
    if !is_idle(facts) {
        return Vec::new();
    }
    let mut told = hints::of_silence(evidence);
    if facts.ending.is_regular() {
        let printed = if hints::has_printed_nothing(evidence) {
            told.clear();
            ", printed nothing,"
        } else {
            ""
        };
        let doubt = format!(
            "it sent no request{printed} and ended as if all were well; `wild-conformance doctor` tells \
             whether its tools were blocked"
        );
        told.insert(0, doubt);
    }
    told
}

/// What an agent wrote that failed at its work: what was found may follow from that.
fn failure(facts: &Facts<'_>, evidence: &Evidence) -> Vec<String> {
    let has_failed = match facts.ending {
        Ending::Exited { code } => *code != 0,
        Ending::Signalled { .. } => true,
        _ => false,
    };
    if has_failed && !is_idle(facts) {
        hints::of_failure(evidence)
    } else {
        Vec::new()
    }
}

/// How the program ended, where no rule asks: how it is to end is told in planning.
fn unjudged_ending(facts: &Facts<'_>) -> Vec<String> {
    let is_judged = facts.execution.is_none()
        || facts.ending.is_regular()
        || *facts.ending == Ending::Interrupted;
    let told = || {
        let token = facts.case.auth_token.as_deref().unwrap_or_default();
        let how = redact::masked(facts.ending.to_string(), token);
        format!("the agent {how}; that is judged in planning only (OUT007), and fails nothing here")
    };
    (!is_judged).then(told).into_iter().collect()
}

/// Whether it neither sent nor planned anything. The requests of a campaign stand with its iterations.
fn is_idle(facts: &Facts<'_>) -> bool {
    !super::presence::has_sent(facts)
        && facts.campaign.is_none()
        && !super::presence::has_planned(facts)
}

/// The faults of the case that befell no request. One that takes the server down is seen by nobody.
fn unstruck(facts: &Facts<'_>) -> Vec<String> {
    let labels = || facts.http.exchanges.iter().flat_map(|e| &e.faults);
    let numbered = facts.case.faults.iter().zip(1_usize..);
    let silent = numbered.filter(|(fault, number)| {
        let label = format!("#{number} ");
        fault.down_from().is_none() && !labels().any(|struck| struck.starts_with(&label))
    });
    silent
        .map(|(fault, number)| {
            let method = fault.method.as_deref().unwrap_or("any method");
            format!(
                "fault #{number} ({method}, {}) never struck: what the case is about did not happen",
                fault.path
            )
        })
        .collect()
}

/// The processes that were ended with the agent.
fn left_in_words(audit: Option<&AuditRecord>, token: &str) -> Vec<String> {
    const MOST: usize = 5;
    let left = audit.map_or(&[][..], |audit| &audit.left);
    if left.is_empty() {
        return Vec::new();
    }
    let commands = left.iter().take(MOST).map(|left| {
        format!(
            "`{}`",
            shortened(&redact::masked(left.argv.join(" "), token))
        )
    });
    let mut commands: Vec<String> = commands.collect();
    if left.len() > MOST {
        commands.push(format!("and {} more", left.len() - MOST));
    }
    let beyond = audit.map_or(0, |audit| audit.left_beyond);
    let more_than = if beyond > 0 { "more than " } else { "" };
    let were = if left.len() == 1 {
        "process was"
    } else {
        "processes were"
    };
    vec![format!(
        "{more_than}{} {were} ended with the agent: {}",
        left.len(),
        commands.join(", ")
    )]
}

/// What scripts of the user's own do not tell.
fn unannounced(facts: &Facts<'_>) -> Vec<String> {
    let is_told = facts.case.has_own_workspace() && !facts.case.entry_points.is_empty();
    let note = "the entry points of this workspace announce nothing: what was started is known from the \
                process audit alone";
    is_told.then(|| note.to_owned()).into_iter().collect()
}

fn shortened(command: &str) -> String {
    const LONGEST: usize = 80;
    match command.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &command[..end]),
        None => command.to_owned(),
    }
}

fn unseen_in_words(unseen: &Unseen) -> Vec<String> {
    let places = [
        ("in the workspace", &unseen.workspace),
        ("around the workspace", &unseen.surroundings),
    ];
    let told = places.into_iter().flat_map(|(place, blind)| {
        let notes = blind.notes();
        notes.map(move |note| format!("not everything {place} was looked at: {note}"))
    });
    told.collect()
}
