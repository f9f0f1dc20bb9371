//! Metrics of a run: rows are read once, when they arrive, and answers are drawn from what was
//! gathered, so that reading costs the answer and not the history.

mod answer;

use serde::{Deserialize, Serialize};

pub use answer::MetricsAnswer;

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

/// An accuracy up to here is a fraction and shown in percent.
const LARGEST_FRACTION: f64 = 1.5;

/// Bytes that a point takes, with what lists show of it.
const POINT: u64 = 64;

/// Bytes that a series takes for its name.
fn weight_of_name(name: &str) -> u64 {
    2 * name.len() as u64 + 4 * POINT
}

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
    /// Takes rows in; what is no object counts as posted and is passed over. Returns about how many bytes
    /// they take.
    pub fn append(&mut self, rows: &[Json]) -> u64 {
        self.posted = true;
        let rows = rows.iter().filter_map(Json::as_object);
        rows.map(|row| self.append_row(row)).sum()
    }

    fn append_row(&mut self, row: &Object) -> u64 {
        let mut more = 0;
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
            more += POINT;
        }
        self.latest_accuracy = first_number(row, ACCURACY_KEYS).or(self.latest_accuracy);
        self.latest_epoch = first_number(row, EPOCH_KEYS).or(self.latest_epoch);
        for (key, value) in row {
            if let Some(value) = number_of(value).filter(|_| is_metric(key)) {
                let point = Point {
                    step,
                    value: round6(value),
                };
                more += POINT;
                if let Some(points) = self.series.get_mut(key) {
                    points.push(point);
                } else {
                    more += weight_of_name(key);
                    self.series.insert(key.clone(), vec![point]);
                }
            }
        }
        more
    }

    /// About how many bytes they take.
    pub(super) fn weight(&self) -> u64 {
        let points: usize = self.series.values().map(Vec::len).sum();
        let names: u64 = self.series.keys().map(|name| weight_of_name(name)).sum();
        (points + self.losses.len()) as u64 * POINT + names
    }

    /// Whether anything was ever posted.
    pub fn is_empty(&self) -> bool {
        !self.posted
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
}
