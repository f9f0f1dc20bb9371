//! What a demand looks for.

use crate::prose::Topic;

/// Something that a plan can speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matter {
    /// A topic of the lexicon.
    Topic(Topic),
    /// A topic that somebody added, by its place in the demand's vocabulary.
    Own(usize),
}
