//! The signs by which a template tells the demand of a rule.
//!
//! They stand in the rule's own file, behind all else of its documentation:
//!
//! ````text
//! ```told
//! told = ["@docs"]                # any of these tells it
//! under = ["probe*|check*|curl"]  # one of these must stand in the same paragraph or item, or in what
//!                                 # announces it; nothing has to where there is none
//! granted = "it is always so"     # in place of both: why it need not be told
//! ```
//! ````
//!
//! A sign is written in the lexicon's language; `not: ...` must be denied, the others must not be.
//! `topic: a + b` are topics of the lexicon that one sentence affirms, `line: ...` is a whole line,
//! `text: ...` a stretch of text, `placeholder: ...` a placeholder.

use serde::Deserialize;

use crate::prose::Topic;

/// What a template has to say so that it tells the demand of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Any of these tells it.
    pub(super) told: Vec<Sign>,
    /// One of these must stand in the same paragraph or item, or in what announces it; nothing has to
    /// where there is none.
    pub(super) under: Vec<Sign>,
    /// Why it need not be told.
    pub(super) granted: Option<String>,
}

/// What shows that something is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sign {
    /// A sign in the lexicon's language, by its number among all of them and as it is written;
    /// affirmed, or denied where that is how it is told.
    Pattern {
        number: usize,
        text: String,
        is_denied: bool,
    },
    /// Topics that one sentence must affirm.
    Topics(Vec<Topic>),
    /// A whole line, blank space at its ends aside.
    Line(String),
    /// A stretch of text, wherever it stands.
    Text(String),
    /// A placeholder.
    Placeholder(String),
}

/// The block of a rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    #[serde(default)]
    told: Vec<String>,
    #[serde(default)]
    under: Vec<String>,
    granted: Option<String>,
}

impl Row {
    /// Reads the block of a rule. Its patterns are numbered from `patterns` on.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub(super) fn read(block: &str, patterns: usize) -> Result<Self, String> {
        let block: Block = toml::from_str(block).map_err(|error| error.to_string())?;
        if block.told.is_empty() == block.granted.is_none() {
            return Err("it has either signs, `told`, or a reason, `granted`".to_owned());
        }
        let mut next = patterns;
        let mut signs = |texts: &[String]| {
            let signs = texts.iter().map(|text| sign(text, &mut next));
            signs.collect::<Result<Vec<Sign>, String>>()
        };
        Ok(Self {
            told: signs(&block.told)?,
            under: signs(&block.under)?,
            granted: block.granted,
        })
    }

    /// All of its signs.
    pub(super) fn signs(&self) -> impl Iterator<Item = &Sign> {
        self.told.iter().chain(&self.under)
    }

    /// Those in the lexicon's language, in the order of their numbers.
    pub(super) fn patterns(&self) -> impl Iterator<Item = &str> {
        self.signs().filter_map(|sign| match sign {
            Sign::Pattern { text, .. } => Some(text.as_str()),
            _ => None,
        })
    }
}

fn sign(text: &str, next: &mut usize) -> Result<Sign, String> {
    let (kind, rest) = text.split_once(": ").unwrap_or(("", text));
    Ok(match kind {
        "line" => Sign::Line(rest.to_owned()),
        "text" => Sign::Text(rest.to_owned()),
        "placeholder" => Sign::Placeholder(rest.to_owned()),
        "topic" => Sign::Topics(rest.split(" + ").map(topic).collect::<Result<_, _>>()?),
        "" | "not" => {
            let number = *next;
            *next += 1;
            Sign::Pattern {
                number,
                text: rest.to_owned(),
                is_denied: kind == "not",
            }
        }
        other => return Err(format!("there is no kind of sign `{other}:`")),
    })
}

fn topic(key: &str) -> Result<Topic, String> {
    let mut all = Topic::ALL.iter().copied();
    all.find(|topic| topic.key() == key)
        .ok_or_else(|| format!("there is no topic `{key}`"))
}
