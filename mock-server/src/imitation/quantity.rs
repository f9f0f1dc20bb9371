//! Numbers that come of a simulated run: a surface over its arguments, with noise that is drawn from them.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How fast a number goes from where it starts to where it ends.
const PACE: f64 = 4.0;

/// A number that comes of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    /// What it is called.
    pub name: String,
    /// What it is where no argument moves it.
    pub base: f64,
    /// Where it starts, for what is told on the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<f64>,
    /// Standard deviation of its noise.
    #[serde(default)]
    pub noise: f64,
    /// What it is never below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// What it is never above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<f64>,
    /// Decimal places that show.
    #[serde(default = "four")]
    pub digits: u8,
    /// What arguments do to it.
    #[serde(default)]
    pub effects: Vec<Effect>,
}

fn four() -> u8 {
    4
}

/// What an argument does to a number: a table by its words, or a curve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// The argument.
    pub of: String,
    /// What is added for a word.
    #[serde(default)]
    pub table: IndexMap<String, f64>,
    /// Whether the curve is over the decimal logarithm of the argument.
    #[serde(default)]
    pub log10: bool,
    /// The middle of the curve.
    #[serde(default)]
    pub around: f64,
    /// What is added for each unit away from the middle.
    #[serde(default)]
    pub slope: f64,
    /// What is added for the square of the distance.
    #[serde(default)]
    pub bend: f64,
}

/// An argument that decides what comes of a run, as its program reads it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Knob<'a> {
    /// However it was written: `0.1`, `0.10` and `1e-1` are the same setting.
    Number(f64),
    /// One of several choices.
    Word(&'a str),
}

impl Knob<'_> {
    fn digested(self, state: u64) -> u64 {
        match self {
            // Zero has two signs, and the sum has one.
            Self::Number(number) => digest(state, &(number + 0.0).to_bits().to_le_bytes()),
            Self::Word(word) => digest(state, word.as_bytes()),
        }
    }

    pub(super) fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Word(word) => word.parse().ok(),
        }
    }

    /// Whether `word` writes the same setting.
    pub(super) fn is(self, word: &str) -> bool {
        match self {
            Self::Number(number) => word.parse() == Ok(number),
            Self::Word(own) => own == word,
        }
    }
}

impl Effect {
    fn of_knob(&self, knob: Knob<'_>) -> f64 {
        if let Some((_, added)) = self.table.iter().find(|(word, _)| knob.is(word)) {
            return *added;
        }
        let Some(number) = knob.number() else {
            return 0.0;
        };
        let place = if self.log10 {
            number.max(f64::MIN_POSITIVE).log10()
        } else {
            number
        };
        let distance = place - self.around;
        self.slope * distance + self.bend * distance * distance
    }
}

/// The numbers of one run.
#[derive(Debug)]
pub(super) struct Numbers<'p> {
    all: Vec<(&'p Quantity, f64)>,
    seed: u64,
}

impl<'p> Numbers<'p> {
    /// Those that follow from `knobs`, the arguments that matter by their names.
    pub(super) fn new(quantities: &'p [Quantity], knobs: &[(&str, Knob<'_>)]) -> Self {
        let seed = knobs.iter().fold(OFFSET, |seed, (name, knob)| {
            knob.digested(digest(seed, name.as_bytes()))
        });
        let end = |quantity: &Quantity| {
            let effects = quantity.effects.iter().map(|effect| {
                let knob = knobs.iter().find(|(name, _)| *name == effect.of);
                knob.map_or(0.0, |(_, knob)| effect.of_knob(*knob))
            });
            let chance = normal(digest(seed, quantity.name.as_bytes()));
            let end = quantity.base + effects.sum::<f64>() + quantity.noise * chance;
            quantity.bounded(end)
        };
        let all = quantities.iter().map(|own| (own, end(own)));
        Self {
            all: all.collect(),
            seed,
        }
    }

    /// A number once `share` of the run is done.
    pub(super) fn at(&self, name: &str, share: f64) -> Option<f64> {
        let (quantity, end) = self.all.iter().find(|(own, _)| own.name == name)?;
        Some(self.on_the_way(quantity, *end, share))
    }

    /// The same as it shows.
    pub(super) fn shown(&self, name: &str, share: f64) -> Option<String> {
        let (quantity, end) = self.all.iter().find(|(own, _)| own.name == name)?;
        let number = self.on_the_way(quantity, *end, share);
        let digits = usize::from(quantity.digits);
        Some(format!("{number:.digits$}"))
    }

    fn on_the_way(&self, quantity: &Quantity, end: f64, share: f64) -> f64 {
        let number = match quantity.start {
            Some(start) if share < 1.0 => {
                let rest = (-PACE * share).exp();
                let step = digest(self.seed, &share.to_bits().to_le_bytes());
                end + (start - end) * rest + quantity.noise * rest * normal(step)
            }
            _ => end,
        };
        quantity.rounded(quantity.bounded(number))
    }
}

impl Quantity {
    fn bounded(&self, number: f64) -> f64 {
        let number = self.least.map_or(number, |least| number.max(least));
        self.most.map_or(number, |most| number.min(most))
    }

    fn rounded(&self, number: f64) -> f64 {
        let unit = 10_f64.powi(self.digits.into());
        (number * unit).round() / unit
    }
}

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a, going on from `state`.
fn digest(state: u64, bytes: &[u8]) -> u64 {
    let step = |state: u64, byte: &u8| (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(state ^ 0xff, step)
}

/// A number of mean 0 and deviation 1 that follows from a seed: the sum of three that are equally likely
/// anywhere between -1 and 1.
fn normal(seed: u64) -> f64 {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bits = (mixed ^ (mixed >> 31)) >> 11;
        bits as f64 / (1_u64 << 52) as f64 - 1.0
    };
    next() + next() + next()
}
