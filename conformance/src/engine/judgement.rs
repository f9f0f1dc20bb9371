//! What came of the claims of a user.

use crate::statistics::{Interval, Tally};

/// What came of the claims.
#[derive(Debug, Clone, Default)]
pub struct Judgement {
    /// One by one; empty where nothing was claimed.
    pub claims: Vec<Claimed>,
    /// Whether the plays had to show that they hold.
    pub demonstrate: bool,
}

/// What came of one claim.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The claim as it was written.
    pub claim: String,
    /// How often it was so.
    pub tally: Tally,
    /// Over how many cases.
    pub cases: usize,
    /// Where the rate lies, with more caution than rates are told: nobody is to be blamed for what is chance.
    pub interval: Interval,
    /// What follows.
    pub standing: Standing,
    /// How many plays would decide, at the least.
    pub needed: Needed,
}

/// How many plays would decide a claim, if all were of one case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needed {
    /// If all are kept; nothing where no number shows it.
    pub all_kept: Option<u32>,
    /// If as many are kept as were.
    pub at_this_rate: Option<u32>,
}

/// What follows from plays for a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The whole interval is at or above the bound.
    Holds,
    /// The bound is within the interval.
    Inconclusive,
    /// The whole interval is below the bound.
    Fails,
    /// It applied to no play.
    Untried,
    /// Other shards have plays that it is about.
    Pending,
}

impl Standing {
    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Inconclusive => "inconclusive",
            Self::Fails => "fails",
            Self::Untried => "untried",
            Self::Pending => "pending",
        }
    }
}

impl Judgement {
    /// Whether a claim is refuted.
    pub(super) fn fails(&self) -> bool {
        self.any(Standing::Fails)
    }

    /// Whether nothing is known of a claim.
    pub(super) fn is_untried(&self) -> bool {
        self.any(Standing::Untried)
    }

    /// Whether a claim that had to be shown was not.
    pub(super) fn falls_short(&self) -> bool {
        self.demonstrate && self.any(Standing::Inconclusive)
    }

    fn any(&self, standing: Standing) -> bool {
        self.claims.iter().any(|claim| claim.standing == standing)
    }
}
