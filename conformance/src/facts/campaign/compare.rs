//! Holds one number against the runs that it stands for.

use std::collections::BTreeSet;

use super::super::Command;
use super::check::{Judge, Kind, Mismatch, Subject};
use super::number::Number;

/// Words by which a row tells that a run failed.
const FAILURES: [&str; 5] = ["fail", "nan", "diverge", "crash", "error"];

/// Most runs of a configuration of which subsets are tried.
const MOST_TRIED: usize = 10;

/// What a number is, held against runs.
pub(super) enum Held {
    /// Theirs.
    Right,
    /// Not theirs.
    Wrong(Mismatch),
    /// Nobody can tell.
    Open,
}

impl Judge<'_> {
    /// Holds the number that a row gives for the metric `key` against the runs of its subject.
    pub(super) fn compare(
        &self,
        subject: &Subject,
        row: &[String],
        key: &str,
        kind: Kind,
        number: Number,
    ) -> Held {
        let finished: Vec<usize> = self
            .ended(subject, &["finished"])
            .filter(|at| self.known[*at].contains_key(key))
            .collect();
        if finished.is_empty() {
            self.without_result(subject, row)
        } else if kind == Kind::Any {
            self.as_one_of(&finished, key, number)
        } else {
            self.as_mean(&finished, key, number)
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

    fn as_one_of(&self, finished: &[usize], key: &str, number: Number) -> Held {
        let all = finished.iter().flat_map(|at| &self.known[*at][key]);
        let least = all.clone().copied().fold(f64::INFINITY, f64::min);
        let most = all.copied().fold(f64::NEG_INFINITY, f64::max);
        let is_between = (least..=most).contains(&number.value);
        if is_between || number.is(least) || number.is(most) {
            return Held::Right;
        }
        Held::Wrong(Mismatch::Other {
            is: format!("{} to {}", shown(least), shown(most)),
        })
    }

    fn as_mean(&self, finished: &[usize], key: &str, number: Number) -> Held {
        let last = |at: &usize| self.known[*at][key].last().copied().unwrap_or_default();
        let values: Vec<f64> = finished.iter().map(last).collect();
        let of_all = mean(&values);
        // A run may have printed a number and reported it more exactly.
        let mut of_first = self.known[finished[0]][key].iter();
        let is_one = finished.len() == 1 && of_first.any(|value| number.is(*value));
        if number.is(of_all) || is_one {
            return Held::Right;
        }
        // Where a configuration was run several times over, it is open which of them count.
        if self.repeats(finished) {
            return Held::Open;
        }
        Held::Wrong(match self.picked(finished, &values, number) {
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
        let values = |at: &usize| -> Vec<Option<String>> {
            let command = Command::parse(&self.runs[*at].command);
            let axes = self.grid.iter();
            axes.map(|axis| command.option(&axis.name).map(str::to_owned))
                .collect()
        };
        places.len() > 1 && places.iter().any(|at| !seen.insert(values(at)))
    }

    /// The fewest of these runs of which the number is the mean.
    fn picked(&self, places: &[usize], values: &[f64], number: Number) -> Option<Vec<String>> {
        if places.len() > MOST_TRIED {
            return None;
        }
        let chosen = |set: u32| (0..values.len()).filter(move |at| set & (1 << at) != 0);
        let sets = 1..(1_u32 << values.len()) - 1;
        let fits = |set: &u32| {
            let some: Vec<f64> = chosen(*set).map(|at| values[at]).collect();
            number.is(mean(&some))
        };
        let best = sets.filter(fits).min_by_key(|set| set.count_ones())?;
        Some(
            chosen(best)
                .map(|at| self.runs[places[at]].name.clone())
                .collect(),
        )
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// A number as messages show it.
fn shown(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
