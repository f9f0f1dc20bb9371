//! Which cases are played, how often, and which part of them here.

use super::durations::Durations;
use super::shard::{Load, Shard, shared_out};
use crate::case::Case;
use crate::evidence::{Iterations, digest_of};

/// One case, once.
#[derive(Debug, Clone, PartialEq)]
pub struct Play {
    /// The case.
    pub case: Case,
    /// Which repetition it is, counting from 1.
    pub repetition: u32,
}

impl Play {
    /// How many outcomes it has at most: one for each of its iterations, and one for a campaign as a whole, too.
    pub fn outcomes(&self) -> usize {
        self.case.iterations as usize + usize::from(self.case.is_campaign())
    }
}

/// The plays of a run, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Playlist {
    /// The plays of this shard.
    pub plays: Vec<Play>,
    shard: Shard,
    whole: Vec<Placed>,
    repeat: u32,
}

/// A play of the whole run, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Its name.
    pub name: String,
    /// The id of its case.
    pub case: String,
    /// Which repetition it is, counting from 1.
    pub repetition: u32,
    /// The number of the shard that plays it.
    pub shard: usize,
}

impl Playlist {
    /// Every case `repeat` times.
    pub fn new(cases: &[Case], repeat: u32) -> Self {
        Self::part(cases, repeat, Shard::WHOLE, &Durations::default())
    }

    /// The same, cut down to one shard. Plays are shared out one by one, so that a case and the healthy twin that
    /// is its control may be in different shards.
    pub fn part(cases: &[Case], repeat: u32, shard: Shard, durations: &Durations) -> Self {
        let all = || {
            cases
                .iter()
                .flat_map(|case| (1..=repeat).map(move |number| (case, number)))
        };
        let loads = |case| {
            let likely = durations.of(case);
            (1..=repeat).map(move |number| Load {
                weight: likely.of(number),
                digest: digest_of(name(&case.id, number, repeat).as_bytes()).sha256,
            })
        };
        let loads: Vec<Load> = cases.iter().flat_map(loads).collect();
        let shards = shared_out(&loads, shard.count());
        let own = all().zip(&shards).filter(|(_, own)| **own == shard.index());
        let placed = |((case, repetition), shard): ((&Case, u32), &usize)| Placed {
            name: name(&case.id, repetition, repeat),
            case: case.id.clone(),
            repetition,
            shard: *shard,
        };
        Self {
            plays: own
                .map(|((case, repetition), _)| Play {
                    case: case.clone(),
                    repetition,
                })
                .collect(),
            shard,
            whole: all().zip(&shards).map(placed).collect(),
            repeat,
        }
    }

    /// Which part of the run this is.
    pub fn shard(&self) -> Shard {
        self.shard
    }

    /// The plays of all shards.
    pub fn whole(&self) -> &[Placed] {
        &self.whole
    }

    /// The names of the folders in which the plays' evidence begins.
    pub fn folders(&self) -> impl Iterator<Item = String> {
        self.plays
            .iter()
            .map(|play| folder(play, &self.name(play), 0))
    }

    /// The name of a play: the case's id, with the repetition where there are several.
    pub fn name(&self, play: &Play) -> String {
        name(&play.case.id, play.repetition, self.repeat)
    }
}

fn name(id: &str, repetition: u32, repeat: u32) -> String {
    if repeat == 1 {
        return id.to_owned();
    }
    let width = repeat.to_string().len();
    format!("{id}.{repetition:0width$}")
}

/// The name of the folder with the evidence of iteration number `done` + 1 of what is called `name`.
pub(super) fn folder(play: &Play, own: &str, done: u32) -> String {
    match Iterations::of(&play.case) {
        None => own.to_owned(),
        Some(iterations) => iterations.name(own, done),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::case::builtin_cases;

    #[test]
    fn shards_share_out_every_play_once_and_evenly() {
        let cases = builtin_cases().unwrap();
        let whole = Playlist::new(&cases, 4);
        let part = |index| {
            Playlist::part(
                &cases,
                4,
                Shard::new(index, 3).unwrap(),
                &Durations::default(),
            )
        };
        let parts = [part(1), part(2), part(3)];
        let names = |playlist: &Playlist| {
            playlist
                .plays
                .iter()
                .map(|play| playlist.name(play))
                .collect::<Vec<_>>()
        };
        let shared: Vec<String> = parts.iter().flat_map(names).collect();
        assert_eq!(shared.len(), whole.plays.len());
        assert_eq!(shared.iter().collect::<BTreeSet<_>>().len(), shared.len());
        for (index, part) in parts.iter().enumerate() {
            let own = part
                .whole()
                .iter()
                .filter(|placed| placed.shard == index + 1);
            assert_eq!(
                own.map(|placed| placed.name.clone()).collect::<Vec<_>>(),
                names(part)
            );
            assert_eq!(part.whole(), parts[0].whole());
            let weight: u32 = part.plays.iter().map(|play| play.case.iterations).sum();
            let all: u32 = whole.plays.iter().map(|play| play.case.iterations).sum();
            assert!(
                f64::from(weight) <= 1.25 * f64::from(all) / 3.0,
                "{weight} of {all}"
            );
        }
    }

    #[test]
    fn names_tell_repetitions_apart_and_sort() {
        let cases = builtin_cases().unwrap();
        let playlist = Playlist::new(&cases, 10);
        assert!(playlist.name(&playlist.plays[1]).ends_with(".02"));
    }
}
