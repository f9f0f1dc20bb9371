//! Stopping a run of which enough has failed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::engine::CaseOutcome;
use crate::usage::Usage;

/// Plays in a row that could not run after which it is no accident.
const MOST_IN_A_ROW: usize = 3;

/// Counts the plays that failed, and says when it is enough. Clones share the counts.
#[derive(Debug, Clone, Default)]
pub struct Brake {
    most: Option<usize>,
    goes_on: bool,
    /// Names of the plays that failed, each with one iteration or more.
    failed: Arc<Mutex<BTreeSet<String>>>,
    unrun: Arc<AtomicUsize>,
    pulled: Arc<Mutex<Option<String>>>,
    most_dollars: Option<f64>,
    /// Nothing as long as no play has told its cost.
    spent: Arc<Mutex<Option<f64>>>,
}

impl Brake {
    /// Enough are `most` plays that failed; never, where there is none.
    pub fn after(most: Option<usize>) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    /// Goes on however many plays in a row could not run.
    #[must_use]
    pub fn keep_going(mut self, goes_on: bool) -> Self {
        self.goes_on = goes_on;
        self
    }

    /// Enough is spent with so much money; never, where there is no limit.
    #[must_use]
    pub fn within(mut self, dollars: Option<f64>) -> Self {
        self.most_dollars = dollars;
        self
    }

    /// Notes what a play cost. Where none has told that yet, a limit cannot be kept.
    pub fn pay(&self, usage: Option<Usage>) {
        let Some(most) = self.most_dollars else {
            return;
        };
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let dollars = usage.and_then(|usage| usage.dollars);
        *spent = spent.map_or(dollars, |spent| Some(spent + dollars.unwrap_or_default()));
        match *spent {
            None => self.pull(
                "not played: the program did not tell what the play before cost, and --max-cost asks for that"
                    .to_owned(),
            ),
            Some(spent) if spent >= most => self.pull(format!(
                "not played: ${spent:.2} were spent before, and --max-cost allows ${most:.2}"
            )),
            Some(_) => {}
        }
    }

    /// Lets nothing more be played, for this reason.
    pub fn pull(&self, reason: String) {
        let mut pulled = self.pulled.lock().unwrap_or_else(PoisonError::into_inner);
        *pulled = Some(reason);
    }

    /// Notes what came of an iteration of the play, or of its whole.
    pub(super) fn note(&self, play: &str, outcome: &CaseOutcome) {
        if outcome.is_failure() {
            let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
            failed.insert(play.to_owned());
        }
        if !matches!(outcome, CaseOutcome::CouldNotRun(_)) {
            self.unrun.store(0, Ordering::Relaxed);
        } else if self.unrun.fetch_add(1, Ordering::Relaxed) + 1 == MOST_IN_A_ROW && !self.goes_on {
            self.pull(format!(
                "not played: {MOST_IN_A_ROW} in a row could not run before; `wild-conformance doctor` \
                 tells why, and --keep-going plays on"
            ));
        }
    }

    /// Why nothing more is to be played, if so.
    pub(super) fn reason(&self) -> Option<String> {
        let pulled = self.pulled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reason) = &*pulled {
            return Some(reason.clone());
        }
        let most = self.most?;
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        (failed.len() >= most)
            .then(|| format!("not played: {most} failed before, as many as --max-failures allows"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_an_end_and_what_is_not_told_has_none() {
        let dollars = |dollars| {
            Some(Usage {
                dollars,
                ..Usage::default()
            })
        };
        let reason = |limit, plays: &[Option<Usage>]| {
            let brake = Brake::default().within(limit);
            for usage in plays {
                brake.pay(*usage);
            }
            brake.reason()
        };
        let half = dollars(Some(0.5));
        assert_eq!(reason(Some(1.0), &[half, None, dollars(None)]), None);
        assert!(
            reason(Some(1.0), &[half, half])
                .unwrap()
                .contains("$1.00 were spent")
        );
        assert!(
            reason(Some(1.0), &[dollars(None)])
                .unwrap()
                .contains("did not tell")
        );
        assert_eq!(reason(None, &[None, half]), None);
    }

    #[test]
    fn three_in_a_row_are_no_accident() {
        let unrun = CaseOutcome::CouldNotRun("x".to_owned());
        for (goes_on, is_stopped) in [(false, true), (true, false)] {
            let brake = Brake::default().keep_going(goes_on);
            for outcome in [&unrun, &unrun, &CaseOutcome::Conformant, &unrun, &unrun] {
                brake.note("x", outcome);
            }
            assert_eq!(brake.reason(), None);
            brake.note("x", &unrun);
            assert_eq!(brake.reason().is_some(), is_stopped);
            brake.note("x", &CaseOutcome::Conformant);
            assert_eq!(brake.reason().is_some(), is_stopped);
        }
    }

    #[test]
    fn a_play_fails_once_however_many_of_its_iterations_do() {
        let brake = Brake::after(Some(2));
        for play in ["a", "a", "a"] {
            brake.note(play, &CaseOutcome::NonConformant);
        }
        assert_eq!(brake.reason(), None);
        brake.note("b", &CaseOutcome::NonConformant);
        assert!(brake.reason().unwrap().contains("2 failed before"));
    }
}
