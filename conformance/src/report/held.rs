//! What held the agents, for people: walls that did not stand, and connections that were refused.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Detail;
use crate::engine::{CaseOutcome, CaseReport, RunReport};
use crate::evidence::{NOT_STARTED, SandboxRecord, Wall};

/// Most refused connections of a case that are told.
const MOST_REFUSED: usize = 5;

/// Connections that the agent of a case was refused, where they may explain something.
pub(super) fn push_refused(text: &mut String, case: &CaseReport, detail: Detail) {
    let refused = case.sandbox.as_ref().map_or(&[][..], |held| &held.refused);
    if case.outcome == CaseOutcome::Conformant && detail == Detail::Findings {
        return;
    }
    // Writing to a String cannot fail, here and below.
    for refusal in refused.iter().take(MOST_REFUSED) {
        let _ = writeln!(text, "    note: {refusal}");
    }
    if refused.len() > MOST_REFUSED {
        let more = refused.len() - MOST_REFUSED;
        let _ = writeln!(text, "    note: and {more} more that were refused");
    }
}

/// The walls of a run: those that did not stand, with the reason and in how many cases, and of all that
/// stood their names.
pub(super) fn push_walls(text: &mut String, report: &RunReport, detail: Detail) {
    let held = || report.cases.iter().filter_map(|case| case.sandbox.as_ref());
    let mut fallen: BTreeMap<(Wall, &str), usize> = BTreeMap::new();
    for standing in held().flat_map(SandboxRecord::fallen) {
        let reason = standing.reason.as_deref().unwrap_or("nobody said why");
        if reason == NOT_STARTED {
            continue;
        }
        *fallen.entry((standing.wall, reason)).or_default() += 1;
    }
    for ((wall, reason), count) in &fallen {
        let cases = if *count == 1 { "case" } else { "cases" };
        let _ = writeln!(text, "no wall `{wall}` in {count} {cases}: {reason}");
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
