//! What an agent's program says that a play cost: tokens and money.

use std::fmt;
use std::iter::Sum;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::final_text::{Filter, Pointer, document, lines};

/// What a play cost, by the program's own account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// Tokens that the model read.
    pub input_tokens: u64,
    /// Tokens that it wrote.
    pub output_tokens: u64,
    /// Money, where the program tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dollars: Option<f64>,
}

impl Sum for Usage {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            input_tokens: sum.input_tokens.saturating_add(one.input_tokens),
            output_tokens: sum.output_tokens.saturating_add(one.output_tokens),
            dollars: match (sum.dollars, one.dollars) {
                (None, None) => None,
                (a, b) => Some(a.unwrap_or_default() + b.unwrap_or_default()),
            },
        })
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (read, written) = (self.input_tokens, self.output_tokens);
        let tokens = format!("{read} tokens read, {written} written");
        match self.dollars {
            // Some programs count nothing but money.
            Some(dollars) if (read, written) == (0, 0) => write!(f, "${dollars:.4}"),
            Some(dollars) => write!(f, "{tokens}, ${dollars:.4}"),
            None => f.write_str(&tokens),
        }
    }
}

/// Where a program tells it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsageSource {
    /// A file; standard output where there is none.
    #[serde(default)]
    pub file: Option<String>,
    /// Which lines of JSON are added up; without it there is one document.
    #[serde(default, deserialize_with = "parsed")]
    lines: Option<Filter>,
    /// Places whose sum is what was read.
    #[serde(default, deserialize_with = "parsed_all")]
    input: Vec<Pointer>,
    /// Places whose sum is what was written.
    #[serde(default, deserialize_with = "parsed_all")]
    output: Vec<Pointer>,
    /// Places whose sum is what it cost.
    #[serde(default, deserialize_with = "parsed_all")]
    dollars: Vec<Pointer>,
}

impl UsageSource {
    /// Whether it tells money.
    pub fn tells_money(&self) -> bool {
        !self.dollars.is_empty()
    }

    /// Takes it out of `content`; nothing where none of it is there.
    pub(crate) fn of(&self, content: &str) -> Option<Usage> {
        let documents: Vec<Value> = match &self.lines {
            None => document(content).into_iter().collect(),
            Some(filter) => lines(content).filter(|value| filter.fits(value)).collect(),
        };
        let numbers = |places: &[Pointer]| -> Vec<f64> {
            let found = documents
                .iter()
                .flat_map(|value| places.iter().map(|place| place.all(value)));
            found
                .flatten()
                .filter_map(Value::as_f64)
                .filter(|number| *number >= 0.0)
                .collect()
        };
        let (input, output) = (numbers(&self.input), numbers(&self.output));
        let dollars = numbers(&self.dollars);
        if input.is_empty() && output.is_empty() && dollars.is_empty() {
            return None;
        }
        Some(Usage {
            input_tokens: whole(&input),
            output_tokens: whole(&output),
            dollars: (!dollars.is_empty()).then(|| dollars.iter().sum()),
        })
    }
}

/// The sum of counts. What is no count that a program could have reached is none.
fn whole(numbers: &[f64]) -> u64 {
    const MOST: f64 = 9_007_199_254_740_992.0;
    let sum = numbers.iter().sum::<f64>().min(MOST);
    format!("{sum:.0}").parse().unwrap_or_default()
}

fn parsed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Filter>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

fn parsed_all<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Pointer>, D::Error> {
    let texts: Vec<String> = Vec::deserialize(deserializer)?;
    let parse = |text: &String| text.parse().map_err(serde::de::Error::custom);
    texts.iter().map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> UsageSource {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn places_and_lines_are_added_up() {
        let one =
            source("input = ['.u.in', '.u.cached']\noutput = ['.u.out']\ndollars = ['.cost']");
        let usage = one.of("{\"u\": {\"in\": 5, \"cached\": 2, \"out\": 1}, \"cost\": 0.25}");
        assert_eq!(
            usage.unwrap().to_string(),
            "7 tokens read, 1 written, $0.2500"
        );
        let many = source("lines = 't=step'\ninput = ['.in']\noutput = ['.models.*.out']");
        let lines = "{\"t\":\"step\",\"in\":1,\"models\":{\"a\":{\"out\":1},\"b\":{\"out\":2}}}\n{\"t\":\"x\",\"in\":9}\n{\"t\":\"step\",\"in\":2}\n";
        assert_eq!(
            many.of(lines).unwrap().to_string(),
            "3 tokens read, 3 written"
        );
        for nothing in ["", "words", "{}", "{\"in\": -1}", "{\"in\": \"1\"}"] {
            assert_eq!(one.of(nothing), None, "{nothing}");
        }
        assert_eq!(
            one.of("{\"u\": {\"in\": 1e300}}").unwrap().input_tokens,
            9_007_199_254_740_992
        );
    }

    #[test]
    fn what_some_tell_is_the_sum_of_it() {
        let cheap = Usage {
            dollars: Some(0.5),
            ..Usage::default()
        };
        let all = [cheap, Usage::default(), cheap];
        assert_eq!(all.into_iter().sum::<Usage>().dollars, Some(1.0));
    }
}
