//! What held the agents, for people: walls that did not stand, and connections that were refused.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Detail;
use super::totals::plural;
use crate::engine::{CaseOutcome, CaseReport, RunReport};
use crate::evidence::{NOT_STARTED, Refusal, SandboxRecord, Wall};

/// Most refused connections of a case that are told.
const MOST_REFUSED: usize = 5;

/// Connections that the agent of a case was refused, where they may explain something.
pub(super) fn push_refused(text: &mut String, case: &CaseReport, detail: Detail) {
    if case.outcome == CaseOutcome::Conformant && detail == Detail::Findings {
        return;
    }
    let Some(sandbox) = &case.sandbox else {
        return;
    };
    let refused = &sandbox.refused;
    let is_alone = sandbox.stands(Wall::Network);
    // Writing to a String cannot fail, here and below.
    for refusal in refused.iter().take(MOST_REFUSED) {
        let _ = writeln!(text, "    note: {refusal}{}", remedy(refusal, is_alone));
    }
    if refused.len() > MOST_REFUSED {
        let more = refused.len() - MOST_REFUSED;
        let _ = writeln!(text, "    note: and {more} more that were refused");
    }
}

/// What lets the agent through, behind what it was refused. Where it is not alone in its network, all but a lack of
/// permission is the host's answer.
fn remedy(refusal: &Refusal, is_alone: bool) -> String {
    if !refusal.is_by_the_kernel() || !(is_alone || refusal.error == "EACCES") {
        return ": it is allowed, and could not be reached".to_owned();
    }
    if refusal.is_lookup() {
        return ": to look up a name; `--allow-net HOST:PORT` with that name lets it connect there"
            .to_owned();
    }
    if refusal.is_to_far_ipv6() {
        return ": `--allow-net HOST:PORT` with the host's name lets it connect there".to_owned();
    }
    format!(": `--allow-net {}` lets it connect there", refusal.to)
}

/// The walls of a run: those that did not stand, with the reason and in how many plays, and of all that
/// stood their names.
pub(super) fn push_walls(text: &mut String, report: &RunReport, detail: Detail) {
    let held = || report.cases.iter().filter_map(|case| case.sandbox.as_ref());
    let fallen: BTreeSet<(Wall, &str)> = held().flat_map(fallen_of).collect();
    for (wall, reason) in fallen {
        let fell = |own: &SandboxRecord| fallen_of(own).any(|other| other == (wall, reason));
        let plays = report.plays(|case| case.sandbox.as_ref().is_some_and(fell));
        let word = plural(plays, "play", "plays");
        let _ = writeln!(text, "no wall `{wall}` in {plays} {word}: {reason}");
    }
    if detail == Detail::Everything {
        let stood = |wall: &Wall| held().any(|sandbox| sandbox.stands(*wall));
        let words: Vec<_> = Wall::ALL
            .into_iter()
            .filter(stood)
            .map(Wall::word)
            .collect();
        if !words.is_empty() {
            let _ = writeln!(text, "walls that stood: {}", words.join(", "));
        }
    }
}

/// The walls that did not stand, each with the reason. Where nothing was started, none was put up.
fn fallen_of(sandbox: &SandboxRecord) -> impl Iterator<Item = (Wall, &str)> {
    let told = sandbox.fallen().map(|standing| {
        let reason = standing.reason.as_deref().unwrap_or("nobody said why");
        (standing.wall, reason)
    });
    told.filter(|(_, reason)| *reason != NOT_STARTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_is_told_with_what_allows_it() {
        for (to, error, expected) in [
            (
                "10.0.0.1:443",
                "ENETUNREACH",
                "`--allow-net 10.0.0.1:443` lets it",
            ),
            ("[::1]:80", "ECONNREFUSED", "`--allow-net [::1]:80` lets it"),
            (
                "10.0.0.2:53",
                "EACCES",
                "`--allow-net HOST:PORT` with that name",
            ),
            ("[2001:db8::1]:443", "EACCES", "with the host's name"),
            (
                "api.example:443",
                "connection refused",
                "could not be reached",
            ),
        ] {
            let refusal = Refusal {
                to: to.to_owned(),
                error: error.to_owned(),
                times: 2,
            };
            let told = format!("{refusal}{}", remedy(&refusal, true));
            let begin = format!("connect {to} refused twice ({error}): ");
            assert!(
                told.starts_with(&begin) && told.contains(expected),
                "{told}"
            );
            // Landlock alone lacks permission; whatever else there is, the host said.
            let is_ours = remedy(&refusal, false).contains("lets it connect");
            assert_eq!(is_ours, error == "EACCES", "{to}");
        }
    }
}
