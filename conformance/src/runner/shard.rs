//! One of several parts of a run, and how plays are shared out.

use std::fmt;
use std::str::FromStr;

use crate::evidence::MOST_SHARDS;

/// One of several parts of a run: `2/3` is the second of three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: usize,
    count: usize,
}

impl Shard {
    /// Everything in one part.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    /// The part of this number, counting from 1; nothing where there is no such part, or where there are more than
    /// [`MOST_SHARDS`].
    pub fn new(index: usize, count: usize) -> Option<Self> {
        let is_one = count <= MOST_SHARDS && (1..=count).contains(&index);
        is_one.then_some(Self { index, count })
    }

    /// Its number, counting from 1.
    pub fn index(self) -> usize {
        self.index
    }

    /// How many parts there are.
    pub fn count(self) -> usize {
        self.count
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

/// Text is not a shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a shard; write I/N, from 1/N to N/N, with N up to {MOST_SHARDS}")]
pub struct ShardError(String);

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('/');
        let numbers =
            parts.and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        let shard = numbers.and_then(|(index, count)| Self::new(index, count));
        shard.ok_or_else(|| ShardError(text.to_owned()))
    }
}

/// Something that is given to one of several shards as a whole.
pub(super) struct Load {
    /// How long it takes, in whatever unit all have.
    pub(super) weight: f64,
    /// What decides the order of those that take equally long.
    pub(super) digest: String,
}

/// The number of the shard that each of `loads` goes to, counting from 1: the longest first, each to the shard that
/// has least to do. So the largest is above the mean by less than the longest load.
pub(super) fn shared_out(loads: &[Load], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..loads.len()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (&loads[*a], &loads[*b]);
        b.weight
            .total_cmp(&a.weight)
            .then_with(|| a.digest.cmp(&b.digest))
    });
    let mut filled = vec![(0.0_f64, 0_usize); count];
    let mut shards = vec![1; loads.len()];
    for at in order {
        let least = (0..count).min_by(|a, b| {
            let (a, b) = (filled[*a], filled[*b]);
            a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
        });
        // There is at least one.
        let to = least.unwrap_or_default();
        filled[to].0 += loads[at].weight;
        filled[to].1 += 1;
        shards[at] = to + 1;
    }
    shards
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn largest_and_mean(loads: &[Load], count: usize) -> (f64, f64) {
        let shards = shared_out(loads, count);
        let mut filled = vec![0.0; count];
        for (load, shard) in loads.iter().zip(&shards) {
            filled[shard - 1] += load.weight;
        }
        let all: f64 = filled.iter().sum();
        (filled.into_iter().fold(0.0, f64::max), all / count as f64)
    }

    fn loads(weights: &[f64]) -> Vec<Load> {
        let load = |(at, weight): (usize, &f64)| Load {
            weight: *weight,
            digest: format!("{:04}", at * 7919 % 9973),
        };
        weights.iter().enumerate().map(load).collect()
    }

    proptest! {
        /// No shard has more than 1.25 times the mean, unless a single play is longer than what is between: then
        /// the largest is above the mean by less than that play.
        #[test]
        fn no_shard_has_much_more_than_its_part(
            weights in prop::collection::vec(0.01_f64..1000.0, 1..300),
            count in 1_usize..20,
        ) {
            let loads = loads(&weights);
            let (largest, mean) = largest_and_mean(&loads, count);
            let longest = weights.iter().copied().fold(0.0, f64::max);
            let spare = (0.25 * mean).max(longest * (1.0 - 1.0 / count as f64));
            prop_assert!(largest <= mean + spare + 1e-6, "{largest} of {mean}, longest {longest}");
        }

        /// Where a load goes depends on the loads alone, and not on their order.
        #[test]
        fn the_order_of_loads_changes_nothing(
            weights in prop::collection::vec(0_u8..5, 1..60),
            count in 1_usize..9,
            turn in 0_usize..60,
        ) {
            let weights: Vec<f64> = weights.into_iter().map(f64::from).collect();
            let mut loads = loads(&weights);
            let by_digest = |loads: &[Load]| {
                let shards = shared_out(loads, count);
                let own = loads.iter().zip(shards).map(|(load, shard)| (load.digest.clone(), shard));
                own.collect::<std::collections::BTreeMap<_, _>>()
            };
            let before = by_digest(&loads);
            let turn = turn % loads.len();
            loads.rotate_left(turn);
            prop_assert_eq!(before, by_digest(&loads));
        }
    }

    #[test]
    fn equal_loads_are_dealt_out_one_by_one() {
        let loads = loads(&[1.0; 10]);
        let shards = shared_out(&loads, 4);
        let sizes = [1, 2, 3, 4].map(|shard| shards.iter().filter(|own| **own == shard).count());
        assert_eq!(sizes, [3, 3, 2, 2]);
    }

    #[test]
    fn senseless_shards_are_refused() {
        for text in [
            "",
            "1",
            "0/2",
            "3/2",
            "a/b",
            "1/0",
            "1/2/3",
            "1/65537",
            "1/99999999999999",
            "1/99999999999999999999",
        ] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        assert!("65536/65536".parse::<Shard>().is_ok());
        assert_eq!("2/3".parse::<Shard>().unwrap().to_string(), "2/3");
    }
}
