//! What answers show of a run's metrics: the longest histories, thinned.

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use super::Metrics;

/// Points of a history that an answer shows at most.
const MAX_POINTS: usize = 400;
/// Metrics that an answer shows at most.
const MAX_KEYS: usize = 200;

impl Metrics {
    /// Adds what a run's answer shows of its metrics.
    pub(in crate::store) fn write_summary<M: SerializeMap>(
        &self,
        map: &mut M,
    ) -> Result<(), M::Error> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::to_string;

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
