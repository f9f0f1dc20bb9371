//! A file of a commit or of the index: what it is, and what somebody told git of it.

use super::object::Id;

/// A file of a commit.
pub(super) struct Entry<'p> {
    pub(super) path: &'p str,
    pub(super) mode: Mode,
    pub(super) id: Id,
    pub(super) marks: Marks,
}

/// What an entry of a commit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    File,
    Executable,
    Link,
    /// A commit of another repository, which lies within this one.
    Repository,
}

impl Mode {
    /// Its bits.
    pub(super) fn bits(self) -> u32 {
        match self {
            Self::File => 0o100_644,
            Self::Executable => 0o100_755,
            Self::Link => 0o120_000,
            Self::Repository => 0o160_000,
        }
    }

    /// The one with these bits.
    pub(super) fn of(bits: u32) -> Option<Self> {
        let all = [Self::File, Self::Executable, Self::Link, Self::Repository];
        all.into_iter().find(|mode| mode.bits() == bits)
    }
}

/// What somebody told git of a path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// It is taken for unchanged.
    pub(super) assumed: bool,
    /// It is left out of the workspace.
    pub(super) skipped: bool,
}

impl Marks {
    /// Whether the workspace does not count.
    pub(super) fn holds(self) -> bool {
        self.assumed || self.skipped
    }
}
