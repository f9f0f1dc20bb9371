//! Stopping a run of which enough has failed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::engine::Outcome;

/// Counts the plays that failed, and says when it is enough. Clones share the count.
#[derive(Debug, Clone, Default)]
pub struct Brake {
    most: Option<usize>,
    failures: Arc<AtomicUsize>,
}

impl Brake {
    /// Enough are `most` failures; never, where there is none.
    pub fn after(most: Option<usize>) -> Self {
        Self {
            most,
            failures: Arc::default(),
        }
    }

    pub(super) fn note(&self, outcome: &Outcome) {
        if outcome.is_failure() {
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Why nothing more is to be played, if so.
    pub(super) fn reason(&self) -> Option<String> {
        let most = self.most?;
        (self.failures.load(Ordering::Relaxed) >= most)
            .then(|| format!("not played: {most} failed before, as many as --max-failures allows"))
    }
}
