//! A rule of a file: the keys of a `[[demand]]`.

use std::sync::Arc;

use super::sheet::{OwnError, Placed, Table, one_of};
use super::{OwnDemand, When, example};
use crate::demand::{Demand, Matter, Work};
use crate::prose::{Topic, Vocabulary};
use crate::verdict::Level;

const LEVELS: [(&str, Level); 2] = [("must", Level::Must), ("should", Level::Should)];
const WORKS: [(&str, Work); 4] = [
    ("nothing", Work::Nothing),
    ("runs", Work::Runs),
    ("launcher", Work::Launcher),
    ("task", Work::Task),
];
const WHENS: [(&str, When); 2] = [("always", When::Always), ("experiments", When::Experiments)];

/// Reads one, and tries its examples.
pub(super) fn demand(
    table: Table<'_, '_>,
    vocabulary: &Arc<Vocabulary>,
) -> Result<OwnDemand, OwnError> {
    let code = table.needed("code")?;
    let table = table.named(format!("{} ", code.value));
    if !is_code(&code.value) {
        let problem = format!(
            "`{}` is no code; write 2 to 10 capital letters and 3 digits, such as TEAM001",
            code.value
        );
        return Err(table.wrong("code", &problem));
    }
    let name = name(&table, &code.value)?;
    let title = table.needed("title")?.value;
    let asks = table
        .text("asks")?
        .map_or_else(|| title.clone(), |asks| asks.value);
    let question = table.text("question")?;
    let question =
        question.map_or_else(|| format!("Does the plan meet this: {asks}?"), |q| q.value);
    let missing = table.text("missing")?;
    let missing = missing.map_or_else(
        || format!("the plan does not meet this: {asks}"),
        |m| m.value,
    );
    let demand = Demand {
        met: met(&table, vocabulary)?,
        names: names(&table, vocabulary)?,
        code: code.value,
        asks,
        question,
        missing,
        work: table.word("work", &WORKS)?,
        counter_decides: table.switch("counter-decides")?,
        outside_reflections: table.switch("outside-reflections")?,
        subject: table.switch("subject")?,
        text_only: table.switch("text-only")?,
        vocabulary: Some(Arc::clone(vocabulary)),
    };
    let mut own = OwnDemand {
        demand,
        name,
        level: table
            .needed("level")
            .and_then(|_| table.word("level", &LEVELS))?,
        title,
        why: table.text("why")?.map(|why| why.value),
        when: table.word("when", &WHENS)?,
        examples: Vec::new(),
        line: table.sheet.line(table.at),
    };
    examples(&table, &mut own)?;
    Ok(own)
}

/// The name of a rule: that of its code, unless it has one.
fn name(table: &Table<'_, '_>, code: &str) -> Result<String, OwnError> {
    let name = table.text("name")?;
    let name = name.map_or_else(|| code.to_lowercase(), |name| name.value);
    if !is_name(&name) {
        let problem = format!("`{name}` is no name; write small letters, digits and hyphens");
        return Err(table.wrong("name", &problem));
    }
    Ok(name)
}

/// Reads the examples, and tries them.
fn examples(table: &Table<'_, '_>, own: &mut OwnDemand) -> Result<(), OwnError> {
    for text in table.texts("examples")? {
        let wrong = |problem: &str| {
            let problem = format!("\"{}\" {problem}", text.value);
            table.wrong_at(text.at, "examples", &problem)
        };
        let example = example::parse(&text.value).ok_or_else(|| {
            wrong("begins with none of `+ ` (met), `- ` (violated) and `? ` (doubtful)")
        })?;
        if let Some((state, reason)) = example.refuted(&own.demand) {
            return Err(wrong(&format!(
                "should be {} and is {}: {reason}; `wild-conformance words` shows how a sentence is read",
                example.expected.word(),
                state.word()
            )));
        }
        own.examples.push(example);
    }
    Ok(())
}

fn is_code(code: &str) -> bool {
    let letters = code.trim_end_matches(|c: char| c.is_ascii_digit());
    let are_letters = letters.bytes().all(|byte| byte.is_ascii_uppercase());
    are_letters && (2..=10).contains(&letters.len()) && code.len() == letters.len() + 3
}

fn is_name(name: &str) -> bool {
    let is_part = |part: &str| {
        let mut bytes = part.bytes();
        !part.is_empty() && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.split('-').all(is_part)
}

fn met(table: &Table<'_, '_>, vocabulary: &Vocabulary) -> Result<Vec<Vec<Matter>>, OwnError> {
    let ways = table.texts("met")?;
    if ways.is_empty() {
        let problem = "it is missing; it lists the topics that meet the demand, as [\"TOPIC\", \"TOPIC + TOPIC\"]";
        return Err(table.wrong("met", problem));
    }
    let way = |way: &Placed<String>| {
        let topics = way.value.split('+');
        topics
            .map(|name| matter(table, "met", (name.trim(), way.at), vocabulary))
            .collect()
    };
    ways.iter().map(way).collect()
}

fn names(table: &Table<'_, '_>, vocabulary: &Vocabulary) -> Result<Vec<Matter>, OwnError> {
    let names = table.texts("names")?;
    let of = |name: &Placed<String>| matter(table, "names", (&name.value, name.at), vocabulary);
    names.iter().map(of).collect()
}

/// A topic of the file, or of the lexicon.
fn matter(
    table: &Table<'_, '_>,
    key: &str,
    (name, at): (&str, usize),
    vocabulary: &Vocabulary,
) -> Result<Matter, OwnError> {
    let own = (0..).map_while(|at| vocabulary.topic(at).map(|(name, _)| name.as_str()));
    let own: Vec<&str> = own.collect();
    if let Some(at) = own.iter().position(|own| *own == name) {
        return Ok(Matter::Own(at));
    }
    let topic = Topic::ALL.iter().find(|topic| topic.key() == name);
    topic.map(|topic| Matter::Topic(*topic)).ok_or_else(|| {
        let known = own
            .into_iter()
            .chain(Topic::ALL.iter().map(|topic| topic.key()));
        let hint = one_of(name, known);
        table.wrong_at(at, key, &format!("there is no topic `{name}`; {hint}"))
    })
}
