//! Identifiers: seeded, so that the same requests give the same ids.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// Issues identifiers from a seed and a counter. Saved with the state, so that a restarted server
/// never issues an id again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    seed: u64,
    issued: u64,
}

impl Ids {
    /// Ids that depend on `seed` alone.
    pub const fn seeded(seed: u64) -> Self {
        Self { seed, issued: 0 }
    }

    /// The seed.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// How many were issued so far.
    pub const fn issued(&self) -> u64 {
        self.issued
    }

    /// Goes on as if `issued` ids had been issued.
    pub fn resume_at(&mut self, issued: u64) {
        self.issued = self.issued.max(issued);
    }

    /// A run's or a sweep's id: 12 hexadecimal digits.
    pub fn short(&mut self) -> String {
        self.hex(12)
    }

    /// An alert's id: 32 hexadecimal digits.
    pub fn long(&mut self) -> String {
        self.hex(32)
    }

    /// A wild session's id: `wild-` and 8 hexadecimal digits.
    pub fn wild_session(&mut self) -> String {
        format!("wild-{}", self.hex(8))
    }

    fn hex(&mut self, digits: usize) -> String {
        self.issued += 1;
        let mut text = String::with_capacity(digits.next_multiple_of(16));
        let mut state = mix(self.seed) ^ self.issued;
        while text.len() < digits {
            state = mix(state.wrapping_add(GOLDEN_GAMMA));
            // Writing to a String cannot fail.
            let _ = write!(text, "{state:016x}");
        }
        text.truncate(digits);
        text
    }
}

/// A number that follows from a seed and a counter, and looks like chance.
pub(crate) fn scatter(seed: u64, counter: u64) -> u64 {
    mix(mix(seed).wrapping_add(counter.wrapping_mul(GOLDEN_GAMMA)))
}

/// The increment of the SplitMix64 generator.
const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// The output function of SplitMix64: a bijection that scatters neighbouring inputs.
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let (mut a, mut b) = (Ids::seeded(7), Ids::seeded(7));
        assert_eq!(a.short(), b.short());
        assert_eq!(a.long(), b.long());
        assert_ne!(Ids::seeded(7).short(), Ids::seeded(8).short());
    }

    #[test]
    fn shapes_are_those_of_the_wire() {
        let mut ids = Ids::seeded(0);
        assert_eq!(ids.short().len(), 12);
        assert_eq!(ids.long().len(), 32);
        assert_eq!(ids.wild_session().len(), 13);
    }

    #[test]
    fn ids_do_not_repeat() {
        let mut ids = Ids::seeded(1);
        let all: HashSet<String> = (0..100_000).map(|_| ids.short()).collect();
        assert_eq!(all.len(), 100_000);
    }
}
