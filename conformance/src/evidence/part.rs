//! Which part of a run lies in a folder, and what the whole is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Conditions, ITERATION, Iterations};

/// Most shards that a run has.
pub const MOST_SHARDS: usize = 65_536;

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
    /// Its iterations, where it has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iterations: Option<Iterations>,
}

impl Part {
    /// The play whose evidence, or that of one of its iterations, lies in the folder of this name.
    pub fn play_of(&self, folder: &str) -> Option<&Share> {
        self.entry_of(folder).map(|(_, share)| share)
    }

    /// The same, with its name.
    pub(super) fn entry_of(&self, folder: &str) -> Option<(&str, &Share)> {
        let whole = || folder.rsplit_once(ITERATION).map(|(whole, _)| whole);
        let own = self.whole.get_key_value(folder);
        let (name, share) = own.or_else(|| self.whole.get_key_value(whole()?))?;
        Some((name, share))
    }

    /// The id under which reports tell what lies in the folder of this name.
    pub(super) fn id_of(&self, folder: &str) -> Option<String> {
        let (name, share) = self.entry_of(folder)?;
        let iteration = folder.strip_prefix(name).unwrap_or_default();
        Some(format!("{}{iteration}", share.case))
    }

    /// What cannot be so, if anything is.
    pub(super) fn problem(&self) -> Option<String> {
        if self.shards > MOST_SHARDS {
            return Some(format!(
                "it has {} shards, and no run has more than {MOST_SHARDS}",
                self.shards
            ));
        }
        let is_one = |shard: usize| (1..=self.shards).contains(&shard);
        if !is_one(self.shard) {
            return Some(format!("there is no shard {}", self.name()));
        }
        let mut lost = self.whole.iter().filter(|(_, share)| !is_one(share.shard));
        let (play, lost) = lost.next()?;
        let (own, all) = (lost.shard, self.shards);
        Some(format!("`{play}` is in shard {own} of {all}"))
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

#[cfg(test)]
mod tests {
    use super::super::Plays;
    use super::*;

    fn part() -> Part {
        let share = |case: &str, shard| Share {
            case: case.to_owned(),
            repetition: 1,
            digest: String::new(),
            shard,
            iterations: None,
        };
        let whole = [
            ("a.1", share("a", 1)),
            ("b-iteration-1.1", share("b-iteration-1", 2)),
        ];
        Part {
            shard: 1,
            shards: 2,
            conditions: Conditions {
                version: String::new(),
                agent: String::new(),
                driving: String::new(),
                prompts: String::new(),
                seed: 1,
                time_limit: None,
            },
            rules: String::new(),
            whole: whole.map(|(name, share)| (name.to_owned(), share)).into(),
        }
    }

    #[test]
    fn what_lies_in_a_folder_is_told_by_its_case() {
        let told = |folder: &str| part().id_of(folder).unwrap_or_default();
        assert_eq!(told("a.1"), "a");
        assert_eq!(told("a.1-iteration-02"), "a-iteration-02");
        assert_eq!(told("b-iteration-1.1"), "b-iteration-1");
        assert_eq!(told("a.2"), "");
    }

    #[test]
    fn no_more_shards_are_read_than_there_can_be() {
        let dir = tempfile::tempdir().unwrap();
        let read = |change: fn(&mut Part)| {
            let mut part = part();
            change(&mut part);
            Plays::to_come([], part).write(dir.path()).unwrap();
            let read = Plays::read(dir.path());
            read.map(|_| ()).map_err(|error| error.to_string())
        };
        assert_eq!(read(|_| {}), Ok(()));
        assert_eq!(read(|part| part.shards = MOST_SHARDS), Ok(()));
        for (change, told) in [
            (
                (|part| part.shards = usize::MAX) as fn(&mut Part),
                "no run has more than 65536",
            ),
            (|part| part.shard = 0, "no shard 0/2"),
            (|part| part.shard = 3, "no shard 3/2"),
            (
                |part| part.shards = 1,
                "`b-iteration-1.1` is in shard 2 of 1",
            ),
        ] {
            let error = read(change).unwrap_err();
            assert!(error.contains(told), "{error}");
        }
    }
}
