//! How much a request brings.

use crate::json::weight_of_text;

/// Bytes that the smallest thing takes, about.
const LITTLE: u64 = 2048;

/// How often a text is held at most, as in a run and in what lists show of it.
const COPIES: u64 = 2;

/// The same of skills: their names are their ids as well, and stand in their files, escaped.
const COPIES_OF_SKILLS: u64 = 4;

/// About how many bytes a request brings.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Brought(u64);

impl Brought {
    /// What a request with this body brings, which its path may name.
    pub(crate) fn of(body: &[u8], path: &str) -> Self {
        if body.is_empty() {
            return Self(0);
        }
        Self(weight_of_text(body) + path.len() as u64 + LITTLE)
    }

    /// What is held of it at most.
    pub(super) fn held(self) -> u64 {
        self.0.saturating_mul(COPIES)
    }

    /// What is held of it at most when it is a skill.
    pub(super) fn held_as_skill(self) -> u64 {
        self.0.saturating_mul(COPIES_OF_SKILLS)
    }
}
