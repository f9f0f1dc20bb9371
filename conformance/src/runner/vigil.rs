//! What the harness looks after of its own while an agent runs: its limits, that it goes on, and what is
//! left in folders that others use, too.

use std::path::Path;

use super::commons::Commons;
use super::held::Held;
use super::{Harness, RunError};
use crate::agent::Sentry;

/// The looking after, from before an agent runs until it has ended.
#[derive(Debug)]
pub(super) struct Vigil<'h> {
    harness: &'h Harness,
    /// What was in shared memory, where the agent reaches it.
    commons: Option<Commons>,
    /// How much was noticed of limits before.
    noticed: usize,
    sentry: Option<Sentry>,
}

impl<'h> Vigil<'h> {
    /// Begins, for an agent that is `held`. There is a sentry where it can signal the harness and `launcher`
    /// can keep watch.
    pub(super) fn begin(
        harness: &'h Harness,
        held: &Held,
        launcher: Option<&Path>,
    ) -> Result<Self, RunError> {
        // Who is stopped shows in `/proc` alone.
        let can_watch = cfg!(target_os = "linux") && held.lets_it_signal_the_harness();
        let launcher = launcher.filter(|_| can_watch);
        let sentry = launcher.map(Sentry::post).transpose();
        Ok(Self {
            harness,
            commons: held.shares_memory().then(Commons::now),
            noticed: harness.limits.count(),
            sentry: sentry.map_err(RunError::Sentry)?,
        })
    }

    /// Looks after it for as long as `work` takes.
    pub(super) async fn over<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::select! {
            done = work => done,
            never = self.harness.limits.keep() => match never {},
        }
    }

    /// Ends; tells what somebody did to the harness.
    pub(super) fn end(self) -> Option<RunError> {
        let limits = &self.harness.limits;
        limits.restore();
        if let Some(commons) = &self.commons {
            commons.name_strays(&self.harness.leftovers);
        }
        let woken = self.sentry.map_or(0, Sentry::relieve);
        let stopped = (woken > 0).then(|| {
            "somebody stopped the harness while the agent ran; it was woken, and time was lost"
                .to_owned()
        });
        let told: Vec<String> = limits
            .since(self.noticed)
            .into_iter()
            .chain(stopped)
            .collect();
        (!told.is_empty()).then(|| RunError::Meddled(told.join("; ")))
    }
}
