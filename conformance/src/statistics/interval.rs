//! An interval for one rate.

use serde::Serialize;

use super::Z;

/// Where a number lies, with 95 % confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Interval {
    /// The smallest interval that has both within it.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }
}

/// Wilson's interval for `kept` of `of`: the rates that a score test does not refuse. It makes sense for
/// few trials, too, and where all or none were kept. Of nothing, nothing is known.
pub fn wilson(kept: u32, of: u32) -> Interval {
    if of == 0 {
        return Interval {
            low: 0.0,
            high: 1.0,
        };
    }
    let (n, rate) = (f64::from(of), f64::from(kept) / f64::from(of));
    let square = Z * Z;
    let centre = (rate + square / (2.0 * n)) / (1.0 + square / n);
    let spread = (rate * (1.0 - rate) / n + square / (4.0 * n * n)).sqrt();
    let half = Z * spread / (1.0 + square / n);
    // The ends are exact where rounding would leave a trace.
    Interval {
        low: if kept == 0 {
            0.0
        } else {
            (centre - half).max(0.0)
        },
        high: if kept == of {
            1.0
        } else {
            (centre + half).min(1.0)
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its bounds are the rates that are just so far from what was seen as the score test allows.
    #[test]
    fn it_is_the_score_tests() {
        let distance = |rate: f64, kept: u32, of: u32| {
            let seen = f64::from(kept) / f64::from(of);
            (seen - rate).abs() / (rate * (1.0 - rate) / f64::from(of)).sqrt()
        };
        for (kept, of) in [(7, 10), (1, 3), (50, 100), (72, 73)] {
            let told = wilson(kept, of);
            for bound in [told.low, told.high] {
                let distance = distance(bound, kept, of);
                assert!((distance - Z).abs() < 1e-9, "{kept} of {of}: {told:?}");
            }
        }
        let all = wilson(10, 10);
        assert!((distance(all.low, 10, 10) - Z).abs() < 1e-9, "{all:?}");
        assert_eq!((wilson(0, 9).low, all.high), (0.0, 1.0));
        let nothing = wilson(0, 0);
        assert_eq!((nothing.low, nothing.high), (0.0, 1.0));
    }

    /// How often the interval holds a rate up to a half, by the binomial distribution and not by samples.
    fn coverage(of: u32, rate: f64) -> f64 {
        let mut chance = (1.0 - rate).powi(i32::try_from(of).unwrap());
        let mut held = 0.0;
        for kept in 0..=of {
            let interval = wilson(kept, of);
            if interval.low <= rate && rate <= interval.high {
                held += chance;
            }
            chance *= f64::from(of - kept) / f64::from(kept + 1) * rate / (1.0 - rate);
        }
        held
    }

    /// Over rates that are spread evenly (both halves are alike) it holds 95 % of the time, a little more. The
    /// mean and the least of it are what the documentation tells.
    #[test]
    fn it_holds_what_it_promises() {
        const RATES: u32 = 2000;
        for of in [1, 2, 3, 5, 10, 20, 50, 100] {
            let all: Vec<f64> = (0..RATES)
                .map(|at| coverage(of, (f64::from(at) + 0.5) / f64::from(2 * RATES)))
                .collect();
            let mean = all.iter().sum::<f64>() / f64::from(RATES);
            let least = all.iter().copied().fold(1.0, f64::min);
            assert!((0.93..=0.97).contains(&mean), "{of} plays: {mean}");
            let row = format!("| {of} | {:.1} % | {:.1} % |", mean * 100.0, least * 100.0);
            assert!(STATED.contains(&row), "{row}");
        }
    }

    const STATED: &str = include_str!("../../../docs/src/statistics.md");
}
