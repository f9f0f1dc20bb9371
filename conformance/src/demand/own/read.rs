//! What stands in a file of demands.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::row::demand;
use super::sheet::{OwnError, Placed, Sheet, Table};
use super::{OwnDemand, OwnFile};
use crate::evidence::digest_of;
use crate::prose::{Entry, Topic, Vocabulary, lexicon};

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
