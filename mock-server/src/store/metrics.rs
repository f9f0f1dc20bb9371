//! Metrics of a run: rows are read once, when they arrive, and answers are drawn from what was
//! gathered, so that reading costs the answer and not the history.

use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};

use crate::json::{Json, Object};

/// Keys under which a training loss is reported, best first.
const LOSS_KEYS: &[&str] = &["loss", "train/loss", "train_loss", "training_loss"];
/// Keys under which a validation loss is reported.
const VAL_LOSS_KEYS: &[&str] = &[
    "val/loss",
    "val_loss",
    "validation/loss",
    "eval/loss",
    "valid/loss",
];
/// Keys under which an accuracy is reported.
const ACCURACY_KEYS: &[&str] = &[
    "accuracy",
    "val/accuracy",
    "eval/accuracy",
    "train/accuracy",
    "acc",
];
/// Keys under which an epoch is reported.
const EPOCH_KEYS: &[&str] = &["epoch", "train/epoch"];
/// Keys under which a step is reported; they are no metrics themselves.
const STEP_KEYS: &[&str] = &["step", "_step", "global_step", "trainer/global_step"];

/// Points of a history that an answer shows at most.
const MAX_POINTS: usize = 400;
/// Metrics that an answer shows at most.
const MAX_KEYS: usize = 200;
/// An accuracy up to here is a fraction and shown in percent.
const LARGEST_FRACTION: f64 = 1.5;

/// What was gathered from a run's metric rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Metrics {
    /// Whether anything was ever posted, rows that are no objects included.
    posted: bool,
    /// Rows that were objects.
    rows: i64,
    losses: Vec<LossPoint>,
    series: indexmap::IndexMap<String, Vec<Point>>,
    latest_loss: Option<f64>,
    latest_accuracy: Option<f64>,
    latest_epoch: Option<f64>,
}

/// The step of a row: a whole number, exact however large.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(into = "Json", try_from = "Json")]
struct StepNumber(f64);

impl From<StepNumber> for Json {
    fn from(step: StepNumber) -> Self {
        Self::from_whole(step.0)
    }
}

impl TryFrom<Json> for StepNumber {
    type Error = &'static str;

    fn try_from(value: Json) -> Result<Self, Self::Error> {
        number_of(&value).map(Self).ok_or("a step must be a number")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Point {
    step: StepNumber,
    value: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct LossPoint {
    step: StepNumber,
    #[serde(rename = "trainLoss")]
    train: f64,
    #[serde(rename = "valLoss", default, skip_serializing_if = "Option::is_none")]
    val: Option<f64>,
}

impl Metrics {
    /// Takes rows in; what is no object counts as posted and is passed over.
    pub fn append(&mut self, rows: &[Json]) {
        self.posted = true;
        for row in rows.iter().filter_map(Json::as_object) {
            self.append_row(row);
        }
    }

    fn append_row(&mut self, row: &Object) {
        self.rows += 1;
        let step = step_of(row, self.rows);
        if let Some(loss) = first_number(row, LOSS_KEYS) {
            let val = first_number(row, VAL_LOSS_KEYS).map(round6);
            self.losses.push(LossPoint {
                step,
                train: round6(loss),
                val,
            });
            self.latest_loss = Some(loss);
        }
        self.latest_accuracy = first_number(row, ACCURACY_KEYS).or(self.latest_accuracy);
        self.latest_epoch = first_number(row, EPOCH_KEYS).or(self.latest_epoch);
        for (key, value) in row {
            if let Some(value) = number_of(value).filter(|_| is_metric(key)) {
                let point = Point {
                    step,
                    value: round6(value),
                };
                match self.series.get_mut(key) {
                    Some(points) => points.push(point),
                    None => {
                        self.series.insert(key.clone(), vec![point]);
                    }
                }
            }
        }
    }

    /// Whether anything was ever posted.
    pub fn is_empty(&self) -> bool {
        !self.posted
    }

    fn ranked_keys(&self) -> Vec<&str> {
        let mut keys: Vec<(&str, usize)> = self
            .series
            .iter()
            .map(|(key, points)| (key.as_str(), points.len()))
            .collect();
        keys.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        keys.truncate(MAX_KEYS);
        keys.into_iter().map(|(key, _)| key).collect()
    }

    fn accuracy(&self) -> Option<f64> {
        self.latest_accuracy.map(|value| {
            if value <= LARGEST_FRACTION {
                value * 100.0
            } else {
                value
            }
        })
    }

    fn epoch(&self) -> Option<f64> {
        self.latest_epoch
            .or_else(|| self.losses.last().map(|point| point.step.0))
    }

    fn latest(&self) -> [(&'static str, Option<f64>); 3] {
        [
            ("loss", self.latest_loss),
            ("accuracy", self.accuracy()),
            ("epoch", self.epoch()),
        ]
    }

    /// Adds what a run's answer shows of its metrics.
    pub(super) fn write_summary<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        if self.is_empty() {
            return Ok(());
        }
        if !self.series.is_empty() {
            let keys = self.ranked_keys();
            map.serialize_entry("metricSeries", &SeriesOf(self, &keys))?;
            map.serialize_entry("metricKeys", &keys)?;
        }
        if !self.losses.is_empty() {
            map.serialize_entry("lossHistory", &Sampled(&self.losses))?;
        }
        let latest: Vec<_> = self
            .latest()
            .into_iter()
            .filter(|(_, v)| v.is_some())
            .collect();
        if !latest.is_empty() {
            map.serialize_entry("metrics", &Entries(&latest))?;
        }
        Ok(())
    }
}

/// The answer of `GET /runs/{run_id}/metrics`.
#[derive(Debug, Clone, Copy)]
pub struct MetricsAnswer<'a>(pub &'a Metrics);

impl Serialize for MetricsAnswer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let metrics = self.0;
        let mut map = serializer.serialize_map(None)?;
        if metrics.is_empty() {
            return map.end();
        }
        if !metrics.losses.is_empty() {
            map.serialize_entry("lossHistory", &Sampled(&metrics.losses))?;
        }
        if !metrics.series.is_empty() {
            let keys = metrics.ranked_keys();
            map.serialize_entry("metricSeries", &SeriesOf(metrics, &keys))?;
            map.serialize_entry("metricKeys", &keys)?;
        }
        map.serialize_entry("metrics", &Entries(&metrics.latest()))?;
        map.end()
    }
}

struct SeriesOf<'a>(&'a Metrics, &'a [&'a str]);

impl Serialize for SeriesOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.1.len()))?;
        for key in self.1 {
            if let Some(points) = self.0.series.get(*key) {
                map.serialize_entry(key, &Sampled(points))?;
            }
        }
        map.end()
    }
}

struct Entries<'a>(&'a [(&'static str, Option<f64>)]);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// A history thinned to [`MAX_POINTS`]: every n-th point, and the last one if there is room.
struct Sampled<'a, T>(&'a [T]);

impl<T: Serialize + PartialEq> Serialize for Sampled<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let history = self.0;
        let stride = history.len().div_ceil(MAX_POINTS).max(1);
        let mut sampled: Vec<&T> = history.iter().step_by(stride).collect();
        if let (Some(shown), Some(last)) = (sampled.last(), history.last())
            && *shown != last
        {
            sampled.push(last);
        }
        sampled.truncate(MAX_POINTS);
        let mut seq = serializer.serialize_seq(Some(sampled.len()))?;
        for point in sampled {
            seq.serialize_element(point)?;
        }
        seq.end()
    }
}

fn is_metric(key: &str) -> bool {
    !key.is_empty() && !key.starts_with('_') && !STEP_KEYS.contains(&key)
}

/// The step that a row tells, cut to a whole one; otherwise the row's number.
fn step_of(row: &Object, number: i64) -> StepNumber {
    let told = first_number(row, STEP_KEYS).filter(|step| *step >= 0.0);
    StepNumber(told.map_or(number as f64, f64::trunc))
}

fn first_number(row: &Object, keys: &[&str]) -> Option<f64> {
    keys.iter()
        .find_map(|key| row.get(*key).and_then(number_of))
}

/// A finite number, given as one or as text.
fn number_of(value: &Json) -> Option<f64> {
    let number = match value {
        Json::Int(number) => *number as f64,
        Json::BigInt(digits) => digits.parse().ok()?,
        Json::Float(number) => *number,
        Json::Str(text) => crate::python_text::float(text)?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// Rounds to six places as Python does: correctly from the exact value.
fn round6(value: f64) -> f64 {
    format!("{value:.6}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{decode, to_string};

    fn answer(rows: &str) -> String {
        let mut metrics = Metrics::default();
        metrics.append(decode(rows.as_bytes()).unwrap().as_array().unwrap());
        to_string(&MetricsAnswer(&metrics))
    }

    #[test]
    fn nothing_posted_is_an_empty_object() {
        assert_eq!(to_string(&MetricsAnswer(&Metrics::default())), "{}");
    }

    #[test]
    fn rows_without_numbers_leave_only_the_empty_summary() {
        assert_eq!(
            answer(r#"[1, "x", {"note": "y", "flag": true}]"#),
            r#"{"metrics":{"loss":null,"accuracy":null,"epoch":null}}"#
        );
    }

    #[test]
    fn losses_accuracy_and_epoch_are_found_under_their_names() {
        let rows = r#"[{"step": 1, "train_loss": "0.1234567", "val/loss": 2, "acc": 0.5, "_x": 1},
                       {"_step": 2.9, "loss": 1e-7, "accuracy": 88}]"#;
        assert_eq!(
            answer(rows),
            concat!(
                r#"{"lossHistory":[{"step":1,"trainLoss":0.123457,"valLoss":2.0},"#,
                r#"{"step":2,"trainLoss":0.0}],"#,
                r#""metricSeries":{"acc":[{"step":1,"value":0.5}],"#,
                r#""accuracy":[{"step":2,"value":88.0}],"loss":[{"step":2,"value":0.0}],"#,
                r#""train_loss":[{"step":1,"value":0.123457}],"val/loss":[{"step":1,"value":2.0}]},"#,
                r#""metricKeys":["acc","accuracy","loss","train_loss","val/loss"],"#,
                r#""metrics":{"loss":1e-07,"accuracy":88.0,"epoch":2.0}}"#
            )
        );
    }

    #[test]
    fn steps_stay_whole_and_exact_however_large() {
        for (step, shown) in [
            ("1e19", "10000000000000000000"),
            ("18446744073709551616.5", "18446744073709551616"),
            ("9223372036854775807", "9223372036854775808"),
            ("\"1e22\"", "10000000000000000000000"),
            ("2.9", "2"),
            ("-0.5", "1"),
            ("-0.0", "0"),
        ] {
            let answer = answer(&format!(r#"[{{"step": {step}, "loss": 1}}]"#));
            let series = format!(r#""loss":[{{"step":{shown},"value":1.0}}]"#);
            let losses = format!(r#"[{{"step":{shown},"trainLoss":1.0}}]"#);
            assert!(
                answer.contains(&series) && answer.contains(&losses),
                "{step}: {answer}"
            );
        }
        let huge = answer(r#"[{"step": 1e300, "loss": 1}]"#);
        assert!(
            huge.contains(&format!(r#"{{"step":{:.0},"value""#, 1e300)),
            "{huge}"
        );
        assert!(huge.contains(r#""epoch":1e+300"#), "{huge}");
    }

    #[test]
    fn what_was_gathered_is_saved_and_read_again() {
        let mut metrics = Metrics::default();
        let rows = decode(br#"[{"step": 1e300, "loss": 1}, {"loss": 2}]"#).unwrap();
        metrics.append(rows.as_array().unwrap());
        let saved = decode(to_string(&metrics).as_bytes()).unwrap();
        assert_eq!(crate::json::from_json::<Metrics>(saved).unwrap(), metrics);
    }

    #[test]
    fn long_histories_are_thinned() {
        let points = |n: usize| {
            let history: Vec<usize> = (0..n).collect();
            let sampled: Vec<usize> = serde_json::from_str(&to_string(&Sampled(&history))).unwrap();
            (sampled.len(), sampled.last().copied())
        };
        assert_eq!(points(400), (400, Some(399)));
        assert_eq!(points(401), (201, Some(400)));
        assert_eq!(points(1000), (334, Some(999)));
        assert_eq!(points(1001), (335, Some(1000)));
        assert_eq!(points(1200), (400, Some(1197)));
    }
}
