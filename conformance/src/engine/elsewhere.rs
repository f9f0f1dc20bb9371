//! What of a run is played in other shards.

use std::collections::BTreeSet;

/// The plays of a run that are not here but in other shards of it. None, for a whole run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Elsewhere {
    /// Which shard this is, and of how many, where it is one.
    pub shard: Option<(usize, usize)>,
    /// Cases and repetitions.
    pub plays: BTreeSet<(String, u32)>,
}

impl Elsewhere {
    /// Whether everything is here.
    pub fn is_nothing(&self) -> bool {
        self.plays.is_empty()
    }

    /// Whether this play is in another shard.
    pub(super) fn has(&self, case: &str, repetition: u32) -> bool {
        // Looked up a few times a report only.
        self.plays.contains(&(case.to_owned(), repetition))
    }

    /// Whether a case that `fits` is played in another shard, too.
    pub fn any(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.plays.iter().any(|(case, _)| fits(case))
    }

    /// The ids of the cases.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.plays.iter().map(|(case, _)| case.as_str())
    }
}
