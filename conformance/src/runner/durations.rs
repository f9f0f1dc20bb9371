//! How long plays took in an earlier run, by which they are shared out.

use std::collections::BTreeMap;

use crate::case::Case;
use crate::evidence::ITERATION;

/// How long plays took, in seconds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Durations(BTreeMap<(String, u32), f64>);

impl Durations {
    /// Notes a play of the case with this id, or one of its iterations.
    pub fn note(&mut self, id: &str, repetition: u32, seconds: f64) {
        if seconds.is_finite() && seconds >= 0.0 {
            self.0.insert((id.to_owned(), repetition), seconds);
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How long a play of `case` is likely to take, for each of its repetitions.
    pub(super) fn of(&self, case: &Case) -> Likely {
        let known = self.by_repetition(case);
        let any = || mean(self.0.values().copied()).map(|one| one * f64::from(case.iterations));
        let usual = mean(known.values().copied()).or_else(any);
        Likely {
            known,
            usual: usual.unwrap_or_else(|| f64::from(case.iterations)),
        }
    }

    /// The plays of a case. Those of several iterations took as long as all of them.
    fn by_repetition(&self, case: &Case) -> BTreeMap<u32, f64> {
        let prefix = match case.iterations {
            1 => case.id.clone(),
            _ => format!("{}{ITERATION}", case.id),
        };
        let is_own = |id: &str| match case.iterations {
            1 => id == prefix,
            _ => id.starts_with(&prefix),
        };
        let mut own = BTreeMap::new();
        let from = self.0.range((prefix.clone(), 0)..);
        for ((_, repetition), seconds) in from.take_while(|((id, _), _)| is_own(id)) {
            *own.entry(*repetition).or_default() += seconds;
        }
        own
    }
}

/// How long the plays of a case are likely to take.
pub(super) struct Likely {
    known: BTreeMap<u32, f64>,
    usual: f64,
}

impl Likely {
    /// As long as this one took, or as its repetitions took on average, or as everything did. Where nothing is known, a
    /// play takes as long as it has iterations.
    pub(super) fn of(&self, repetition: u32) -> f64 {
        self.known.get(&repetition).copied().unwrap_or(self.usual)
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::builtin_cases;

    #[test]
    fn what_is_not_known_is_taken_from_what_is_nearest() {
        let cases = builtin_cases().unwrap();
        let planning = cases
            .iter()
            .find(|case| case.id == "planning-healthy")
            .unwrap();
        let abort = cases
            .iter()
            .find(|case| case.id == "abort-docs-503")
            .unwrap();
        let long = cases.iter().find(|case| case.iterations > 1).unwrap();
        let mut durations = Durations::default();
        let times = f64::from(long.iterations);
        assert_eq!(
            (durations.of(planning).of(1), durations.of(long).of(1)),
            (1.0, times)
        );
        durations.note("planning-healthy", 1, 10.0);
        durations.note("planning-healthy", 2, 20.0);
        durations.note("planning-healthy", 3, f64::NAN);
        assert_eq!(durations.of(planning).of(2), 20.0);
        assert_eq!(durations.of(planning).of(7), 15.0);
        assert_eq!(durations.of(abort).of(1), 15.0);
        assert_eq!(durations.of(long).of(1), 15.0 * times);
        durations.note(&format!("{}-iteration-1", long.id), 1, 3.0);
        durations.note(&format!("{}-iteration-2", long.id), 1, 4.0);
        assert_eq!(durations.of(long).of(2), 7.0);
    }
}
