//! What stands in a file of demands.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::sheet::{OwnError, Placed, Sheet, Table, one_of};
use super::{OwnDemand, OwnFile, When, example};
use crate::demand::{Demand, Matter, Work};
use crate::evidence::digest_of;
use crate::prose::{Entry, Topic, Vocabulary, lexicon};
use crate::verdict::Level;

/// Most demands of a file.
const MOST_DEMANDS: usize = 64;

/// Most sequences that the signs of a file come to, together.
const MOST_SEQUENCES: usize = 10_000;

pub(super) const FILE: [&str; 4] = ["classes", "endpoints", "topic", "demand"];
pub(super) const TOPIC: [&str; 5] = ["about", "strong", "weak", "counter", "instead"];
pub(super) const DEMAND: [&str; 17] = [
    "code",
    "name",
    "level",
    "title",
    "why",
    "asks",
    "question",
    "missing",
    "met",
    "names",
    "work",
    "when",
    "examples",
    "counter-decides",
    "outside-reflections",
    "subject",
    "text-only",
];

const LEVELS: [(&str, Level); 2] = [("must", Level::Must), ("should", Level::Should)];
const WORKS: [(&str, Work); 4] = [
    ("nothing", Work::Nothing),
    ("runs", Work::Runs),
    ("launcher", Work::Launcher),
    ("task", Work::Task),
];
const WHENS: [(&str, When); 2] = [("always", When::Always), ("experiments", When::Experiments)];

/// Lists by name: word classes, endpoints.
type Lists = BTreeMap<String, Vec<String>>;

pub(super) fn file(file: &Path, text: &str) -> Result<OwnFile, OwnError> {
    let sheet = Sheet { file, text };
    let parsed = DeTable::parse(text);
    let root = parsed.map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        sheet.wrong(at, error.message())
    })?;
    let root = root.get_ref();
    sheet.table("", 0, root, &FILE)?;
    let classes = lists(sheet, root, "classes", &lexicon().classes)?;
    let endpoints = lists(sheet, root, "endpoints", &lexicon().endpoints)?;
    for endpoint in endpoints.values().flatten() {
        if !endpoint.value.contains(" /") {
            let problem = format!(
                "`{}` is no endpoint; write a method and a path, such as \"GET /runs/*\"",
                endpoint.value
            );
            return Err(sheet.wrong(endpoint.at, problem));
        }
    }
    let (classes, endpoints) = (bare(classes), bare(endpoints));
    let topics = topics(sheet, root, &classes, &endpoints)?;
    let vocabulary = Vocabulary::compile(topics, &classes, &endpoints);
    let vocabulary = Arc::new(vocabulary.map_err(|problem| sheet.broken(problem))?);
    let demands = demands(sheet, root, &vocabulary)?;
    Ok(OwnFile {
        file: file.to_owned(),
        sha256: digest_of(text.as_bytes()).sha256,
        demands,
    })
}

fn bare(lists: BTreeMap<String, Vec<Placed<String>>>) -> Lists {
    let values = |list: Vec<Placed<String>>| list.into_iter().map(|item| item.value).collect();
    lists
        .into_iter()
        .map(|(name, list)| (name, values(list)))
        .collect()
}

/// A table of a name, with the place where it begins.
fn inner<'a, 't>(
    sheet: Sheet<'a>,
    root: &'t DeTable<'a>,
    name: &str,
) -> Result<Option<&'t DeTable<'a>>, OwnError> {
    let Some((key, value)) = root.iter().find(|(key, _)| key.get_ref() == name) else {
        return Ok(None);
    };
    let table = value.get_ref().as_table();
    let wrong = || sheet.wrong(key.span().start, format!("`{name}` is a table: [{name}]"));
    table.ok_or_else(wrong).map(Some)
}

/// Lists by name, of which the lexicon has none.
fn lists(
    sheet: Sheet<'_>,
    root: &DeTable<'_>,
    name: &str,
    known: &Lists,
) -> Result<BTreeMap<String, Vec<Placed<String>>>, OwnError> {
    let Some(table) = inner(sheet, root, name)? else {
        return Ok(BTreeMap::new());
    };
    let keys: Vec<&str> = table.keys().map(|key| &**key.get_ref()).collect();
    let own = sheet.table(format!("[{name}] "), 0, table, &keys)?;
    let list = |key: &&str| {
        if known.contains_key(*key) {
            return Err(own.wrong(key, "the lexicon has it already; give yours another name"));
        }
        Ok(((*key).to_owned(), own.texts(key)?))
    };
    keys.iter().map(list).collect()
}

fn topics(
    sheet: Sheet<'_>,
    root: &DeTable<'_>,
    classes: &Lists,
    endpoints: &Lists,
) -> Result<Vec<(String, Entry)>, OwnError> {
    let Some(all) = inner(sheet, root, "topic")? else {
        return Ok(Vec::new());
    };
    let mut left = MOST_SEQUENCES;
    let mut topics = Vec::new();
    for (key, value) in all {
        let (name, at) = (key.get_ref().to_string(), key.span().start);
        let wrong = |problem: &str| sheet.wrong(at, format!("[topic.{name}]: {problem}"));
        let table = value.get_ref().as_table();
        let table = table.ok_or_else(|| wrong("it is a table"))?;
        if Topic::ALL.iter().any(|topic| topic.key() == name) {
            return Err(wrong(
                "the lexicon has this topic already; name it in `met`, or give yours another name",
            ));
        }
        let table = sheet.table(format!("[topic.{name}] "), at, table, &TOPIC)?;
        let mut signs = |key: &str| -> Result<Vec<String>, OwnError> {
            let texts = table.texts(key)?;
            for text in &texts {
                left = spend(left, &table, key, text, classes, endpoints)?;
            }
            Ok(texts.into_iter().map(|text| text.value).collect())
        };
        let entry = Entry {
            strong: signs("strong")?,
            weak: signs("weak")?,
            counter: signs("counter")?,
            instead: signs("instead")?,
            about: table.needed("about")?.value,
            ..Entry::default()
        };
        if entry.strong.is_empty() {
            return Err(wrong(
                "it needs a sign in `strong`, as nothing else meets a demand",
            ));
        }
        topics.push((name, entry));
    }
    Ok(topics)
}

/// Looks at one sign, and takes what it costs from what is left.
fn spend(
    left: usize,
    table: &Table<'_, '_>,
    key: &str,
    sign: &Placed<String>,
    classes: &Lists,
    endpoints: &Lists,
) -> Result<usize, OwnError> {
    let entry = Entry {
        strong: vec![sign.value.clone()],
        ..Entry::default()
    };
    let alone = Vocabulary::compile(vec![(sign.value.clone(), entry)], classes, endpoints);
    let alone = alone.map_err(|problem| table.wrong_at(sign.at, key, &problem))?;
    left.checked_sub(alone.size()).ok_or_else(|| {
        let problem = format!(
            "with `{}` the signs of this file come to more than {MOST_SEQUENCES} sequences of words; write \
             fewer alternatives",
            sign.value
        );
        table.wrong_at(sign.at, key, &problem)
    })
}

fn demands(
    sheet: Sheet<'_>,
    root: &DeTable<'_>,
    vocabulary: &Arc<Vocabulary>,
) -> Result<Vec<OwnDemand>, OwnError> {
    let found = root.iter().find(|(key, _)| key.get_ref() == "demand");
    let Some((key, value)) = found else {
        return Err(sheet.broken("it demands nothing; write a [[demand]]"));
    };
    let at = key.span().start;
    let wrong = || sheet.wrong(at, "`demand` is a list of tables: [[demand]]");
    let list = value.get_ref().as_array().ok_or_else(wrong)?;
    if list.len() > MOST_DEMANDS {
        let problem = format!("a file has {MOST_DEMANDS} demands at most; write another file");
        return Err(sheet.wrong(at, problem));
    }
    let mut demands: Vec<OwnDemand> = Vec::new();
    for item in list {
        let DeValue::Table(table) = item.get_ref() else {
            return Err(wrong());
        };
        let table = sheet.table("", item.span().start, table, &DEMAND)?;
        let demand = demand(table, vocabulary)?;
        let code = &demand.demand.code;
        if let Some(first) = demands.iter().find(|other| other.demand.code == *code) {
            let problem = format!("{code} stands in line {} already", first.line);
            return Err(sheet.wrong(item.span().start, problem));
        }
        demands.push(demand);
    }
    Ok(demands)
}

fn demand(table: Table<'_, '_>, vocabulary: &Arc<Vocabulary>) -> Result<OwnDemand, OwnError> {
    let code = table.needed("code")?;
    let table = table.named(format!("{} ", code.value));
    if !is_code(&code.value) {
        let problem = format!(
            "`{}` is no code; write 2 to 10 capital letters and 3 digits, such as TEAM001",
            code.value
        );
        return Err(table.wrong("code", &problem));
    }
    let name = table
        .text("name")?
        .map_or_else(|| code.value.to_lowercase(), |name| name.value);
    if !is_name(&name) {
        let problem = format!("`{name}` is no name; write small letters, digits and hyphens");
        return Err(table.wrong("name", &problem));
    }
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
