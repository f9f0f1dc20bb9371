//! `--shard`: which part of a run is played here, as it is said or as what starts many machines tells it.

use std::str::FromStr;

use super::Failure;
use crate::evidence::MOST_SHARDS;
use crate::runner::{Shard, ShardError};

/// What `--shard` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharding {
    /// It is said.
    Given(Shard),
    /// The environment says it.
    Auto,
}

/// The word for the environment.
const AUTO: &str = "auto";

impl FromStr for Sharding {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == AUTO {
            return Ok(Self::Auto);
        }
        text.parse().map(Self::Given)
    }
}

/// Variables that tell a shard.
struct Source {
    index: &'static str,
    count: &'static str,
    /// Where the index begins.
    first: usize,
    /// What counts, in the words of whoever sets the variable.
    counted: &'static str,
}

/// Those that tell it, in the order in which they are looked at. None of them counts the tasks that were submitted
/// this time: who submits one task again means the same shard.
const SOURCES: [Source; 4] = [
    Source {
        index: "JOB_COMPLETION_INDEX",
        count: "WILD_SHARDS",
        first: 0,
        counted: "the completions of the job",
    },
    Source {
        index: "CI_NODE_INDEX",
        count: "CI_NODE_TOTAL",
        first: 1,
        counted: "the number behind `parallel`",
    },
    Source {
        index: "WILD_SHARD",
        count: "WILD_SHARDS",
        first: 1,
        counted: "the number of shards",
    },
    Source {
        index: "SLURM_ARRAY_TASK_ID",
        count: "WILD_SHARDS",
        first: 1,
        counted: "the number of shards, which the array counts from 1",
    },
];

impl Sharding {
    /// The shard. `variable` looks into the environment.
    pub(super) fn resolve(
        self,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Shard, Failure> {
        let variable = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        match self {
            Self::Given(shard) => Ok(shard),
            Self::Auto => auto(&variable),
        }
    }
}

fn auto(variable: &impl Fn(&str) -> Option<String>) -> Result<Shard, Failure> {
    let mut told = SOURCES
        .iter()
        .filter_map(|source| Some((source, variable(source.index)?)));
    let Some((source, index)) = told.next() else {
        return Err(Failure::usage(
            "--shard auto: nothing tells which shard this is; set WILD_SHARD to its number (from 1) and WILD_SHARDS to \
             how many there are, or give --shard I/N",
        ));
    };
    let shard = source.shard(&index, variable)?;
    for (other, index) in told {
        // Who sets our own variable for a task of an array says what it means.
        let is_ours = source.index == "WILD_SHARD";
        let others = other.shard(&index, variable).ok();
        if let Some(others) = others.filter(|others| *others != shard && !is_ours) {
            return Err(Failure::usage(format!(
                "--shard auto: {} says {shard}, and {} says {others}; give --shard I/N",
                source.index, other.index
            )));
        }
    }
    Ok(shard)
}

impl Source {
    fn shard(
        &self,
        index: &str,
        variable: &impl Fn(&str) -> Option<String>,
    ) -> Result<Shard, Failure> {
        let Self {
            index: name,
            count,
            first,
            counted,
        } = self;
        let Some(all) = variable(count) else {
            return Err(Failure::usage(format!(
                "--shard auto: {name} is {index}, and nothing tells how many shards there are; set {count} to {counted}"
            )));
        };
        let number = |text: &str| text.trim().parse::<usize>().ok();
        let shard = number(index)
            .and_then(|index| index.checked_add(1)?.checked_sub(*first))
            .zip(number(&all))
            .and_then(|(index, all)| Shard::new(index, all));
        shard.ok_or_else(|| {
            Failure::usage(format!(
                "--shard auto: {name} is {index} and {count} is {all}; {name} counts from {first}, and {count} is to be \
                 {counted}, {MOST_SHARDS} at most"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto_with(variables: &[(&str, &str)]) -> Result<String, String> {
        let found = |name: &str| {
            let own = variables.iter().find(|(own, _)| *own == name);
            own.map(|(_, value)| (*value).to_owned())
        };
        match Sharding::Auto.resolve(found) {
            Ok(shard) => Ok(shard.to_string()),
            Err(failure) => {
                assert_eq!(failure.exit_code(), 2);
                Err(failure.to_string())
            }
        }
    }

    #[test]
    fn whoever_starts_many_machines_tells_the_shard() {
        for (variables, shard) in [
            (
                &[("JOB_COMPLETION_INDEX", "0"), ("WILD_SHARDS", "4")][..],
                "1/4",
            ),
            (
                &[("JOB_COMPLETION_INDEX", "3"), ("WILD_SHARDS", "4")],
                "4/4",
            ),
            (&[("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "5")], "2/5"),
            (&[("SLURM_ARRAY_TASK_ID", "3"), ("WILD_SHARDS", "8")], "3/8"),
            (&[("WILD_SHARD", "3"), ("WILD_SHARDS", "8")], "3/8"),
            // GitLab sets the total without `parallel`, too.
            (
                &[
                    ("CI_NODE_TOTAL", "1"),
                    ("WILD_SHARD", "2"),
                    ("WILD_SHARDS", "2"),
                ],
                "2/2",
            ),
            // A task of an array that is submitted again by itself, and an array that counts from 0.
            (
                &[
                    ("SLURM_ARRAY_TASK_ID", "3"),
                    ("SLURM_ARRAY_TASK_COUNT", "1"),
                    ("WILD_SHARDS", "8"),
                ],
                "3/8",
            ),
            (
                &[
                    ("SLURM_ARRAY_TASK_ID", "0"),
                    ("WILD_SHARD", "1"),
                    ("WILD_SHARDS", "8"),
                ],
                "1/8",
            ),
        ] {
            assert_eq!(auto_with(variables).as_deref(), Ok(shard), "{variables:?}");
        }
    }

    #[test]
    fn what_is_not_told_is_said() {
        for (variables, part) in [
            (
                &[][..],
                "set WILD_SHARD to its number (from 1) and WILD_SHARDS",
            ),
            (&[("WILD_SHARDS", "3")], "nothing tells which shard"),
            (
                &[("JOB_COMPLETION_INDEX", "0")],
                "set WILD_SHARDS to the completions of the job",
            ),
            (
                &[("SLURM_ARRAY_TASK_ID", "3")],
                "set WILD_SHARDS to the number of shards",
            ),
            (
                &[("SLURM_ARRAY_TASK_ID", "3"), ("WILD_SHARDS", "")],
                "set WILD_SHARDS",
            ),
            (
                &[("SLURM_ARRAY_TASK_ID", "0"), ("WILD_SHARDS", "3")],
                "counts from 1",
            ),
            (
                &[("WILD_SHARD", "4"), ("WILD_SHARDS", "3")],
                "WILD_SHARD is 4 and WILD_SHARDS is 3",
            ),
            (
                &[("WILD_SHARD", "x"), ("WILD_SHARDS", "3")],
                "WILD_SHARD is x",
            ),
            (
                &[("WILD_SHARD", "18446744073709551615"), ("WILD_SHARDS", "3")],
                "WILD_SHARD is 18446744073709551615",
            ),
            (
                &[("JOB_COMPLETION_INDEX", "0"), ("WILD_SHARDS", "65537")],
                "65536 at most",
            ),
            (
                &[
                    ("CI_NODE_INDEX", "1"),
                    ("CI_NODE_TOTAL", "2"),
                    ("WILD_SHARD", "2"),
                    ("WILD_SHARDS", "2"),
                ],
                "CI_NODE_INDEX says 1/2, and WILD_SHARD says 2/2",
            ),
        ] {
            let told = auto_with(variables).unwrap_err();
            assert!(told.contains(part), "{told}");
        }
    }
}
