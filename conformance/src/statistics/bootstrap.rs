//! An interval for what is counted over several cases.

use super::Interval;

/// How often the cases are drawn.
const DRAWS: usize = 2000;

/// The seed of the draws: the same plays give the same interval.
const SEED: u64 = 0x05ee_d0fc_a5e5;

/// Draws as many cases as there are, with replacement and over and over, and tells between which numbers
/// `statistic` of what is drawn lies 95 % of the time. Plays of one case hang together, so that whole cases
/// are drawn and no plays.
pub(super) fn percentiles<T: Copy>(cases: &[T], statistic: impl Fn(&[T]) -> f64) -> Interval {
    let mut chance = Chance(SEED);
    let mut drawn = cases.to_vec();
    let mut all: Vec<f64> = (0..DRAWS)
        .map(|_| {
            for place in &mut drawn {
                *place = cases[chance.below(cases.len())];
            }
            statistic(&drawn)
        })
        .filter(|number| number.is_finite())
        .collect();
    all.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (all.len() as f64 * share) as usize;
        all.get(place.min(all.len().saturating_sub(1))).copied()
    };
    Interval {
        low: at(0.025).unwrap_or(f64::NEG_INFINITY),
        high: at(0.975).unwrap_or(f64::INFINITY),
    }
}

/// Numbers that look like chance and are the same each time: SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`. What the remainder favours is beyond what is drawn here.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(numbers: &[f64]) -> f64 {
        numbers.iter().sum::<f64>() / numbers.len() as f64
    }

    /// The generator is the published one, whose first numbers for this seed are known.
    #[test]
    fn chance_is_splitmix() {
        let mut chance = Chance(1_234_567);
        assert_eq!(chance.next(), 6_457_827_717_110_365_317);
        assert_eq!(chance.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn it_is_as_wide_as_the_mean_is_uncertain() {
        let cases: Vec<f64> = (0..100).map(|at| f64::from(at % 2)).collect();
        let told = percentiles(&cases, mean);
        assert!((told.low - 0.402).abs() < 0.02, "{told:?}");
        assert!((told.high - 0.598).abs() < 0.02, "{told:?}");
        assert_eq!(told, percentiles(&cases, mean), "the same each time");
    }

    #[test]
    fn alike_cases_leave_no_doubt_and_none_leave_all() {
        let told = percentiles(&[0.5; 7], mean);
        assert_eq!((told.low, told.high), (0.5, 0.5));
        let told = percentiles(&[], mean);
        assert!(told.low.is_infinite() && told.high.is_infinite());
    }
}
