//! By what cases and verdicts are told apart and found on the page.

use super::super::groups::Standing;
use super::room::cut_to;
use crate::engine::{CaseOutcome, CaseReport};
use crate::visible;

/// Most that is looked through for a case, in characters.
const MOST_WORDS: usize = 400;

/// What is looked through for a case: its name, its title, and codes of rules.
pub(super) fn words<'c>(case: &CaseReport, codes: impl Iterator<Item = &'c str>) -> String {
    let codes: Vec<&str> = codes.collect();
    let words = format!("{} {} {}", case.name(), case.title, codes.join(" "));
    cut_to(&visible::line(&words.to_lowercase()), MOST_WORDS)
}

/// How an outcome is shown.
pub(super) fn class_of(outcome: &CaseOutcome) -> &'static str {
    match outcome {
        CaseOutcome::Conformant => "good",
        CaseOutcome::NonConformant => "bad",
        CaseOutcome::ControlPending(_) | CaseOutcome::NotPlayed(_) | CaseOutcome::Spared(_) => {
            "dim"
        }
        CaseOutcome::CouldNotRun(_) | CaseOutcome::HarnessError(_) | CaseOutcome::CutShort(_) => {
            "warn"
        }
    }
}

/// How something that stands like this is shown.
pub(super) fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Failed | Standing::Untestable | Standing::Unseen => "bad",
        Standing::Warning => "warn",
        Standing::Known => "known",
        Standing::Doubt => "doubt",
    }
}
