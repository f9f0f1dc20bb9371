//! The table of demands.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use super::matter::Matter;
use crate::prose::{Entry, Topic, Vocabulary, lexicon};

/// A demand on a plan's text.
#[derive(Debug, Clone)]
pub struct Demand {
    /// The code of its rule.
    pub code: String,
    /// What it asks for, in a few words.
    pub asks: String,
    /// What a person would have to answer where it is doubtful.
    pub question: String,
    /// What is said where it is not met.
    pub missing: String,
    /// The ways in which it is met: matters that all must be affirmed in the same place.
    pub met: Vec<Vec<Matter>>,
    /// What a record must name, wherever the record is spoken of.
    pub names: Vec<Matter>,
    /// What has to do the work under a standing rule, so that the rule counts.
    pub work: Work,
    /// Whether a counter-sign decides even beside an affirmation.
    pub counter_decides: bool,
    /// Whether what reflections say is left out.
    pub outside_reflections: bool,
    /// Whether it must be what a task is about, and not only a part of what it does.
    pub subject: bool,
    /// Whether deliverables and done-whens say nothing on it.
    pub text_only: bool,
    /// The topics beside the lexicon's that it may name.
    pub vocabulary: Option<Arc<Vocabulary>>,
}

impl Demand {
    /// All that it looks for, each once.
    pub fn matters(&self) -> Vec<Matter> {
        let mut matters: Vec<Matter> = self.met.iter().flatten().copied().collect();
        matters.extend(&self.names);
        matters.sort();
        matters.dedup();
        matters
    }

    /// What a matter is called, and what is said of it.
    pub fn entry(&self, matter: Matter) -> (&str, &Entry) {
        let own = |at: usize| self.vocabulary.as_ref()?.topic(at);
        match matter {
            Matter::Topic(topic) => (topic.key(), lexicon().entry(topic)),
            Matter::Own(at) => own(at).map_or_else(
                || ("", lexicon().entry(Topic::Nothing)),
                |(name, entry)| (name.as_str(), entry),
            ),
        }
    }
}

/// What has to do the work under a standing rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// A standing rule meets it by itself.
    Nothing,
    /// Tasks that start runs.
    Runs,
    /// A launcher or creator of runs, or a task that takes the matter up.
    Launcher,
    /// A task alone can meet it.
    Task,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    demand: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Row {
    code: String,
    asks: String,
    question: String,
    missing: String,
    met: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    work: Work,
    #[serde(default)]
    counter_decides: bool,
    #[serde(default)]
    outside_reflections: bool,
    #[serde(default)]
    subject: bool,
    #[serde(default)]
    text_only: bool,
}

/// All demands, by code.
pub fn demands() -> &'static [Demand] {
    static DEMANDS: LazyLock<Vec<Demand>> = LazyLock::new(|| {
        read(include_str!("demands.toml"))
            .unwrap_or_else(|error| unreachable!("the table of demands is broken: {error}"))
    });
    &DEMANDS
}

/// The demand of a rule.
pub fn find(code: &str) -> Option<&'static Demand> {
    demands().iter().find(|demand| demand.code == code)
}

fn read(text: &str) -> Result<Vec<Demand>, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    file.demand.into_iter().map(demand).collect()
}

fn demand(row: Row) -> Result<Demand, String> {
    let topic = |key: &str| {
        Topic::ALL
            .iter()
            .find(|topic| topic.key() == key)
            .map(|topic| Matter::Topic(*topic))
            .ok_or_else(|| format!("{}: there is no topic `{key}`", row.code))
    };
    let met = row
        .met
        .iter()
        .map(|way| way.split(" + ").map(topic).collect())
        .collect::<Result<Vec<Vec<Matter>>, String>>()?;
    let names = row
        .names
        .iter()
        .map(|key| topic(key))
        .collect::<Result<_, _>>()?;
    Ok(Demand {
        met,
        names,
        code: row.code,
        asks: row.asks,
        question: row.question,
        missing: row.missing,
        work: row.work,
        counter_decides: row.counter_decides,
        outside_reflections: row.outside_reflections,
        subject: row.subject,
        text_only: row.text_only,
        vocabulary: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    #[test]
    fn the_table_is_whole() {
        let demands = read(include_str!("demands.toml")).unwrap();
        assert!(demands.is_sorted_by_key(|demand| demand.code.clone()));
        for demand in &demands {
            assert!(rules::find(&demand.code).is_some(), "{}", demand.code);
            assert!(demand.question.ends_with('?'), "{}", demand.code);
        }
    }
}
