//! The process audit: which programs an agent's process tree executes.
//!
//! There are two mechanisms. On Linux [`Mechanism::Ptrace`] sees every execution, whatever it is
//! called and however it is started. Where tracing is not permitted, [`Mechanism::Announcements`]
//! sees less: experiments of our own workspaces say when their work begins, and shims in `PATH` tell
//! what was called by a usual name. The evidence says which it was, so that a rule can say that it
//! could not observe something in place of guessing.
//!
//! [`Mechanism::Ptrace`]: crate::evidence::Mechanism::Ptrace
//! [`Mechanism::Announcements`]: crate::evidence::Mechanism::Announcements

#[cfg(target_os = "linux")]
mod connect;
#[cfg(target_os = "linux")]
mod contents;
#[cfg(target_os = "linux")]
mod inspect;
#[cfg(target_os = "linux")]
mod known;
#[cfg(target_os = "linux")]
pub(crate) mod left;
#[cfg(target_os = "linux")]
mod lineage;
#[cfg(target_os = "linux")]
pub(crate) mod log;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod open;
#[cfg(target_os = "linux")]
mod paths;
#[cfg(target_os = "linux")]
mod pipe;
#[cfg(target_os = "linux")]
mod proc;
#[cfg(target_os = "linux")]
mod remains;
#[cfg(target_os = "linux")]
mod sys;
#[cfg(target_os = "linux")]
mod tracees;
#[cfg(target_os = "linux")]
pub(crate) mod tracer;
#[cfg(target_os = "linux")]
mod waiting;

pub(crate) mod calls;
pub(crate) mod channel;
mod likeness;
mod mode;
mod original;
mod originals;
mod python;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

pub use calls::CALL_LOG;
pub(crate) use channel::NOT_IN_PLACE;
pub use channel::{PLACE, WORK_SOCKET};
pub use mode::{AuditMode, Decision, Trial, UnknownMode, decide};
pub use originals::Originals;
pub(crate) use originals::{speaks_of, speaks_of_announcing};

use crate::evidence::{Exec, Opened, Refusal};

/// Tells how many requests the server has seen by now: a clock that the journal shares.
#[derive(Clone)]
pub struct Requests(Arc<dyn Fn() -> u64 + Send + Sync>);

impl Requests {
    /// Requests that `count` tells.
    pub fn new(count: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(count))
    }

    /// No requests at all.
    pub fn none() -> Self {
        Self::new(|| 0)
    }

    /// How many there were by now.
    pub fn count(&self) -> u64 {
        (self.0)()
    }
}

impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Requests").field(&self.count()).finish()
    }
}

/// What a tracer observed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Watched {
    /// The executions, in their final order.
    pub execs: Vec<Exec>,
    /// What of the experiments' files they opened.
    pub opened: Vec<Opened>,
    /// Numbers of processes by the ids that they had.
    pub pids: BTreeMap<i32, u32>,
    /// Executions for which there was no room.
    pub dropped: u64,
    /// Stretches that could not be observed.
    pub gaps: Vec<String>,
    /// Connections that processes were refused.
    pub refused: Vec<Refusal>,
}

#[cfg(target_os = "linux")]
impl Watched {
    /// Takes what was noted so far.
    pub(crate) fn take(log: &std::sync::Mutex<log::Log>) -> Self {
        let mut log = log
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let log::Concluded {
            execs,
            opened,
            pids,
        } = log.conclude();
        Self {
            execs,
            opened,
            pids,
            dropped: log.dropped,
            gaps: log.gaps.iter().cloned().collect(),
            refused: log.refused.conclude(),
        }
    }
}
