//! When a fault strikes, among the requests that fit its method and path.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::scatter;

/// When a fault strikes; without any key, always. All keys must agree.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// Only the n-th request that fits, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// Only the first so many requests that fit: the endpoint recovers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    /// Only from this request on, by its number in the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_request: Option<u64>,
    /// Only up to this request, by its number in the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_request: Option<u64>,
    /// Only from so many seconds after the fault was armed, of the server's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_seconds: Option<f64>,
    /// Only until so many seconds after the fault was armed, of the server's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_seconds: Option<f64>,
    /// With this probability, decided by the seed and by how many requests fitted before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Only requests with a token, whatever it is worth (`true`), or without one (`false`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<bool>,
}

/// The keys of [`When`], as they are written down.
pub const CONDITIONS: [&str; 8] = [
    "nth",
    "first",
    "from_request",
    "until_request",
    "after_seconds",
    "before_seconds",
    "probability",
    "token",
];

/// What is known of a request when a fault is decided.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// How many requests have fitted the fault, this one included.
    pub(super) count: u64,
    /// The request's number in the journal.
    pub(super) seq: u64,
    /// Seconds since the fault was armed.
    pub(super) armed_for: f64,
    /// A number that is the fault's own and follows from the server's seed.
    pub(super) seed: u64,
}

impl When {
    /// Whether the fault strikes. The token is asked for by [`Self::admits`].
    pub(super) fn strikes(&self, moment: &Moment) -> bool {
        self.nth.is_none_or(|nth| moment.count == nth)
            && self.first.is_none_or(|first| moment.count <= first)
            && self.from_request.is_none_or(|from| moment.seq >= from)
            && self.until_request.is_none_or(|until| moment.seq <= until)
            && self
                .after_seconds
                .is_none_or(|after| moment.armed_for >= after)
            && self
                .before_seconds
                .is_none_or(|before| moment.armed_for < before)
            && self
                .probability
                .is_none_or(|wanted| chance(moment.seed, moment.count) < wanted)
    }

    /// Whether a request with or without a token fits, and so counts.
    pub(super) fn admits(&self, has_token: bool) -> bool {
        self.token.is_none_or(|wanted| wanted == has_token)
    }

    /// Whether it strikes always.
    pub fn is_always(&self) -> bool {
        *self == Self::default()
    }

    /// The request from which on it strikes always, when that is all that it says.
    pub(super) fn lone_from_request(&self) -> Option<u64> {
        let from = self.from_request.unwrap_or(1);
        let alone = Self {
            from_request: self.from_request,
            ..Self::default()
        };
        (*self == alone).then_some(from)
    }

    /// Says what is wrong with it.
    pub(crate) fn check(&self) -> Result<(), String> {
        let counted = [
            ("nth", self.nth),
            ("first", self.first),
            ("from_request", self.from_request),
            ("until_request", self.until_request),
        ];
        if let Some((key, _)) = counted.iter().find(|(_, value)| *value == Some(0)) {
            return Err(format!("'{key}' counts from 1, and is 0"));
        }
        let timed = [
            ("after_seconds", self.after_seconds),
            ("before_seconds", self.before_seconds),
        ];
        for (key, value) in timed {
            if let Some(seconds) = value.filter(|v| !(v.is_finite() && *v >= 0.0)) {
                return Err(format!("'{key}' is {seconds}, which is no time from 0 on"));
            }
        }
        if let Some(p) = self.probability.filter(|p| !(0.0..=1.0).contains(p)) {
            return Err(format!("'probability' is {p}; give a number from 0 to 1"));
        }
        self.check_that_it_can_strike()
    }

    fn check_that_it_can_strike(&self) -> Result<(), String> {
        let empty_window = self
            .after_seconds
            .zip(self.before_seconds)
            .is_some_and(|(after, before)| after >= before);
        let no_request = self
            .from_request
            .zip(self.until_request)
            .is_some_and(|(from, until)| from > until);
        let beyond = self
            .nth
            .zip(self.first)
            .is_some_and(|(nth, first)| nth > first);
        match () {
            () if empty_window => Err(
                "it never strikes: 'after_seconds' must be less than 'before_seconds'".to_owned(),
            ),
            () if no_request => {
                Err("it never strikes: 'from_request' is beyond 'until_request'".to_owned())
            }
            () if beyond => Err("it never strikes: 'nth' is beyond 'first'".to_owned()),
            () => Ok(()),
        }
    }
}

/// A number from 0 to below 1 that follows from a seed and a counter.
pub(super) fn chance(seed: u64, counter: u64) -> f64 {
    // 53 bits are what a float can hold exactly.
    (scatter(seed, counter) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Moment = Moment {
        count: 2,
        seq: 7,
        armed_for: 10.0,
        seed: 1,
    };

    #[test]
    fn every_key_narrows() {
        let strikes = |json: &str| {
            let when: When = serde_json::from_str(json).unwrap();
            when.strikes(&MOMENT) && when.admits(false)
        };
        for yes in [
            "{}",
            r#"{"nth": 2}"#,
            r#"{"first": 2}"#,
            r#"{"from_request": 7, "until_request": 7}"#,
            r#"{"after_seconds": 10, "before_seconds": 11}"#,
            r#"{"token": false}"#,
            r#"{"probability": 1}"#,
        ] {
            assert!(strikes(yes), "{yes}");
        }
        for no in [
            r#"{"nth": 1}"#,
            r#"{"first": 1}"#,
            r#"{"from_request": 8}"#,
            r#"{"until_request": 6}"#,
            r#"{"after_seconds": 11}"#,
            r#"{"before_seconds": 10}"#,
            r#"{"token": true}"#,
            r#"{"probability": 0}"#,
            r#"{"first": 2, "token": true}"#,
        ] {
            assert!(!strikes(no), "{no}");
        }
    }

    #[test]
    fn chance_follows_from_the_seed() {
        let half = When {
            probability: Some(0.5),
            ..When::default()
        };
        let struck = |seed| -> Vec<u64> {
            (0..1000)
                .filter(|&count| {
                    half.strikes(&Moment {
                        count,
                        seed,
                        ..MOMENT
                    })
                })
                .collect()
        };
        assert_eq!(struck(1), struck(1));
        assert_ne!(struck(1), struck(2));
        assert!((400..600).contains(&struck(1).len()));
    }

    #[test]
    fn nonsense_is_refused() {
        for (json, problem) in [
            (r#"{"nth": 0}"#, "counts from 1"),
            (r#"{"probability": 2}"#, "0 to 1"),
            (r#"{"after_seconds": -1}"#, "after_seconds"),
            (r#"{"after_seconds": 5, "before_seconds": 5}"#, "never"),
            (r#"{"from_request": 5, "until_request": 4}"#, "never"),
            (r#"{"nth": 3, "first": 2}"#, "never"),
        ] {
            let when: When = serde_json::from_str(json).unwrap();
            let error = when.check().unwrap_err();
            assert!(error.contains(problem), "{json}: {error}");
        }
    }

    #[test]
    fn the_list_of_keys_is_whole() {
        let all = When {
            nth: Some(1),
            first: Some(1),
            from_request: Some(1),
            until_request: Some(1),
            after_seconds: Some(0.0),
            before_seconds: Some(1.0),
            probability: Some(1.0),
            token: Some(true),
        };
        let written = serde_json::to_value(&all).unwrap();
        let keys: Vec<&String> = written.as_object().unwrap().keys().collect();
        assert_eq!(keys, CONDITIONS.iter().collect::<Vec<_>>());
    }
}
