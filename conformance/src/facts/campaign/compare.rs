//! Holds one number against the runs that it stands for.

use std::collections::BTreeSet;

use super::super::RunFacts;
use super::super::execution::RunReading;
use super::known::{Results, Told};
use super::metric::Kind;
use super::number::Number;
use super::subject::Subject;
use crate::case::GridAxis;

/// Words by which a row tells that a run failed.
const FAILURES: [&str; 5] = ["fail", "nan", "diverge", "crash", "error"];

/// Most runs of a configuration of which subsets are tried.
const MOST_TRIED: usize = 10;

/// Why a number is not that of the runs that it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// There is no such run.
    NoRun,
    /// The run failed, and the row does not say so.
    Failed,
    /// It is that of some of the runs only.
    Picked {
        /// Those.
        of: Vec<String>,
        /// What all of them give.
        all: String,
        /// How many there are.
        count: usize,
    },
    /// The runs say something else.
    Other {
        /// What.
        is: String,
    },
}

/// What a number is, held against runs.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// Theirs.
    Right,
    /// Not theirs.
    Wrong(Mismatch),
    /// Nobody can tell.
    Open,
}

/// What numbers are held against.
pub(super) struct Judge<'f> {
    pub(super) runs: &'f [RunFacts<'f>],
    pub(super) results: &'f [Results],
    /// What the grid knows of each run: runs that do not differ in it have the same number.
    configurations: Vec<usize>,
}

impl<'f> Judge<'f> {
    pub(super) fn new(
        grid: &[GridAxis],
        runs: &'f [RunFacts<'f>],
        readings: &[RunReading<'_>],
        results: &'f [Results],
    ) -> Self {
        let mut known: Vec<Vec<Option<&str>>> = readings
            .iter()
            .map(|run| grid.iter().map(|axis| run.command().option(&axis.name)))
            .map(Iterator::collect)
            .collect();
        let own = known.clone();
        known.sort();
        known.dedup();
        let place = |values| known.binary_search(values).unwrap_or_default();
        Self {
            runs,
            results,
            configurations: own.iter().map(place).collect(),
        }
    }

    /// Holds the number that a row gives for the metric `key` against the runs of its subject.
    pub(super) fn compare(
        &self,
        subject: &Subject,
        row: &[String],
        key: &str,
        kind: Kind,
        number: Number,
    ) -> Held {
        let finished: Vec<usize> = self.ended(subject, &["finished"]).collect();
        let told = finished.iter().map(|at| self.results[*at].get(key));
        let told: Vec<Option<&Told>> = told.collect();
        if told.iter().all(Option::is_none) {
            return self.without_result(subject, row);
        }
        let results = told.iter().map(|told| told.and_then(|told| told.result));
        let results: Option<Vec<f64>> = results.collect();
        let told: Vec<&Told> = told.into_iter().flatten().collect();
        match kind {
            Kind::Any => as_one_of(&told, results.is_some(), number),
            _ => match results {
                Some(values) => self.as_mean(&finished, &told, &values, number),
                // Of a run that finished without a result, or with several, nobody knows.
                None => as_mean_of_some(&told, number),
            },
        }
    }

    fn ended(
        &self,
        subject: &Subject,
        words: &'static [&'static str],
    ) -> impl Iterator<Item = usize> {
        let runs = subject.runs.iter().copied();
        runs.filter(move |at| words.contains(&self.runs[*at].last.as_str()))
    }

    fn without_result(&self, subject: &Subject, row: &[String]) -> Held {
        if subject.runs.is_empty() {
            return Held::Wrong(Mismatch::NoRun);
        }
        let is_said = row.iter().any(|cell| {
            let cell = cell.to_lowercase();
            FAILURES.iter().any(|word| cell.contains(word))
        });
        // Of runs that go on, or that reported nothing, nobody knows.
        let failed = self.ended(subject, &["failed", "stopped"]).count();
        if failed == subject.runs.len() && !is_said {
            Held::Wrong(Mismatch::Failed)
        } else {
            Held::Open
        }
    }

    fn as_mean(&self, finished: &[usize], told: &[&Told], values: &[f64], number: Number) -> Held {
        let of_all = mean(values);
        if number.is(of_all) {
            return Held::Right;
        }
        // A run may have given it on the way, and a mean may be one of numbers that were rounded before.
        let is_near = match told {
            [one] => one.gave(number),
            _ => number.is_almost(of_all),
        };
        // Where a configuration was run several times over, it is open which of them count; a mean of any lies
        // among them all the same.
        let (least, most) = bounds(values);
        let may_be_some = self.repeats(finished) && number.is_among(least, most);
        if is_near || !of_all.is_finite() || may_be_some {
            return Held::Open;
        }
        Held::Wrong(match self.picked(finished, values, number) {
            Some(of) => Mismatch::Picked {
                of,
                all: shown(of_all),
                count: finished.len(),
            },
            None => Mismatch::Other { is: shown(of_all) },
        })
    }

    /// Whether two of these runs differ in nothing that the grid knows.
    fn repeats(&self, places: &[usize]) -> bool {
        let mut seen = BTreeSet::new();
        places.len() > 1
            && places
                .iter()
                .any(|at| !seen.insert(self.configurations[*at]))
    }

    /// The fewest of these runs of which the number is the mean.
    fn picked(&self, places: &[usize], values: &[f64], number: Number) -> Option<Vec<String>> {
        if places.len() > MOST_TRIED {
            return None;
        }
        let chosen = |set: u32| (0..values.len()).filter(move |at| set & (1 << at) != 0);
        let sets = 1..(1_u32 << values.len()) - 1;
        let fits = |set: &u32| {
            let sum: f64 = chosen(*set).map(|at| values[at]).sum();
            number.is(sum / f64::from(set.count_ones()))
        };
        let best = sets.filter(fits).min_by_key(|set| set.count_ones())?;
        Some(
            chosen(best)
                .map(|at| self.runs[places[at]].name.clone())
                .collect(),
        )
    }
}

fn as_one_of(told: &[&Told], is_whole: bool, number: Number) -> Held {
    let ranges = || told.iter().filter_map(|told| told.range);
    let least = ranges()
        .map(|(least, _)| least)
        .fold(f64::INFINITY, f64::min);
    let most = ranges()
        .map(|(_, most)| most)
        .fold(f64::NEG_INFINITY, f64::max);
    let is_between = (least..=most).contains(&number.value);
    if is_between || number.is(least) || number.is(most) {
        return Held::Right;
    }
    if !is_whole {
        return Held::Open;
    }
    Held::Wrong(Mismatch::Other {
        is: format!("{} to {}", shown(least), shown(most)),
    })
}

/// Holds a number against those of some of the runs, which can only show that it is right.
fn as_mean_of_some(told: &[&Told], number: Number) -> Held {
    let values: Vec<f64> = told.iter().filter_map(|told| told.result).collect();
    if !values.is_empty() && number.is(mean(&values)) {
        Held::Right
    } else {
        Held::Open
    }
}

/// The least and the greatest of some numbers.
fn bounds(values: &[f64]) -> (f64, f64) {
    values.iter().fold(
        (f64::INFINITY, f64::NEG_INFINITY),
        |(least, most), value| (least.min(*value), most.max(*value)),
    )
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// A number as messages show it.
fn shown(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
