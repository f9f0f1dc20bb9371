//! An interval for one rate that never promises too much.

use super::Interval;

/// What is left out at either end.
const TAIL: f64 = 0.025;

/// How often the interval is halved until its ends are known: to more places than are told.
const HALVINGS: usize = 50;

/// The interval of Clopper and Pearson for `kept` of `of`: the rates under which neither so few nor so many are
/// rarer than 2.5 %. It holds at least 95 % of the time, whatever the rate, and is wider than Wilson's.
pub fn cautious(kept: u32, of: u32) -> Interval {
    Interval {
        low: if kept == 0 {
            0.0
        } else {
            1.0 - highest(of - kept, of)
        },
        high: if kept == of { 1.0 } else { highest(kept, of) },
    }
}

/// The highest rate under which `kept` or fewer are not rare.
fn highest(kept: u32, of: u32) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if at_most(kept, of, middle) > TAIL {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// How probable it is that at most `kept` of `of` are kept at this rate.
fn at_most(kept: u32, of: u32, rate: f64) -> f64 {
    // Logarithms, as the first may be next to nothing.
    let mut log = f64::from(of) * (-rate).ln_1p();
    let odds = rate.ln() - (-rate).ln_1p();
    let mut sum = log.exp();
    for at in 0..kept {
        log += (f64::from(of - at) / f64::from(at + 1)).ln() + odds;
        sum += log.exp();
    }
    sum
}

/// How many plays, all kept, it takes to show a rate of at least `bound`.
pub(super) fn all_kept(bound: f64) -> f64 {
    (TAIL.ln() / bound.ln()).ceil()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known bounds: of all or none they are powers.
    #[test]
    fn it_is_clopper_and_pearsons() {
        let close = |told: f64, wanted: f64| assert!((told - wanted).abs() < 1e-9, "{told}");
        let all = cautious(10, 10);
        close(all.low, 0.025_f64.powf(0.1));
        close(all.high, 1.0);
        close(cautious(0, 10).high, 1.0 - 0.025_f64.powf(0.1));
        let half = cautious(5, 10);
        close(half.low, 1.0 - half.high);
        assert!((half.low - 0.187_086_0).abs() < 1e-6, "{half:?}");
        let nothing = cautious(0, 0);
        assert_eq!((nothing.low, nothing.high), (0.0, 1.0));
    }

    /// However many plays there are: that one of its ends passes a true rate is rarer than one in forty.
    #[test]
    fn it_never_promises_too_much() {
        for rate in [0.5, 0.8, 0.9, 0.95, 0.99] {
            for of in 1..=60 {
                let chance = |kept: u32| {
                    let before = kept.checked_sub(1).map(|kept| at_most(kept, of, rate));
                    at_most(kept, of, rate) - before.unwrap_or_default()
                };
                let sum = |passed: &dyn Fn(Interval) -> bool| -> f64 {
                    let bad = (0..=of).filter(|kept| passed(cautious(*kept, of)));
                    bad.map(chance).sum()
                };
                let below = sum(&|interval| interval.high < rate);
                let above = sum(&|interval| interval.low > rate);
                assert!(below <= TAIL + 1e-9 && above <= TAIL + 1e-9, "{rate}, {of}");
            }
        }
    }
}
