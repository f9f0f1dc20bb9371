//! What two plays of the same case have in common that are of one run, whichever machine they were played on.

use serde::{Deserialize, Serialize};

use super::play_record::digest_of;

/// Characters of a digest that are kept.
const KEPT: usize = 16;

/// Under what plays are played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// Version of the program that plays.
    pub version: String,
    /// The agent, as reports name it: its command line, which tells of places. What it is, `driving` tells.
    pub agent: String,
    /// Digest of how it is started and spoken with.
    pub driving: String,
    /// Digest of the prompts' templates.
    pub prompts: String,
    /// Seed of the server's identifiers.
    pub seed: u64,
    /// What replaces the cases' time limits, in seconds.
    pub time_limit: Option<u64>,
}

impl Conditions {
    /// Stands for all of them in the record of a play.
    pub fn digest(&self) -> String {
        let Self {
            version,
            agent: _,
            driving,
            prompts,
            seed,
            time_limit,
        } = self;
        short_digest(&format!(
            "{:?}",
            (version, driving, prompts, seed, time_limit)
        ))
    }

    /// What is not the same in `other`, if anything is not.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let limit = |limit: Option<u64>| {
            limit.map_or("of the cases' own".to_owned(), |seconds| {
                format!("of {seconds} s")
            })
        };
        if self.version != other.version {
            return Some(format!(
                "version {} and version {}",
                self.version, other.version
            ));
        }
        if self.driving != other.driving {
            let (own, others) = (&self.agent, &other.agent);
            return Some(if own == others {
                format!("agent `{own}`, with other arguments, environment or settings")
            } else {
                format!("agent `{own}` and agent `{others}`")
            });
        }
        if self.prompts != other.prompts {
            return Some("other prompts".to_owned());
        }
        if self.seed != other.seed {
            return Some(format!("seed {} and seed {}", self.seed, other.seed));
        }
        let (own, others) = (limit(self.time_limit), limit(other.time_limit));
        (own != others).then(|| format!("a time limit {own} and one {others}"))
    }
}

/// The beginning of a text's digest.
pub fn short_digest(text: &str) -> String {
    let mut digits = digest_of(text.as_bytes()).sha256;
    digits.truncate(KEPT);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions() -> Conditions {
        Conditions {
            version: "1".to_owned(),
            agent: "a".to_owned(),
            driving: "d".to_owned(),
            prompts: "p".to_owned(),
            seed: 1,
            time_limit: None,
        }
    }

    #[test]
    fn whatever_differs_is_told_and_changes_the_digest() {
        let own = conditions();
        assert_eq!(own.difference(&own), None);
        let changed = |change: fn(&mut Conditions)| {
            let mut other = conditions();
            change(&mut other);
            other
        };
        for (other, word) in [
            (
                changed(|c| c.version = "2".to_owned()),
                "version 1 and version 2",
            ),
            (
                changed(|c| (c.agent, c.driving) = ("b".to_owned(), "e".to_owned())),
                "agent `a` and agent `b`",
            ),
            (changed(|c| c.driving = "e".to_owned()), "other arguments"),
            (changed(|c| c.prompts = "q".to_owned()), "other prompts"),
            (changed(|c| c.seed = 2), "seed 1 and seed 2"),
            (changed(|c| c.time_limit = Some(9)), "own and one of 9 s"),
        ] {
            let told = own.difference(&other).unwrap();
            assert!(told.contains(word), "{told}");
            assert_ne!(own.digest(), other.digest());
        }
    }
}
