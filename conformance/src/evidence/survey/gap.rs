//! What a look at a folder leaves out.

use super::Reach;

/// Why something was not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    Entries,
    Paths,
    Depth,
    Time,
    Stopped,
    NotListed,
    Large,
    Bytes,
    NotRead,
}

impl Gap {
    /// Whether it can hide an entry, and not only the content of one.
    pub(super) fn hides(self) -> bool {
        !matches!(self, Self::Large | Self::Bytes | Self::NotRead)
    }

    pub(super) fn words(self, reach: Reach) -> String {
        match self {
            Self::Entries => format!("no more than {} entries are listed", reach.entries),
            Self::Paths => format!("no more than {} bytes of paths are listed", reach.paths),
            Self::Depth => format!(
                "no more than {} folders in each other are listed",
                reach.depth
            ),
            Self::Time => format!("looking ended after {} s", reach.time.as_secs()),
            Self::Stopped => "looking was interrupted".to_owned(),
            Self::NotListed => "folders that could not be listed".to_owned(),
            Self::Large => format!("files of more than {} bytes are not hashed", reach.largest),
            Self::Bytes => format!("no more than {} bytes are hashed", reach.bytes),
            Self::NotRead => "files that could not be read".to_owned(),
        }
    }
}
