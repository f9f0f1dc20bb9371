//! The system's limits on this process, which another process of the same user can lower.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nix::sys::resource::{Resource, getrlimit, rlim_t, setrlimit};

/// The limits that are looked after: without them nothing can be opened, written or started.
const LOOKED_AFTER: &[(Resource, &str)] = &[
    (Resource::RLIMIT_NOFILE, "open files"),
    (Resource::RLIMIT_FSIZE, "the size of files"),
    #[cfg(target_os = "linux")]
    (Resource::RLIMIT_NPROC, "processes"),
    (Resource::RLIMIT_AS, "memory"),
    (Resource::RLIMIT_CPU, "processor time"),
];

/// How often is looked after them while an agent runs.
const LOOK_AFTER: Duration = Duration::from_millis(100);

/// A limit as it was at first: soft and hard.
type Limit = (Resource, &'static str, rlim_t, rlim_t);

/// The limits as they were at first, and what was noticed since. Clones share it.
#[derive(Debug, Clone)]
pub struct Limits {
    first: Arc<Vec<Limit>>,
    noticed: Arc<Mutex<Vec<String>>>,
}

impl Limits {
    /// The limits as they are now.
    pub fn now() -> Self {
        let limit = |(resource, name): &(Resource, &'static str)| {
            let (soft, hard) = getrlimit(*resource).ok()?;
            Some((*resource, *name, soft, hard))
        };
        Self {
            first: Arc::new(LOOKED_AFTER.iter().filter_map(limit).collect()),
            noticed: Arc::default(),
        }
    }

    /// Gives this process the limits back that somebody took, as far as the system permits.
    pub(crate) fn restore(&self) {
        for (resource, name, soft, hard) in self.first.iter() {
            let Ok(now) = getrlimit(*resource) else {
                continue;
            };
            if now.0 >= *soft && now.1 >= *hard {
                continue;
            }
            // Only a privileged process can raise the hard limit.
            let whole = setrlimit(*resource, *soft, *hard);
            let is_back = whole.or_else(|_| setrlimit(*resource, (*soft).min(now.1), now.1));
            let outcome = match (whole, is_back) {
                (Ok(()), _) => "it was restored",
                (Err(_), Ok(())) if now.1 >= *soft => "it was restored",
                _ => "it could not be restored; start the harness anew",
            };
            self.notice(format!(
                "somebody lowered the harness's limit on {name} to {} while the agent ran; {outcome}",
                now.0
            ));
        }
    }

    /// Keeps giving them back, for as long as this is waited for.
    pub(crate) async fn keep(&self) -> Infallible {
        loop {
            self.restore();
            tokio::time::sleep(LOOK_AFTER).await;
        }
    }

    fn notice(&self, what: String) {
        let mut noticed = self.noticed.lock().unwrap_or_else(PoisonError::into_inner);
        // What cannot be restored is noticed again and again.
        if noticed.last() != Some(&what) {
            noticed.push(what);
        }
    }

    /// How much was noticed so far.
    pub(crate) fn count(&self) -> usize {
        self.noticed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    /// What was noticed after the first `count` times.
    pub(crate) fn since(&self, count: usize) -> Option<String> {
        let noticed = self.noticed.lock().unwrap_or_else(PoisonError::into_inner);
        let since = noticed.get(count..).unwrap_or_default();
        (!since.is_empty()).then(|| since.join("; "))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::now()
    }
}
