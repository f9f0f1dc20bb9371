//! From a case file with a matrix to one table of keys for each combination.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::{CaseFileError, CaseTable, invalid, struck};
use crate::fault::{Kind, kinds};

/// Most cases that one file may make.
const MOST_CASES: usize = 10_000;

/// Keys in which an axis may be named.
const NAMED_IN: [&str; 3] = ["id", "title", "twin"];

/// Axes that stand for many kinds of faults: their names, and whether `curl -sf` fails.
pub(super) const KINDS: [(&str, bool); 2] = [("failures", true), ("successes", false)];

/// The cases of a file, without what twins lend.
pub(super) fn expand(file: &str, text: &str) -> Result<Vec<CaseTable>, CaseFileError> {
    let mut keys: Table = text.parse().map_err(|source| CaseFileError::Parse {
        file: file.to_owned(),
        source: Box::new(source),
    })?;
    keys.remove("format");
    let matrix = keys.remove("matrix");
    let exclude = keys.remove("exclude");
    let axes = axes(file, matrix)?;
    let excluded = excluded(file, exclude)?;
    let mut cases = Vec::new();
    for combination in combinations(file, &axes)? {
        if excluded.iter().any(|pattern| fits(pattern, &combination)) {
            continue;
        }
        cases.push(combined(file, &keys, &combination)?);
    }
    if cases.is_empty() {
        return Err(invalid(
            file,
            "`exclude` leaves out every case of the matrix".to_owned(),
        ));
    }
    Ok(cases)
}

/// An axis of a matrix: its name and its entries.
struct Axis {
    name: String,
    entries: Vec<Entry>,
}

/// An entry of an axis: its name, what titles call it, and the keys that it sets.
struct Entry {
    name: String,
    words: Option<String>,
    keys: Table,
}

/// One entry of each axis.
type Combination<'a> = Vec<(&'a str, &'a Entry)>;

fn axes(file: &str, matrix: Option<Value>) -> Result<Vec<Axis>, CaseFileError> {
    let Some(matrix) = matrix else {
        return Ok(Vec::new());
    };
    let Value::Table(matrix) = matrix else {
        return Err(invalid(
            file,
            "`matrix` is a table of axes: `[[matrix.cluster]]`".to_owned(),
        ));
    };
    matrix
        .into_iter()
        .map(|(name, entries)| {
            let entries = entries_of(entries).ok_or_else(|| {
                let form = "a list of tables, each with a `name`, or one of the words `failures` \
                            and `successes`";
                invalid(file, format!("the axis `matrix.{name}` must be {form}"))
            })?;
            Ok(Axis { name, entries })
        })
        .collect()
}

/// Whether a word stands for an axis of many kinds of faults.
pub(super) fn is_kinds(word: &str) -> bool {
    KINDS.iter().any(|(name, _)| *name == word)
}

fn entries_of(value: Value) -> Option<Vec<Entry>> {
    let entries = match value {
        Value::String(word) => {
            let (_, fails) = KINDS.into_iter().find(|(name, _)| *name == word)?;
            let fit = kinds().into_iter();
            fit.filter(|kind| is_clear(kind) && kind.fails() == fails)
                .map(|kind| kind_entry(&kind))
                .collect()
        }
        Value::Array(entries) => entries
            .into_iter()
            .map(entry)
            .collect::<Option<Vec<Entry>>>()?,
        _ => return None,
    };
    (!entries.is_empty()).then_some(entries)
}

/// Whether clients agree on the kind, and it can strike a single path.
fn is_clear(kind: &Kind) -> bool {
    !kind.is_disputed && !kind.takes_server_down()
}

fn kind_entry(kind: &Kind) -> Entry {
    let key = struck::KIND.to_owned();
    Entry {
        name: kind.name.to_owned(),
        words: Some(kind.summary.to_owned()),
        keys: Table::from_iter([(key, Value::String(kind.name.to_owned()))]),
    }
}

fn entry(value: Value) -> Option<Entry> {
    let Value::Table(mut keys) = value else {
        return None;
    };
    let Some(Value::String(name)) = keys.remove("name") else {
        return None;
    };
    let words = match keys.remove("words") {
        None => None,
        Some(Value::String(words)) => Some(words),
        Some(_) => return None,
    };
    Some(Entry { name, words, keys })
}

fn excluded(
    file: &str,
    exclude: Option<Value>,
) -> Result<Vec<BTreeMap<String, String>>, CaseFileError> {
    exclude.map_or(Ok(Vec::new()), |exclude| {
        exclude.try_into().map_err(|_| {
            let form = "a list of tables from axis to name: `[{ cluster = \"slurm\" }]`";
            invalid(file, format!("`exclude` must be {form}"))
        })
    })
}

fn fits(pattern: &BTreeMap<String, String>, combination: &Combination<'_>) -> bool {
    pattern.iter().all(|(axis, wanted)| {
        combination
            .iter()
            .any(|(name, entry)| *name == axis && entry.name == *wanted)
    })
}

/// All combinations, the last axis changing fastest.
fn combinations<'a>(file: &str, axes: &'a [Axis]) -> Result<Vec<Combination<'a>>, CaseFileError> {
    let mut all: Vec<Combination<'a>> = vec![Vec::new()];
    for axis in axes {
        if all.len() * axis.entries.len() > MOST_CASES {
            let problem = format!("its matrix makes more than {MOST_CASES} cases");
            return Err(invalid(file, problem));
        }
        all = all
            .into_iter()
            .flat_map(|combination| {
                axis.entries.iter().map(move |entry| {
                    let mut longer = combination.clone();
                    longer.push((&axis.name, entry));
                    longer
                })
            })
            .collect();
    }
    Ok(all)
}

/// The keys of a file with those of a combination, its names filled in.
fn combined(
    file: &str,
    keys: &Table,
    combination: &Combination<'_>,
) -> Result<CaseTable, CaseFileError> {
    let mut keys = keys.clone();
    for (_, entry) in combination {
        keys.extend(entry.keys.clone());
    }
    for key in NAMED_IN {
        let Some(Value::String(text)) = keys.get_mut(key) else {
            continue;
        };
        for (axis, entry) in combination {
            let words = entry.words.as_ref().filter(|_| key == "title");
            *text = text.replace(&format!("{{{axis}}}"), words.unwrap_or(&entry.name));
        }
    }
    let id = keys.get("id").and_then(Value::as_str).unwrap_or_default();
    if let Some(left) = placeholder(id) {
        let problem = format!("its id names the axis `{left}`, which its matrix does not have");
        return Err(invalid(file, problem));
    }
    // Two cases of one id would overwrite each other's evidence.
    if !combination
        .iter()
        .all(|(_, entry)| id.contains(&entry.name))
    {
        let problem = "its matrix makes several cases of one id; name each axis in it: `{axis}`";
        return Err(invalid(file, problem.to_owned()));
    }
    let id = id.to_owned();
    struck::work_in(file, &mut keys)?;
    Ok(CaseTable {
        id,
        file: file.to_owned(),
        keys,
        warnings: Vec::new(),
    })
}

/// What stands in the first braces of a text.
fn placeholder(text: &str) -> Option<&str> {
    let (_, behind) = text.split_once('{')?;
    behind.split_once('}').map(|(inside, _)| inside)
}
