//! How much of what clients send the state holds, and how much it may.
//!
//! Each thing is weighed when it is stored or changed, so that counting costs the change. What a thing
//! weighs is about the memory that it takes, with what lists show of it.

/// What a server holds of what clients send, at most, when nothing else is said.
pub const DEFAULT_STATE_LIMIT: u64 = 512 * 1024 * 1024;

/// Bytes that a thing takes whose texts are empty, a run with its form in lists as well.
pub(super) const THING: u64 = 2048;

/// Why nothing more is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "nothing was changed, because the server may hold {} MiB of what clients send, and would hold more \
     (`wild-mock serve --state-limit`)",
    limit / (1024 * 1024)
)]
pub struct Full {
    limit: u64,
}

/// What is held, and what may be.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    limit: u64,
    /// By the store.
    stored: u64,
    /// By the skills that clients have changed.
    skills: u64,
}

impl Room {
    pub(super) fn of(limit: u64, stored: u64) -> Self {
        Self {
            limit,
            stored,
            skills: 0,
        }
    }

    /// Refuses what would be too much.
    ///
    /// # Errors
    /// Fails when there is no room for so many bytes more.
    pub fn fits(&self, more: u64) -> Result<(), Full> {
        let then = self.stored.saturating_add(self.skills).saturating_add(more);
        if more > 0 && then > self.limit {
            return Err(Full { limit: self.limit });
        }
        Ok(())
    }

    /// Something weighs something else now.
    pub(super) fn replace(&mut self, before: u64, now: u64) {
        self.stored = self.stored.saturating_sub(before).saturating_add(now);
    }

    /// What the store holds.
    pub(super) fn stored(&self) -> u64 {
        self.stored
    }

    /// A skill weighs something else now.
    pub fn replace_skill(&mut self, before: u64, now: u64) {
        self.skills = self.skills.saturating_sub(before).saturating_add(now);
    }

    /// All skills were weighed again.
    pub fn set_skills(&mut self, now: u64) {
        self.skills = now;
    }
}
