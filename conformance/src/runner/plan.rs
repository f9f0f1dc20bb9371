//! Which cases are played, how often, and which part of them here.

use std::str::FromStr;

use super::chain;
use crate::case::Case;

/// One case, once.
#[derive(Debug, Clone, PartialEq)]
pub struct Play {
    /// The case.
    pub case: Case,
    /// Which repetition it is, counting from 1.
    pub repetition: u32,
}

/// The plays of a run, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The plays.
    pub plays: Vec<Play>,
    repeat: u32,
}

impl Plan {
    /// Every case `repeat` times, cut down to one shard.
    ///
    /// A case and its healthy twin go to the same shard, because one is the control of the other.
    pub fn new(cases: &[Case], repeat: u32, shard: Shard) -> Self {
        let mut plays = Vec::new();
        let mut groups: Vec<&str> = cases.iter().map(group).collect();
        groups.sort_unstable();
        groups.dedup();
        for case in cases {
            let at = groups.binary_search(&group(case)).unwrap_or_default();
            for repetition in 1..=repeat {
                if shard.takes(at + repetition as usize - 1) {
                    plays.push(Play {
                        case: case.clone(),
                        repetition,
                    });
                }
            }
        }
        Self { plays, repeat }
    }

    /// The names of the folders in which the plays' evidence begins.
    pub fn folders(&self) -> impl Iterator<Item = String> {
        self.plays
            .iter()
            .map(|play| chain::folder(play, &self.name(play), 0))
    }

    /// The name of a play: the case's id, with the repetition where there are several.
    pub fn name(&self, play: &Play) -> String {
        if self.repeat == 1 {
            return play.case.id.clone();
        }
        let width = self.repeat.to_string().len();
        format!("{}.{:0width$}", play.case.id, play.repetition)
    }
}

fn group(case: &Case) -> &str {
    case.twin.as_deref().unwrap_or(&case.id)
}

/// One of several equal parts of a run: `2/3` is the second of three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: usize,
    count: usize,
}

impl Shard {
    /// Everything in one part.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    fn takes(self, position: usize) -> bool {
        position % self.count == self.index - 1
    }
}

/// Text is not a shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a shard; write I/N, from 1/N to N/N")]
pub struct ShardError(String);

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ShardError(text.to_owned());
        let (index, count) = text.split_once('/').ok_or_else(wrong)?;
        let index = index.parse().map_err(|_| wrong())?;
        let count = count.parse().map_err(|_| wrong())?;
        if index == 0 || index > count {
            return Err(wrong());
        }
        Ok(Self { index, count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::builtin_cases;

    #[test]
    fn shards_share_out_every_play_once_and_keep_twins_together() {
        let cases = builtin_cases().unwrap();
        let whole = Plan::new(&cases, 4, Shard::WHOLE);
        let parts: Vec<Plan> = ["1/3", "2/3", "3/3"]
            .iter()
            .map(|text| Plan::new(&cases, 4, text.parse().unwrap()))
            .collect();
        let total: usize = parts.iter().map(|part| part.plays.len()).sum();
        assert_eq!(total, whole.plays.len());
        for part in parts {
            for play in &part.plays {
                let Some(twin) = &play.case.twin else {
                    continue;
                };
                let has_control = part
                    .plays
                    .iter()
                    .any(|other| other.case.id == *twin && other.repetition == play.repetition);
                assert!(has_control, "{}", whole.name(play));
            }
        }
    }

    #[test]
    fn senseless_shards_are_refused() {
        for text in ["", "1", "0/2", "3/2", "a/b", "1/0"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }

    #[test]
    fn names_tell_repetitions_apart_and_sort() {
        let cases = builtin_cases().unwrap();
        let plan = Plan::new(&cases, 10, Shard::WHOLE);
        assert!(plan.name(&plan.plays[1]).ends_with(".02"));
    }
}
