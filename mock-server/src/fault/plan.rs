//! The faults that are armed, and what befalls a request.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::when::Moment;
use super::{Action, Fault, FaultId};
use crate::clock::Timestamp;
use crate::ids::scatter;

/// Answers that are kept at most for a fault that repeats them.
const MOST_KEPT: usize = 256;

/// The faults that are armed, in the order in which they were.
#[derive(Debug)]
pub(crate) struct FaultPlan {
    seed: u64,
    next: FaultId,
    armed: Vec<Arc<Armed>>,
}

/// A fault that is armed.
#[derive(Debug)]
pub(crate) struct Armed {
    id: FaultId,
    fault: Fault,
    since: Timestamp,
    /// A number of its own for what is drawn.
    seed: u64,
    /// How many requests have fitted.
    fitted: AtomicU64,
    /// What was answered first, by target, where that is answered again.
    first: Mutex<BTreeMap<String, Arc<FirstAnswer>>>,
}

/// An answer that is given again, in the form of whoever answers.
pub(crate) type FirstAnswer = dyn Any + Send + Sync;

/// What is known of a request when its faults are decided.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    /// Percent-decoded.
    pub(crate) path: &'a str,
    pub(crate) seq: u64,
    pub(crate) now: Timestamp,
    pub(crate) has_token: bool,
}

/// What befalls one request.
#[derive(Debug, Default)]
pub(crate) struct Decided {
    /// Seconds to wait first.
    pub(crate) delay: f64,
    /// What replaces or breaks the answer, if anything does.
    pub(crate) armed: Option<Arc<Armed>>,
    /// The faults that struck, for the journal.
    pub(crate) labels: Vec<String>,
    /// The port closes when this request has been answered.
    pub(crate) is_last: bool,
}

impl Decided {
    /// Whether it makes anything else of the request than a later one.
    pub(crate) fn is_more_than_a_delay(&self) -> bool {
        self.armed.is_some()
    }
}

impl FaultPlan {
    /// No faults; what is drawn follows from `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            next: 0,
            armed: Vec::new(),
        }
    }

    /// Arms a fault.
    pub(crate) fn arm(&mut self, fault: Fault, now: Timestamp) -> FaultId {
        self.next += 1;
        self.armed.push(Arc::new(Armed {
            id: self.next,
            fault,
            since: now,
            seed: scatter(self.seed, self.next),
            fitted: AtomicU64::new(0),
            first: Mutex::default(),
        }));
        self.next
    }

    /// Disarms one fault; tells whether it was armed.
    pub(crate) fn disarm(&mut self, id: FaultId) -> bool {
        let before = self.armed.len();
        self.armed.retain(|armed| armed.id != id);
        self.armed.len() < before
    }

    /// Disarms all.
    pub(crate) fn clear(&mut self) {
        self.armed.clear();
    }

    /// The armed faults.
    pub(crate) fn armed(&self) -> Vec<(FaultId, Fault)> {
        self.armed
            .iter()
            .map(|armed| (armed.id, armed.fault.clone()))
            .collect()
    }

    /// Whether nothing is armed.
    pub(crate) fn is_empty(&self) -> bool {
        self.armed.is_empty()
    }

    /// Whether the port is to be closed once `seen` requests have arrived.
    pub(crate) fn server_is_down(&self, seen: u64) -> bool {
        self.armed
            .iter()
            .filter_map(|armed| armed.fault.down_from())
            .any(|from| from <= seen + 1)
    }

    /// What befalls a request: all delays that strike, then the first other fault that does.
    pub(crate) fn decide(&self, asked: &Asked<'_>) -> Decided {
        let mut decided = Decided {
            is_last: self.server_is_down(asked.seq),
            ..Decided::default()
        };
        for armed in &self.armed {
            let Some(count) = armed.struck_by(asked) else {
                continue;
            };
            let label = match &armed.fault.action {
                Action::Delay(delay) => {
                    // Whole microseconds, which is what the clock knows.
                    let seconds = (delay.draw(armed.seed, count) * 1e6).round() / 1e6;
                    decided.delay += seconds;
                    format!("delay {seconds}s")
                }
                _ if decided.armed.is_some() => continue,
                Action::Answer(answer) => answer.label(),
                Action::Broken(broken) => broken.label(),
            };
            if !matches!(armed.fault.action, Action::Delay(_)) {
                decided.armed = Some(Arc::clone(armed));
            }
            decided.labels.push(format!("#{} {label}", armed.id));
        }
        decided
    }
}

impl Armed {
    pub(crate) fn action(&self) -> &Action {
        &self.fault.action
    }

    /// Counts a request that fits; the count, if the fault strikes.
    fn struck_by(&self, asked: &Asked<'_>) -> Option<u64> {
        if !self.fault.fits(asked.method, asked.path, asked.has_token) {
            return None;
        }
        let count = self.fitted.fetch_add(1, Ordering::Relaxed) + 1;
        let passed = asked.now.as_micros() - self.since.as_micros();
        let moment = Moment {
            count,
            seq: asked.seq,
            armed_for: passed as f64 / 1e6,
            seed: self.seed,
        };
        self.fault.when.strikes(&moment).then_some(count)
    }

    /// What was answered first to `target`.
    pub(crate) fn first_answer(&self, target: &str) -> Option<Arc<FirstAnswer>> {
        crate::locks::lock(&self.first).get(target).cloned()
    }

    /// Keeps what is answered first to `target`; beyond the bound nothing is kept.
    pub(crate) fn keep_answer(&self, target: String, answer: Arc<FirstAnswer>) {
        let mut first = crate::locks::lock(&self.first);
        if first.len() < MOST_KEPT {
            first.entry(target).or_insert(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::{Answer, Broken, When};

    fn asked<'a>(method: &'a str, path: &'a str, seq: u64) -> Asked<'a> {
        Asked {
            method,
            path,
            seq,
            now: Timestamp::default(),
            has_token: false,
        }
    }

    fn plan(faults: impl IntoIterator<Item = Fault>) -> FaultPlan {
        let mut plan = FaultPlan::new(0);
        for fault in faults {
            plan.arm(fault, Timestamp::default());
        }
        plan
    }

    #[test]
    fn delays_add_up_and_the_first_other_fault_decides() {
        let plan = plan([
            Fault::delay("GET", "**", 1.0),
            Fault::status("GET", "/docs", 503),
            Fault::on("GET", "/docs", Broken::Reset),
            Fault::delay("GET", "/docs", 0.5),
        ]);
        let decided = plan.decide(&asked("GET", "/docs", 1));
        assert_eq!(decided.delay, 1.5);
        let armed = decided.armed.unwrap();
        assert_eq!(*armed.action(), Action::Answer(Answer::status(503)));
        let labels = ["#1 delay 1s", "#2 status 503", "#4 delay 0.5s"];
        assert_eq!(decided.labels, labels);
        assert!(plan.decide(&asked("POST", "/docs", 2)).labels.is_empty());
    }

    #[test]
    fn a_fault_that_has_passed_lets_the_next_one_strike() {
        let first = When {
            first: Some(1),
            ..When::default()
        };
        let plan = plan([
            Fault::on("GET", "/docs", Broken::Reset).when(first),
            Fault::status("GET", "/docs", 503),
        ]);
        let labels = |seq| plan.decide(&asked("GET", "/docs", seq)).labels;
        assert_eq!(labels(1), ["#1 reset"]);
        assert_eq!(labels(2), ["#2 status 503"]);
    }

    #[test]
    fn only_requests_that_fit_are_counted() {
        let second = When {
            nth: Some(2),
            ..When::default()
        };
        let plan = plan([Fault::status("GET", "/docs", 503).when(second)]);
        let struck = |method, path, seq| !plan.decide(&asked(method, path, seq)).labels.is_empty();
        assert!(!struck("GET", "/docs", 1));
        assert!(!struck("GET", "/runs", 2));
        assert!(!struck("POST", "/docs", 3));
        assert!(struck("GET", "/docs", 4));
        assert!(!struck("GET", "/docs", 5));
    }

    #[test]
    fn a_server_goes_down_after_the_request_before() {
        let from = When {
            from_request: Some(3),
            ..When::default()
        };
        let plan = plan([Fault::server_down().when(from)]);
        assert!(!plan.server_is_down(0));
        assert!(!plan.decide(&asked("GET", "/docs", 1)).is_last);
        assert!(plan.decide(&asked("GET", "/docs", 2)).is_last);
        assert!(plan.server_is_down(2));
    }

    #[test]
    fn disarming_is_by_number() {
        let mut plan = plan([Fault::server_down()]);
        assert!(plan.server_is_down(0));
        assert!(plan.disarm(1));
        assert!(!plan.disarm(1));
        assert!(plan.is_empty());
    }
}
