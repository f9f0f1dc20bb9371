//! How often the agent sends the same read.

use std::cell::RefCell;
use std::collections::HashMap;
use std::thread;
use std::time::{Duration, Instant};

/// The shortest time between two of the same read. That makes six within a second at most, however
/// fast the machine is, of the ten that the prompt allows.
const GAP: Duration = Duration::from_millis(170);

/// When each read was answered last.
#[derive(Debug, Default)]
pub(super) struct Pace {
    answered: RefCell<HashMap<String, Instant>>,
}

impl Pace {
    /// Sends a read once enough time has gone by since the last answer to the same one.
    pub(super) fn keep<T>(&self, read: &str, send: impl FnOnce() -> T) -> T {
        let since = self.answered.borrow().get(read).map(Instant::elapsed);
        if let Some(since) = since {
            thread::sleep(GAP.saturating_sub(since));
        }
        let answer = send();
        let now = Instant::now();
        self.answered.borrow_mut().insert(read.to_owned(), now);
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_read_waits_and_another_does_not() {
        let pace = Pace::default();
        let sent = |read| pace.keep(read, Instant::now);
        let first = sent("/runs");
        let other = sent("/sweeps");
        let again = sent("/runs");
        assert!(again - first >= GAP, "{:?}", again - first);
        assert!(other - first < GAP, "{:?}", other - first);
    }
}
