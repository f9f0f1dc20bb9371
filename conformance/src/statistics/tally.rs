//! How often something came out well.

use std::iter::Sum;

use super::bootstrap::percentiles;
use super::{Interval, cautious, wilson};

/// What came of some plays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many came out well.
    pub kept: u32,
    /// How many did not.
    pub violated: u32,
    /// Of how many nobody can tell: neither a success nor a failure.
    pub undecided: u32,
}

impl Tally {
    /// How many plays can be told.
    pub fn decided(self) -> u32 {
        self.kept + self.violated
    }

    /// How many plays there are.
    pub fn all(self) -> u32 {
        self.decided() + self.undecided
    }

    /// The share that came out well of those that can be told.
    pub fn rate(self) -> Option<f64> {
        (self.decided() > 0).then(|| f64::from(self.kept) / f64::from(self.decided()))
    }

    /// Where the rate lies. What nobody can tell widens it: it counts as violated below, and as kept above.
    pub fn interval(self) -> Interval {
        Interval {
            low: wilson(self.kept, self.all()).low,
            high: wilson(self.kept + self.undecided, self.all()).high,
        }
    }

    /// Where the rate lies if nothing may be promised too much: no narrower than [`cautious`].
    pub fn cautious(self) -> Interval {
        self.interval().hull(Interval {
            low: cautious(self.kept, self.all()).low,
            high: cautious(self.kept + self.undecided, self.all()).high,
        })
    }

    /// The same with everything as it would be if what nobody can tell had been kept, or violated.
    pub fn settled(self, as_kept: bool) -> (u32, u32) {
        let kept = if as_kept { self.undecided } else { 0 };
        (self.kept + kept, self.all())
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            kept: sum.kept + one.kept,
            violated: sum.violated + one.violated,
            undecided: sum.undecided + one.undecided,
        })
    }
}

/// Where the rate over several cases lies: no narrower than if all plays were of one case, and no narrower
/// than what drawing the cases anew makes of it.
pub fn pooled(cases: &[Tally]) -> Interval {
    let sum: Tally = cases.iter().copied().sum();
    let plain = sum.interval();
    let is_alike = sum.kept == sum.all() || sum.kept + sum.undecided == 0;
    if cases.len() < 2 || is_alike {
        return plain;
    }
    let drawn = |as_kept: bool| {
        percentiles(cases, |drawn| {
            let settled = drawn.iter().map(|tally| tally.settled(as_kept));
            let (kept, of) = settled.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            f64::from(kept) / f64::from(of)
        })
    };
    let (low, high) = if sum.undecided == 0 {
        let both = drawn(false);
        (both.low, both.high)
    } else {
        (drawn(false).low, drawn(true).high)
    };
    plain.hull(Interval {
        low: low.max(0.0),
        high: high.min(1.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(kept: u32, violated: u32, undecided: u32) -> Tally {
        Tally {
            kept,
            violated,
            undecided,
        }
    }

    #[test]
    fn what_nobody_can_tell_is_neither_and_widens_the_interval() {
        let sure = tally(9, 1, 0);
        let unsure = tally(9, 1, 10);
        assert_eq!(sure.rate(), unsure.rate());
        assert_eq!(sure.interval(), wilson(9, 10));
        assert_eq!(unsure.interval().low, wilson(9, 20).low);
        assert_eq!(unsure.interval().high, wilson(19, 20).high);
        assert_eq!(tally(0, 0, 3).rate(), None);
        let nothing = tally(0, 0, 3).interval();
        assert!(nothing.low == 0.0 && nothing.high == 1.0);
    }

    #[test]
    fn cases_that_differ_widen_a_pooled_rate() {
        let torn = [tally(20, 0, 0), tally(0, 20, 0), tally(20, 0, 0)];
        let told = pooled(&torn);
        assert!(told.low < 0.05 && told.high > 0.95, "{told:?}");
        let alike = [tally(14, 6, 0), tally(13, 7, 0), tally(13, 7, 0)];
        assert_eq!(pooled(&alike), wilson(40, 60));
        assert_eq!(pooled(&[tally(5, 0, 0); 4]), wilson(20, 20));
        let unsure = pooled(&[tally(1, 1, 2), tally(2, 1, 1)]);
        assert!(unsure.low <= wilson(3, 8).low && unsure.high >= wilson(6, 8).high);
    }
}
