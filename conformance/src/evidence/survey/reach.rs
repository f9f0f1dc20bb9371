//! How far is looked.

use std::time::Duration;

/// How far is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Most entries.
    pub entries: usize,
    /// Most bytes of all paths together.
    pub paths: usize,
    /// Most folders in each other.
    pub depth: usize,
    /// Largest file that is hashed, in bytes.
    pub largest: u64,
    /// Most bytes that are hashed.
    pub bytes: u64,
    /// Most time that it takes.
    pub time: Duration,
}

impl Default for Reach {
    fn default() -> Self {
        Self {
            entries: 200_000,
            paths: 64 * 1024 * 1024,
            depth: 128,
            largest: 256 * 1024 * 1024,
            bytes: 512 * 1024 * 1024,
            time: Duration::from_secs(30),
        }
    }
}
