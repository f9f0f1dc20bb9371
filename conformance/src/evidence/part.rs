//! Which part of a run lies in a folder, and what the whole is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Conditions;

/// One shard of a run, or a run as a whole, which is its only shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The shard's number, counting from 1.
    pub shard: usize,
    /// How many shards there are.
    pub shards: usize,
    /// Under what was played.
    pub conditions: Conditions,
    /// Which rules were asked, as on a command line.
    pub rules: String,
    /// The plays of all shards, by their names.
    pub whole: BTreeMap<String, Share>,
}

/// A play, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The id of its case.
    pub case: String,
    /// Which repetition it is.
    pub repetition: u32,
    /// Digest of what the case sets up.
    pub digest: String,
    /// The number of its shard.
    pub shard: usize,
}

/// What stands between the name of a play and the number of one of its iterations.
const ITERATION: &str = "-iteration-";

impl Part {
    /// The play whose evidence, or that of one of its iterations, lies in the folder of this name.
    pub fn play_of(&self, folder: &str) -> Option<&Share> {
        let whole = || folder.rsplit_once(ITERATION).map(|(whole, _)| whole);
        self.whole.get(folder).or_else(|| self.whole.get(whole()?))
    }

    /// Its name among the shards.
    pub fn name(&self) -> String {
        format!("{}/{}", self.shard, self.shards)
    }

    /// What makes `other` part of another run, if anything does.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let conditions = self.conditions.difference(&other.conditions);
        let rules = || {
            let told = |rules: &str| match rules {
                "" => "all rules".to_owned(),
                rules => format!("rules by {rules}"),
            };
            let (own, others) = (told(&self.rules), told(&other.rules));
            (own != others).then(|| format!("{own} and {others}"))
        };
        let count = || {
            let (own, others) = (self.shards, other.shards);
            (own != others).then(|| format!("{own} and {others} shards"))
        };
        conditions
            .or_else(rules)
            .or_else(count)
            .or_else(|| self.other_plays(other))
    }

    /// The first play that is not the same in both.
    fn other_plays(&self, other: &Self) -> Option<String> {
        let lacking = |of: &Self, from: &Self| {
            of.whole
                .keys()
                .find(|name| !from.whole.contains_key(*name))
                .cloned()
        };
        if let Some(name) = lacking(self, other).or_else(|| lacking(other, self)) {
            return Some(format!("other plays: `{name}` is in one of them only"));
        }
        let pairs = self.whole.iter().zip(other.whole.values());
        let mut unequal = pairs.filter(|((_, own), others)| own != others);
        let ((name, own), others) = unequal.next()?;
        Some(if own.shard == others.shard {
            format!("another case `{}`", own.case)
        } else {
            format!(
                "other shares: `{name}` is in shard {} and in shard {}, as with other --durations",
                own.shard, others.shard
            )
        })
    }
}
