//! What somebody answered where a rule was in doubt.

use serde::{Deserialize, Serialize};

use super::{Doubt, Reference};

/// An answer to the question of a doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The plan meets the demand, and a quotation shows it.
    Met,
    /// It does not.
    NotMet,
    /// Whoever was asked could not tell either.
    Unsure,
}

impl Answer {
    /// As people say it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not met",
            Self::Unsure => "unsure",
        }
    }
}

/// Who answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settler {
    /// The program that was named with `--adjudicator`.
    Adjudicator,
    /// Somebody at `wild-conformance doubts`.
    Person,
}

impl Settler {
    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Adjudicator => "adjudicator",
            Self::Person => "person",
        }
    }
}

/// Words of the plan, verbatim, that an answer rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotation {
    /// The words, with white space folded.
    pub text: String,
    /// Where they stand.
    pub at: Reference,
}

/// An answer that was given to a doubt, and accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// What was asked.
    pub question: String,
    /// What was answered.
    pub answer: Answer,
    /// By whom.
    pub by: Settler,
    /// What the answer rests on.
    pub quotation: Option<Quotation>,
}

/// What was answered on the doubts of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The rule's code.
    pub code: &'static str,
    /// The answers.
    pub settlements: Vec<Settlement>,
    /// Doubts that nobody settled, where the rule's verdict is a failure and cannot hold them.
    pub open: Vec<Doubt>,
}
