//! How long a delayed answer waits: always the same, or drawn from the seed.

use serde::{Deserialize, Serialize};

use super::when::chance;

/// A time to wait, in seconds of the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Delay {
    /// Always the same.
    Fixed {
        /// How long.
        seconds: f64,
    },
    /// Anything from `min` to `max`, all equally likely.
    Uniform {
        /// The shortest.
        min: f64,
        /// The longest.
        max: f64,
    },
    /// As answers of real servers are spread: most near the median, some far above it.
    LogNormal {
        /// Half of the delays are shorter.
        median: f64,
        /// How far they spread: 0 not at all, 0.5 mildly, 1.5 wildly.
        sigma: f64,
    },
}

/// The keys of [`Delay`].
pub(super) const KEYS: [&str; 5] = ["seconds", "min", "max", "median", "sigma"];

/// How delays are written down.
pub(super) const FORMS: &str = "'seconds', or 'min' and 'max', or 'median' and 'sigma'";

/// Longest delay that is drawn: an hour. The log-normal distribution knows no end.
const LONGEST: f64 = 3_600.0;

impl Delay {
    /// The delay of the request that is the `count`-th to fit, in seconds.
    pub(super) fn draw(&self, seed: u64, count: u64) -> f64 {
        match *self {
            Self::Fixed { seconds } => seconds,
            Self::Uniform { min, max } => min + (max - min) * chance(seed, 2 * count),
            Self::LogNormal { median, sigma } => {
                let drawn = median * (sigma * normal(seed, count)).exp();
                drawn.min(LONGEST.max(median))
            }
        }
    }

    /// Says what is wrong with it.
    pub(super) fn check(&self) -> Result<(), String> {
        let numbers = match *self {
            Self::Fixed { seconds } => vec![("seconds", seconds)],
            Self::Uniform { min, max } => vec![("min", min), ("max", max)],
            Self::LogNormal { median, sigma } => vec![("median", median), ("sigma", sigma)],
        };
        for (key, value) in numbers {
            if !(value.is_finite() && value >= 0.0) {
                return Err(format!("'{key}' is {value}; give a number from 0 on"));
            }
        }
        match *self {
            Self::Uniform { min, max } if min > max => {
                Err(format!("'min' is {min}, which is more than 'max' {max}"))
            }
            _ => Ok(()),
        }
    }
}

/// A number of the standard normal distribution, by Box and Muller.
fn normal(seed: u64, count: u64) -> f64 {
    // The logarithm of 0 has no value, and `chance` never gives 1.
    let radius = (-2.0 * (1.0 - chance(seed, 2 * count)).ln()).sqrt();
    radius * (std::f64::consts::TAU * chance(seed, 2 * count + 1)).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_delays_follow_their_distribution() {
        let drawn = |delay: Delay| -> Vec<f64> {
            let mut all: Vec<f64> = (1..=1001).map(|count| delay.draw(9, count)).collect();
            all.sort_by(f64::total_cmp);
            all
        };
        assert_eq!(drawn(Delay::Fixed { seconds: 2.5 })[500], 2.5);
        let uniform = drawn(Delay::Uniform { min: 1.0, max: 3.0 });
        assert!(uniform[0] >= 1.0 && uniform[1000] < 3.0);
        assert!((uniform[500] - 2.0).abs() < 0.15, "{}", uniform[500]);
        let skewed = drawn(Delay::LogNormal {
            median: 1.0,
            sigma: 1.0,
        });
        assert!((skewed[500] - 1.0).abs() < 0.15, "{}", skewed[500]);
        // One sigma above the median.
        assert!(
            (skewed[841] - std::f64::consts::E).abs() < 0.5,
            "{}",
            skewed[841]
        );
        assert!(skewed[0] > 0.0);
    }

    #[test]
    fn the_seed_decides() {
        let delay = Delay::LogNormal {
            median: 1.0,
            sigma: 0.5,
        };
        assert_eq!(delay.draw(1, 1), delay.draw(1, 1));
        assert_ne!(delay.draw(1, 1), delay.draw(2, 1));
        assert_ne!(delay.draw(1, 1), delay.draw(1, 2));
    }
}
