//! From case files to cases: matrices and twins.
//!
//! A case file belongs to the conformance harness; both programs read it with this, so that they
//! agree on which cases there are and what each says.
//!
//! - **A matrix** makes several cases of one file: one for every combination of its axes. An entry
//!   of an axis has a `name`, and keys that it sets or replaces; `{axis}` in `id`, `title` and `twin`
//!   stands for the entry's name, or in `title` for the entry's `words` where it has some. `exclude`
//!   lists combinations that are left out. An axis that is the word `"failures"` or `"successes"` has
//!   an entry for every kind of fault ([`crate::fault::kinds`]) that `curl -sf` calls so, leaving out those
//!   that are disputed and the one that takes the whole server down.
//! - **A kind of fault** is named with `fault_kind`, and what it strikes with `probe`, the path of a
//!   GET; `fault_when` says when, as in a fault. `faults` and `expect.preflight` follow from the kind.
//! - **`workspace`, `plan` and `prompt`** are names of what is built in, or paths of the user's own
//!   ([`is_path`]), relative to the case file.
//! - **A twin** lends a case every key that the case does not give itself.
//!
//! What a file may say stands in `known`, as data; all that is wrong with one is told at once, and [`schema`] is made
//! of it.
//!
//! ```
//! use wild_mock_server::cases;
//!
//! let text = r#"
//! id = "planning-{cluster}"
//! title = "On {cluster}"
//! twin = "planning-healthy"
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

mod check;
mod form;
mod known;
mod limits;
mod matrix;
mod own;
mod schema;
mod struck;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

pub use check::{Problem, keys};
pub(crate) use limits::served as unserved;
use matrix::expand;
pub use own::is_path;
pub use schema::schema;
use toml::{Table, Value};

pub use crate::fault::PROBES;
use crate::version::refusal;

/// Built-in case files: name without extension, and text.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/cases.rs"));

/// Names of the built-in workspaces.
const WORKSPACES: &[&str] = include!(concat!(env!("OUT_DIR"), "/workspaces.rs"));

/// Names of the built-in plans that execution cases carry out.
const PLANS: &[&str] = include!(concat!(env!("OUT_DIR"), "/executions.rs"));

/// The form of case files, in their key `format`; one without it is of the first. It grows when what a file says
/// would mean something else.
pub const FORMAT: u32 = 1;

/// Longest case file that is read, in bytes.
const LARGEST_FILE: u64 = 1024 * 1024;

/// A case: its id and all its keys, those of its twin included.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseTable {
    /// Its id.
    pub id: String,
    /// What errors call the file that it stands in.
    pub file: String,
    /// Its keys. `matrix`, `exclude` and `fault_kind` are worked in.
    pub keys: Table,
    /// What fits although it may not be meant, such as a key of the twin's beside one of its own.
    pub warnings: Vec<String>,
}

/// Why a file makes no cases.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CaseFileError {
    /// The file cannot be read.
    #[error("cannot read the case file {}: {problem}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system says.
        problem: String,
    },
    /// The file is too long to be a case.
    #[error("the case file {} has more than {LARGEST_FILE} bytes", file.display())]
    TooLarge {
        /// The file.
        file: PathBuf,
    },
    /// It is in a form that this program does not read.
    #[error("the case {file}: {}", refusal(*found, FORMAT))]
    Format {
        /// The file.
        file: String,
        /// The format that it states.
        found: i64,
    },
    /// What it says makes no sense.
    #[error("the case {file} is not valid:{}", listed(problems))]
    Problems {
        /// The file.
        file: String,
        /// All that is wrong.
        problems: Vec<Problem>,
    },
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

fn listed(problems: &[Problem]) -> String {
    let line = |text: String, problem: &Problem| text + "\n  " + &problem.to_string();
    problems.iter().fold(String::new(), line)
}

/// The cases of a file of the user's; see [`read`]. Paths in it are relative to the file, and absolute in
/// what is given back.
///
/// # Errors
/// Fails when the file cannot be read or is not valid; the error tells all that is wrong.
pub fn load(path: &Path) -> Result<Vec<CaseTable>, CaseFileError> {
    let unreadable = |error: io::Error| CaseFileError::Read {
        file: path.to_owned(),
        problem: error.to_string(),
    };
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // What is no plain file does not tell its size before.
    let mut start = file.take(LARGEST_FILE + 1);
    start.read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_FILE {
        let file = path.to_owned();
        return Err(CaseFileError::TooLarge { file });
    }
    let no_text = |error| unreadable(io::Error::new(io::ErrorKind::InvalidData, error));
    let text = String::from_utf8(bytes).map_err(no_text)?;
    let name = path.display().to_string();
    let mut cases = read(&name, &text)?;
    let base = path.parent().unwrap_or(Path::new(""));
    let problems = own::resolve(base, &mut cases).into_iter();
    let problems: Vec<Problem> = problems.map(Problem::of_whole).collect();
    if problems.is_empty() {
        return Ok(cases);
    }
    Err(CaseFileError::Problems {
        file: name,
        problems,
    })
}

/// The cases of one file. Twins are looked up in the file itself and among the built-in cases.
///
/// # Errors
/// Fails when the text is no TOML, when it has keys or values that make no sense, or its matrix or twin
/// does; the error tells all that is wrong.
pub fn read(file: &str, text: &str) -> Result<Vec<CaseTable>, CaseFileError> {
    let refuse = |problems: Vec<Problem>| match problems {
        none if none.is_empty() => Ok(()),
        problems => Err(CaseFileError::Problems {
            file: file.to_owned(),
            problems,
        }),
    };
    if let Some(found) = check::format(text).filter(|found| *found != i64::from(FORMAT)) {
        let file = file.to_owned();
        return Err(CaseFileError::Format { file, found });
    }
    refuse(check::problems(text))?;
    let cases = made(file, text)?;
    let mut incomplete = Vec::new();
    for message in cases.iter().flat_map(|case| check::of_case(&case.keys)) {
        let problem = Problem::of_whole(message);
        if !incomplete.contains(&problem) {
            incomplete.push(problem);
        }
    }
    refuse(incomplete)?;
    Ok(cases)
}

fn made(file: &str, text: &str) -> Result<Vec<CaseTable>, CaseFileError> {
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

/// The built-in case that may be meant by a name that is none. Nothing is meant while these are read themselves.
fn near(name: &str) -> String {
    let ids = FILES.iter().map(|(id, _)| *id);
    let nearest = ids
        .map(|id| (strsim::damerau_levenshtein(name, id), id))
        .min();
    let nearest = nearest.filter(|(distance, _)| *distance <= FARTHEST);
    nearest.map_or_else(String::new, |(_, id)| format!("; did you mean `{id}`?"))
}

/// Most letters in which a name may differ from the one that is meant.
const FARTHEST: usize = 4;

/// Fills in what the twin lends. A twin's twin does not count: a control is no abort case.
fn with_twin(
    mut case: CaseTable,
    lookup: &dyn Fn(&str) -> Option<Table>,
) -> Result<CaseTable, CaseFileError> {
    let Some(twin) = case.keys.get("twin").and_then(Value::as_str) else {
        return Ok(case);
    };
    if twin == case.id {
        let problem = "it is its own twin; name another case as `twin`, such as `planning-healthy`";
        return Err(invalid(&case.file, problem.to_owned()));
    }
    let Some(mut keys) = lookup(twin) else {
        return Err(invalid(
            &case.file,
            format!("there is no case `{twin}` to be its twin{}", near(twin)),
        ));
    };
    case.warnings = unfit(twin, &keys, &case.keys);
    keys.extend(case.keys);
    case.keys = keys;
    Ok(case)
}

/// Keys that mean something beside another key only: a grid is one goal's.
const BELONGS: [(&str, &str); 6] = [
    ("grid", "goal"),
    ("entry_points", "workspace"),
    ("slurm", "workspace"),
    ("plan", "workspace"),
    ("plan", "goal"),
    ("tasks", "plan"),
];

/// What a twin lends to a case although the key to which it belongs is another there.
fn unfit(twin: &str, lent: &Table, own: &Table) -> Vec<String> {
    let is_unfit = |(key, other): &&(&str, &str)| {
        let is_other = own
            .get(*other)
            .is_some_and(|value| lent.get(*other) != Some(value));
        is_other && !own.contains_key(*key) && lent.contains_key(*key)
    };
    let told = |(key, other): &(&str, &str)| {
        format!(
            "its `{key}` is that of `{twin}`, and its `{other}` is another; give it a `{key}` of its own"
        )
    };
    BELONGS.iter().filter(is_unfit).map(told).collect()
}

#[cfg(test)]
mod tests;
