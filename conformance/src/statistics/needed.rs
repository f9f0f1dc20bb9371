//! How many plays a claim needs.

use super::{Z, binomial, cautious, wilson};

/// The largest number that is told. More plays than that nobody pays for.
const MOST: f64 = 1e9;

/// More plays than these are not tried out.
const MANY: u32 = 1_000;

/// How many plays it takes until Wilson's interval no longer holds `bound`, if `rate` of them are kept. Nothing
/// where no number is enough.
fn plays_needed(bound: f64, rate: f64) -> Option<u32> {
    let distance = rate - bound;
    // The interval holds exactly the bounds that the score test does not refuse.
    let plays = Z * Z * bound * (1.0 - bound) / (distance * distance);
    let is_decided = plays.is_finite() && plays > 0.0 && plays < MOST;
    is_decided.then(|| plays.ceil() as u32)
}

/// About how many plays it takes until neither Wilson's interval nor the cautious one holds `bound`, if `rate` of
/// them are kept. Nothing where no number is enough.
pub fn plays_to_decide(bound: f64, rate: f64) -> Option<u32> {
    let is_decided = |of: u32| {
        // A part of a play is none: rounded so that it does not help to decide.
        let kept = rate * f64::from(of);
        let kept = if rate > bound {
            kept.floor()
        } else {
            kept.ceil()
        } as u32;
        let interval = wilson(kept, of).hull(cautious(kept, of));
        interval.low >= bound || interval.high < bound
    };
    let least = plays_needed(bound, rate)?;
    // Of so many, those by which the cautious one is wider make little difference.
    if least > MANY {
        return Some(least);
    }
    (least..=MANY * 2).find(|of| is_decided(*of))
}

/// How many plays, all kept, it takes to show a rate of at least `bound`, by Wilson's interval and the cautious one.
/// Nothing where no number is enough.
pub fn plays_needed_all_kept(bound: f64) -> Option<u32> {
    let plays = plays_needed(bound, 1.0)?;
    Some(plays.max(binomial::all_kept(bound) as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_least_that_is_enough() {
        for bound in [0.5, 0.8, 0.9, 0.95, 0.99] {
            let plays = plays_needed(bound, 1.0).unwrap();
            assert!(wilson(plays, plays).low >= bound, "{bound}");
            assert!(wilson(plays - 1, plays - 1).low < bound, "{bound}");
        }
        assert_eq!(plays_needed(0.95, 1.0), Some(73));
        for (bound, plays) in [(0.5, 6), (0.8, 17), (0.9, 36), (0.95, 73), (0.99, 381)] {
            assert_eq!(plays_needed_all_kept(bound), Some(plays), "{bound}");
            let lower = |of: u32| wilson(of, of).hull(cautious(of, of)).low;
            assert!(lower(plays) >= bound && lower(plays - 1) < bound, "{bound}");
        }
    }

    #[test]
    fn a_rate_below_the_bound_needs_plays_to_be_refused() {
        let plays = plays_needed(0.9, 0.8).unwrap();
        let kept = |of: u32| of * 4 / 5;
        let of = plays.div_ceil(5) * 5;
        assert!(wilson(kept(of), of).high < 0.9);
        assert!(wilson(kept(of - 5), of - 5).high >= 0.9);
    }

    /// Another program found the same by trying every number.
    #[test]
    fn a_rate_is_decided_by_the_interval_that_decides_claims() {
        for (bound, rate, told) in [
            (0.9, 0.5, 6),
            (0.9, 0.95, 154),
            (0.95, 0.99, 142),
            (0.95, 0.9, 110),
        ] {
            let plays = plays_to_decide(bound, rate).unwrap();
            assert!(
                plays.abs_diff(told) * 10 <= told,
                "{bound}, {rate}: {plays}"
            );
            assert!(plays >= plays_needed(bound, rate).unwrap());
        }
        assert_eq!(plays_to_decide(0.9, 0.9), None);
        assert!(plays_to_decide(0.9, 0.9001).is_some());
    }

    #[test]
    fn what_no_number_of_plays_can_show_is_nothing() {
        assert_eq!(plays_needed(1.0, 1.0), None);
        assert_eq!(plays_needed(0.9, 0.9), None);
    }
}
