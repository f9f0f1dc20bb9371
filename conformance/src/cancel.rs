//! The user's wish to stop.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::sync::watch;

/// A flag that can be raised once and waited for. Clones share it.
#[derive(Debug, Clone)]
pub struct Cancel {
    flag: Arc<watch::Sender<bool>>,
    groups: Arc<Mutex<BTreeSet<i32>>>,
}

/// A process group that is killed when the program has to end at once, for as long as this is held.
#[derive(Debug)]
pub struct Held {
    group: i32,
    groups: Arc<Mutex<BTreeSet<i32>>>,
}

impl Cancel {
    /// A flag that is not raised.
    pub fn new() -> Self {
        Self {
            flag: Arc::new(watch::Sender::new(false)),
            groups: Arc::default(),
        }
    }

    /// Raises the flag for good.
    pub fn raise(&self) {
        self.flag.send_replace(true);
    }

    /// Whether the flag is raised.
    pub fn is_raised(&self) -> bool {
        *self.flag.borrow()
    }

    /// Returns once the flag is raised.
    pub async fn raised(&self) {
        let mut receiver = self.flag.subscribe();
        // The sender lives as long as `self`, so that waiting cannot fail.
        let _ = receiver.wait_for(|raised| *raised).await;
    }

    /// Has the group that the process `leader` leads killed with [`Cancel::kill_held`].
    pub(crate) fn hold(&self, leader: u32) -> Held {
        let group = leader.cast_signed();
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        groups.insert(group);
        Held {
            group,
            groups: Arc::clone(&self.groups),
        }
    }

    /// Kills the groups that are held, for a program that ends without waiting for anything.
    pub(crate) fn kill_held(&self) {
        let groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        for group in groups.iter() {
            // It fails where the group is gone, which is what is wanted.
            let _ = killpg(Pid::from_raw(*group), Signal::SIGKILL);
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        groups.remove(&self.group);
    }
}

impl Default for Cancel {
    fn default() -> Self {
        Self::new()
    }
}
