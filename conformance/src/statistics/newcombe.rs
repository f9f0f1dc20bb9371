//! An interval for the difference of two rates.

use super::bootstrap::percentiles;
use super::{Interval, Pair, wilson};

/// Newcombe's interval for the new rate less the old one, put together of Wilson's for both.
pub fn difference(pair: Pair) -> Interval {
    let ((base, base_of), (new, new_of)) = (pair.base, pair.new);
    if base_of == 0 || new_of == 0 {
        return Interval {
            low: -1.0,
            high: 1.0,
        };
    }
    let rate = |kept: u32, of: u32| f64::from(kept) / f64::from(of);
    let (before, now) = (rate(base, base_of), rate(new, new_of));
    let (old, own) = (wilson(base, base_of), wilson(new, new_of));
    let distance = |a: f64, b: f64| a.hypot(b);
    Interval {
        low: (now - before - distance(now - own.low, old.high - before)).max(-1.0),
        high: (now - before + distance(own.high - now, before - old.low)).min(1.0),
    }
}

/// The same over several cases: no narrower than if all plays were of one case, and no narrower than what
/// drawing cases anew makes of it.
pub fn pooled_difference(cases: &[Pair]) -> Interval {
    let plain = difference(sum(cases));
    if cases.len() < 2 {
        return plain;
    }
    let of = |drawn: &[Pair]| {
        let sum = sum(drawn);
        let rate = |(kept, of): (u32, u32)| f64::from(kept) / f64::from(of);
        rate(sum.new) - rate(sum.base)
    };
    let drawn = percentiles(cases, of);
    plain.hull(Interval {
        low: drawn.low.max(-1.0),
        high: drawn.high.min(1.0),
    })
}

fn sum(cases: &[Pair]) -> Pair {
    let add = |a: (u32, u32), b: (u32, u32)| (a.0 + b.0, a.1 + b.1);
    let nothing = Pair {
        base: (0, 0),
        new: (0, 0),
    };
    cases.iter().fold(nothing, |sum, pair| Pair {
        base: add(sum.base, pair.base),
        new: add(sum.new, pair.new),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(base: (u32, u32), new: (u32, u32)) -> Pair {
        Pair { base, new }
    }

    /// The examples of Newcombe's paper of 1998, method 10.
    #[test]
    fn it_is_newcombes() {
        for (base, new, low, high) in [
            ((48, 80), (56, 70), 0.0524, 0.3339),
            ((3, 10), (9, 10), 0.1705, 0.8090),
            ((0, 20), (10, 10), 0.6791, 1.0),
        ] {
            let told = difference(pair(base, new));
            assert!((told.low - low).abs() < 1e-4, "{told:?}");
            assert!((told.high - high).abs() < 1e-4, "{told:?}");
        }
        let nothing = difference(pair((0, 0), (1, 1)));
        assert_eq!((nothing.low, nothing.high), (-1.0, 1.0));
    }

    #[test]
    fn cases_that_disagree_widen_it() {
        let alike = [pair((5, 10), (5, 10)); 4];
        let torn = [
            pair((0, 10), (10, 10)),
            pair((10, 10), (0, 10)),
            pair((0, 10), (10, 10)),
            pair((10, 10), (0, 10)),
        ];
        let (alike, torn) = (pooled_difference(&alike), pooled_difference(&torn));
        assert!(torn.high > alike.high + 0.3, "{alike:?}, {torn:?}");
        assert!(torn.low < alike.low - 0.3, "{alike:?}, {torn:?}");
    }
}
