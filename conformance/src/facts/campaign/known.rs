//! What is known of runs' results: what they reported to the server, wrote to their folders and printed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;

use super::super::RunFacts;
use super::metric::folded;
use super::number::Number;
use super::origin::{Origin, Origins};
use crate::evidence::Evidence;

/// Longest way into a document that is gone.
const DEEPEST: usize = 8;

/// Most values of a metric that are kept one by one, the newest.
const MOST_VALUES: usize = 1_000;

/// What a run gave for each of its metrics, by the metric's folded name.
pub(super) type Results = BTreeMap<String, Told>;

/// What a run gave for a metric. Only finite numbers count.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    /// What it came to in the end; none where that is open.
    pub(super) result: Option<f64>,
    /// The least and the most that it gave.
    pub(super) range: Option<(f64, f64)>,
    values: VecDeque<f64>,
    is_of_document: bool,
}

impl Told {
    fn note(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        let (least, most) = self.range.unwrap_or((value, value));
        self.range = Some((least.min(value), most.max(value)));
        self.values.push_back(value);
        if self.values.len() > MOST_VALUES {
            self.values.pop_front();
        }
    }

    /// The values of a series, of which the last is the result if it is a number.
    fn series(values: impl Iterator<Item = f64>) -> Self {
        let mut told = Self::default();
        for value in values {
            told.note(value);
            told.result = Some(value).filter(|value| value.is_finite());
        }
        told
    }

    /// Takes in what another file of the run says. What two files tell differently is open.
    fn join(&mut self, other: &Self) {
        if self.result != other.result {
            self.result = None;
        }
        self.add_values(other);
    }

    fn add_values(&mut self, other: &Self) {
        let ends = other
            .range
            .into_iter()
            .flat_map(|(least, most)| [least, most]);
        ends.chain(other.values.iter().copied())
            .for_each(|value| self.note(value));
    }

    /// Whether it gave this number, in the end or on the way.
    pub(super) fn gave(&self, number: Number) -> bool {
        self.values.iter().any(|value| number.is(*value))
    }
}

/// What is known of runs.
pub(super) struct Known {
    /// What each gave, in the order of the runs.
    pub(super) results: Vec<Results>,
    /// Whether any of them gave a number at all.
    pub(super) is_anything: bool,
}

impl Known {
    /// Reads what there is of the metrics that are `wanted`.
    pub(super) fn read(
        evidence: &Evidence,
        runs: &[RunFacts<'_>],
        origins: &Origins,
        wanted: &BTreeSet<String>,
    ) -> Self {
        let mut reader = Reader {
            wanted,
            is_anything: false,
        };
        let mut results: Vec<Results> = runs.iter().map(|_| Results::new()).collect();
        for (path, text) in &evidence.files {
            let Origin::Run(run) = origins.of_file(path) else {
                continue;
            };
            match path.rsplit_once('.').map(|(_, extension)| extension) {
                Some("json") => reader.document(text, &mut results[run]),
                Some("log" | "txt" | "out") => reader.log(text, &mut results[run]),
                _ => {}
            }
        }
        let places = runs.iter().enumerate();
        let places: BTreeMap<&str, usize> = places.map(|(at, run)| (run.id.as_str(), at)).collect();
        let records = evidence.state.as_array().into_iter().flatten();
        for metrics in records.filter_map(|record| record.get("metrics")) {
            let run = metrics["run"].as_str().and_then(|id| places.get(id));
            let series = metrics["metrics"]["series"].as_object();
            if let (Some(run), Some(series)) = (run, series) {
                // What the server was told counts more than what anybody can write.
                results[*run].extend(reader.reported(series));
            }
        }
        Self {
            results,
            is_anything: reader.is_anything,
        }
    }
}

struct Reader<'w> {
    wanted: &'w BTreeSet<String>,
    is_anything: bool,
}

impl Reader<'_> {
    /// The folded name of a number, if that is wanted.
    fn key(&mut self, name: &str) -> Option<String> {
        self.is_anything = true;
        Some(folded(name)).filter(|key| self.wanted.contains(key))
    }

    fn reported(&mut self, series: &serde_json::Map<String, Value>) -> Results {
        let mut results = Results::new();
        for (name, points) in series {
            let points = points.as_array().map_or(&[][..], Vec::as_slice);
            let values = points
                .iter()
                .map(|point| point["value"].as_f64().unwrap_or(f64::NAN));
            if !points.is_empty()
                && let Some(key) = self.key(name)
            {
                results.insert(key, Told::series(values));
            }
        }
        results
    }

    /// The numbers of a document. One that it gives in several places is open unless they are the same.
    fn document(&mut self, text: &str, results: &mut Results) {
        let document: Value = serde_json::from_str(text).unwrap_or_default();
        let mut pending = vec![("", &document, 0)];
        while let Some((name, value, depth)) = pending.pop() {
            if let Some(number) = value.as_f64() {
                let Some(key) = self.key(name) else {
                    continue;
                };
                let mut told = Told::series([number].into_iter());
                told.is_of_document = true;
                match results.get_mut(&key) {
                    Some(known) if known.is_of_document => known.join(&told),
                    Some(known) => {
                        told.add_values(known);
                        *known = told;
                    }
                    None => drop(results.insert(key, told)),
                }
            } else if let Some(object) = value.as_object().filter(|_| depth < DEEPEST) {
                let inner = object
                    .iter()
                    .map(|(name, value)| (name.as_str(), value, depth + 1));
                pending.extend(inner);
            }
        }
    }

    /// Words such as `val_bpc=4.5092`.
    fn log(&mut self, text: &str, results: &mut Results) {
        let mut series: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for word in text.split_whitespace() {
            let Some((name, value)) = word.split_once('=') else {
                continue;
            };
            let Ok(value) = value.trim_end_matches([',', ';']).parse::<f64>() else {
                continue;
            };
            if let Some(key) = self.key(name) {
                series.entry(key).or_default().push(value);
            }
        }
        for (key, values) in series {
            let told = Told::series(values.into_iter());
            match results.get_mut(&key) {
                // What a run printed may be less exact than what it wrote.
                Some(known) if known.is_of_document => known.add_values(&told),
                Some(known) => known.join(&told),
                None => drop(results.insert(key, told)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(files: &[(&str, &str)]) -> Results {
        let wanted = BTreeSet::from(["loss".to_owned()]);
        let mut results = Results::new();
        let mut reader = Reader {
            wanted: &wanted,
            is_anything: false,
        };
        for (kind, text) in files {
            match *kind {
                "json" => reader.document(text, &mut results),
                _ => reader.log(text, &mut results),
            }
        }
        assert!(reader.is_anything);
        results
    }

    #[test]
    fn only_finite_numbers_of_wanted_metrics_count() {
        let results = read(&[("log", "loss=2.5 other=1 loss=0.5, loss=inf x=nan")]);
        assert_eq!(results.keys().collect::<Vec<_>>(), ["loss"]);
        let loss = &results["loss"];
        assert_eq!((loss.result, loss.range), (None, Some((0.5, 2.5))));
        let results = read(&[("log", "loss=inf loss=0.5")]);
        assert_eq!(results["loss"].result, Some(0.5));
        assert!(!results["loss"].gave(Number::read("0.7").unwrap()));
    }

    #[test]
    fn a_run_is_not_held_to_one_of_several_things_that_it_left() {
        let result = |files: &[(&str, &str)]| read(files)["loss"].result;
        let split = r#"{"train": {"loss": 0.3}, "val": {"loss": 0.5}}"#;
        assert_eq!(result(&[("json", split)]), None);
        let same = [
            ("json", r#"{"loss": 0.5}"#),
            ("json", r#"{"a": {"loss": 0.5}}"#),
        ];
        assert_eq!(result(&same), Some(0.5));
        let exact = ("json", r#"{"loss": 0.512}"#);
        for files in [[exact, ("log", "loss=0.51")], [("log", "loss=0.51"), exact]] {
            assert_eq!(result(&files), Some(0.512));
        }
        assert_eq!(result(&[("log", "loss=1"), ("log", "loss=2")]), None);
        assert_eq!(result(&[("log", "loss=1 loss=2")]), Some(2.0));
    }
}
