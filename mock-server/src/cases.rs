//! From case files to cases: matrices and twins.
//!
//! A case file belongs to the conformance harness; both programs read it with this, so that they
//! agree on which cases there are and what each says.
//!
//! - **A matrix** makes several cases of one file: one for every combination of its axes. An entry
//!   of an axis has a `name`, and keys that it sets or replaces; `{axis}` in `id`, `title` and `twin`
//!   stands for the entry's name. `exclude` lists combinations that are left out.
//! - **A twin** lends a case every key that the case does not give itself.
//!
//! ```
//! use wild_mock_server::cases;
//!
//! let text = r#"
//! id = "planning-{cluster}"
//! title = "On {cluster}"
//! goal = "Win"
//! [[matrix.cluster]]
//! name = "slurm"
//! cluster = "slurm:8"
//! [[matrix.cluster]]
//! name = "laptop"
//! cluster = "unknown"
//! "#;
//! let cases = cases::read("mine.toml", text).unwrap();
//! assert_eq!(cases.len(), 2);
//! assert_eq!(cases[1].id, "planning-laptop");
//! assert_eq!(cases[1].keys["cluster"].as_str(), Some("unknown"));
//! ```

use std::collections::BTreeMap;
use std::sync::LazyLock;

use toml::{Table, Value};

/// Built-in case files: name without extension, and text.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/cases.rs"));

/// Most cases that one file may make.
const MOST_CASES: usize = 10_000;

/// Keys in which an axis may be named.
const NAMED_IN: [&str; 3] = ["id", "title", "twin"];

/// A case: its id and all its keys, those of its twin included.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseTable {
    /// Its id.
    pub id: String,
    /// What errors call the file that it stands in.
    pub file: String,
    /// Its keys. `matrix` and `exclude` are worked in.
    pub keys: Table,
}

/// Why a file makes no cases.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CaseFileError {
    /// It is no TOML.
    #[error("the case {file} is not valid: {source}")]
    Parse {
        /// The file.
        file: String,
        /// Where and what.
        source: Box<toml::de::Error>,
    },
    /// Its matrix, its twin or its id makes no sense.
    #[error("the case {file} is not valid: {problem}")]
    Invalid {
        /// The file.
        file: String,
        /// What is wrong and what would be right.
        problem: String,
    },
}

/// The built-in cases, sorted by id.
///
/// # Errors
/// Fails when a built-in file is not valid, which a test rules out.
pub fn builtin() -> Result<&'static [CaseTable], CaseFileError> {
    static ALL: LazyLock<Result<Vec<CaseTable>, CaseFileError>> = LazyLock::new(read_builtin);
    match &*ALL {
        Ok(cases) => Ok(cases),
        Err(error) => Err(error.clone()),
    }
}

/// The built-in case of this id.
pub fn find(id: &str) -> Option<&'static CaseTable> {
    let cases = builtin().ok()?;
    let at = cases
        .binary_search_by(|case| case.id.as_str().cmp(id))
        .ok()?;
    cases.get(at)
}

/// The cases of one file. Twins are looked up in the file itself and among the built-in cases.
///
/// # Errors
/// Fails when the text is no TOML, or when its matrix or twin makes no sense.
pub fn read(file: &str, text: &str) -> Result<Vec<CaseTable>, CaseFileError> {
    let own = expand(file, text)?;
    let by_id: BTreeMap<String, Table> = own
        .iter()
        .map(|case| (case.id.clone(), case.keys.clone()))
        .collect();
    let twin = |id: &str| {
        by_id
            .get(id)
            .cloned()
            .or_else(|| find(id).map(|case| case.keys.clone()))
    };
    own.into_iter().map(|case| with_twin(case, &twin)).collect()
}

fn read_builtin() -> Result<Vec<CaseTable>, CaseFileError> {
    let mut own = Vec::new();
    for (name, text) in FILES {
        own.extend(expand(&format!("built-in {name}.toml"), text)?);
    }
    own.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(pair) = own.windows(2).find(|pair| pair[0].id == pair[1].id) {
        let problem = format!(
            "{} has a case of the same id, `{}`",
            pair[0].file, pair[0].id
        );
        return Err(invalid(&pair[1].file, problem));
    }
    let by_id: BTreeMap<String, Table> = own
        .iter()
        .map(|case| (case.id.clone(), case.keys.clone()))
        .collect();
    own.into_iter()
        .map(|case| with_twin(case, &|id| by_id.get(id).cloned()))
        .collect()
}

fn invalid(file: &str, problem: String) -> CaseFileError {
    CaseFileError::Invalid {
        file: file.to_owned(),
        problem,
    }
}

/// Fills in what the twin lends. A twin's twin does not count: a control is no abort case.
fn with_twin(
    mut case: CaseTable,
    lookup: &dyn Fn(&str) -> Option<Table>,
) -> Result<CaseTable, CaseFileError> {
    let Some(twin) = case.keys.get("twin").and_then(Value::as_str) else {
        return Ok(case);
    };
    let Some(mut keys) = lookup(twin) else {
        return Err(invalid(
            &case.file,
            format!("there is no case `{twin}` to be its twin"),
        ));
    };
    keys.extend(case.keys);
    case.keys = keys;
    Ok(case)
}

/// The cases of a file, without what twins lend.
fn expand(file: &str, text: &str) -> Result<Vec<CaseTable>, CaseFileError> {
    let mut keys: Table = text.parse().map_err(|source| CaseFileError::Parse {
        file: file.to_owned(),
        source: Box::new(source),
    })?;
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

/// An entry of an axis: its name, and the keys that it sets.
struct Entry {
    name: String,
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
            let problem = || {
                let form = "a list of tables, each with a `name`";
                invalid(file, format!("the axis `matrix.{name}` must be {form}"))
            };
            let Value::Array(entries) = entries else {
                return Err(problem());
            };
            let entries: Option<Vec<Entry>> = entries.into_iter().map(entry).collect();
            let entries = entries
                .filter(|entries| !entries.is_empty())
                .ok_or_else(problem)?;
            Ok(Axis { name, entries })
        })
        .collect()
}

fn entry(value: Value) -> Option<Entry> {
    let Value::Table(mut keys) = value else {
        return None;
    };
    let Some(Value::String(name)) = keys.remove("name") else {
        return None;
    };
    Some(Entry { name, keys })
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
            *text = text.replace(&format!("{{{axis}}}"), &entry.name);
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
    Ok(CaseTable {
        id: id.to_owned(),
        file: file.to_owned(),
        keys,
    })
}

/// What stands in the first braces of a text.
fn placeholder(text: &str) -> Option<&str> {
    let (_, behind) = text.split_once('{')?;
    behind.split_once('}').map(|(inside, _)| inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MATRIX: &str = r#"
        id = "abort-{probe}-{fault}"
        title = "{probe} answers {fault}"
        twin = "planning-healthy"
        exclude = [{ probe = "health", fault = "500" }]
        matrix.probe = [{ name = "docs" }, { name = "health", steer = "x" }]
        matrix.fault = [{ name = "500" }, { name = "503", time_limit = 7 }]
    "#;

    #[test]
    fn a_matrix_makes_a_case_for_every_combination_that_is_not_excluded() {
        let cases = read("m.toml", MATRIX).unwrap();
        let ids: Vec<&str> = cases.iter().map(|case| case.id.as_str()).collect();
        assert_eq!(
            ids,
            ["abort-docs-500", "abort-docs-503", "abort-health-503"]
        );
        let last = &cases[2].keys;
        assert_eq!(last["steer"].as_str(), Some("x"));
        assert_eq!(last["time_limit"].as_integer(), Some(7));
        assert_eq!(last["workspace"].as_str(), Some("tiny-lm"));
        assert_eq!(last["title"].as_str(), Some("health answers 503"));
    }

    #[test]
    fn built_in_cases_are_valid_sorted_and_found() {
        let cases = builtin().unwrap();
        assert!(cases.is_sorted_by(|a, b| a.id < b.id));
        for case in cases {
            assert_eq!(find(&case.id).unwrap().file, case.file);
        }
    }

    #[test]
    fn senseless_matrices_are_refused_with_a_hint() {
        for (text, word) in [
            ("id = 'x'\nmatrix = 3", "table of axes"),
            ("id = 'x'\nmatrix.a = []", "matrix.a"),
            ("id = 'x'\nmatrix.a = [{ steer = 'no name' }]", "`name`"),
            ("id = 'x-{b}'\nmatrix.a = [{ name = 'n' }]", "axis `b`"),
            (
                "id = 'x'\nmatrix.a = [{ name = '1' }, { name = '2' }]",
                "`{axis}`",
            ),
            (
                "id = 'x-{a}'\nexclude = [{ a = 'n' }]\nmatrix.a = [{ name = 'n' }]",
                "leaves out",
            ),
            ("id = 'x'\nexclude = 1", "from axis to name"),
            ("id = 'x'\ntwin = 'nobody'", "nobody"),
            ("id = ", "m.toml"),
        ] {
            let message = read("m.toml", text).unwrap_err().to_string();
            assert!(message.contains(word), "{text}: {message}");
        }
        let axis: Vec<String> = (0..200).map(|n| format!("{{ name = 'v{n}' }}")).collect();
        let axis = axis.join(", ");
        let text = format!("id = '{{a}}{{b}}'\nmatrix.a = [{axis}]\nmatrix.b = [{axis}]");
        assert!(
            read("m.toml", &text)
                .unwrap_err()
                .to_string()
                .contains("10000")
        );
    }
}
