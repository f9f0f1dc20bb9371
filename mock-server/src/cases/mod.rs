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
//! - **A twin** lends a case every key that the case does not give itself.
//!
//! What a file may say stands in [`form`], as data; all that is wrong with one is told at once.
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
mod limits;
mod matrix;
mod struck;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

pub use check::{Problem, keys};
use matrix::expand;
use toml::{Table, Value};

/// Built-in case files: name without extension, and text.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/cases.rs"));

/// Names of the built-in workspaces.
const WORKSPACES: &[&str] = include!(concat!(env!("OUT_DIR"), "/workspaces.rs"));

/// Names of the built-in plans that execution cases carry out.
const PLANS: &[&str] = include!(concat!(env!("OUT_DIR"), "/executions.rs"));

/// The paths that the planning prompt has an agent probe.
pub const PROBES: [&str; 5] = [
    "/docs",
    "/openapi.json",
    "/prompt-skills",
    "/prompt-skills/wild_v2_execution_ops_protocol",
    "/wild/v2/system-health",
];

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
    #[error("the case file {} has {size} bytes; at most {LARGEST_FILE} are read", file.display())]
    TooLarge {
        /// The file.
        file: PathBuf,
        /// Its size in bytes.
        size: u64,
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

/// The cases of a file of the user's; see [`read`].
///
/// # Errors
/// Fails when the file cannot be read or is not valid; the error tells all that is wrong.
pub fn load(path: &Path) -> Result<Vec<CaseTable>, CaseFileError> {
    let unreadable = |error: std::io::Error| CaseFileError::Read {
        file: path.to_owned(),
        problem: error.to_string(),
    };
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > LARGEST_FILE {
        let file = path.to_owned();
        return Err(CaseFileError::TooLarge { file, size });
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    read(&path.display().to_string(), &text)
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
    refuse(check::problems(text))?;
    let cases = made(file, text)?;
    let mut incomplete = Vec::new();
    for message in cases.iter().flat_map(|case| check::of_case(&case.keys)) {
        let problem = Problem {
            place: None,
            message,
        };
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

    const KINDS: &str = r#"
        id = "{probe}-{kind}"
        title = "{probe}: {kind}"
        twin = "planning-healthy"
        matrix.kind = "failures"
        matrix.probe = [{ name = "docs", words = "The documentation", probe = "/docs" }]
    "#;

    #[test]
    fn an_axis_of_kinds_has_every_kind_that_clients_agree_on() {
        let count = |text: &str| read("k.toml", text).unwrap().len();
        let successes = count(&KINDS.replace("failures", "successes"));
        let left_out = crate::fault::kinds().into_iter();
        let left_out = left_out.filter(|kind| kind.is_disputed || kind.takes_server_down());
        let all = crate::fault::kinds().len() - left_out.count();
        assert_eq!(count(KINDS) + successes, all);
        let cases = read("k.toml", KINDS).unwrap();
        let case = cases.iter().find(|case| case.id == "docs-reset").unwrap();
        assert_eq!(
            case.keys["title"].as_str(),
            Some("The documentation: the connection is reset")
        );
        assert_eq!(case.keys["expect"]["preflight"].as_str(), Some("failed"));
        assert_eq!(case.keys["faults"][0]["action"].as_str(), Some("reset"));
        assert!(!case.keys.contains_key("fault_kind"));
    }

    #[test]
    fn a_kind_of_fault_needs_a_probe_and_is_no_other_fault() {
        for (lines, word) in [
            ("fault_kind = 'resett'", "did you mean `reset`"),
            ("fault_kind = 'reset'", "`probe`"),
            ("probe = '/docs'", "`fault_kind`"),
            ("fault_kind = 'refused'\nprobe = '/docs'", "whole server"),
            ("fault_kind = 'reset'\nprobe = 'docs'", "starts with"),
            (
                "fault_kind = 'reset'\nprobe = '/a'\nfaults = []",
                "`faults`",
            ),
            (
                "fault_kind = 'reset'\nprobe = '/a'\nfault_when = 1",
                "fault_when",
            ),
            (
                "fault_kind = 'reset'\nprobe = '/a'\nfault_when = { nth = 0 }",
                "counts from 1",
            ),
        ] {
            let text = format!("id = 'x'\n{lines}");
            let message = made("m.toml", &text).unwrap_err().to_string();
            assert!(message.contains(word), "{text}: {message}");
        }
    }

    #[test]
    fn what_does_not_strike_the_first_call_declares_nothing() {
        let text = "id = 'x'\nfault_kind = 'reset'\nprobe = '/a'\nfault_when = ";
        let second = made("m.toml", &format!("{text}{{ nth = 2 }}")).unwrap();
        assert!(!second[0].keys.contains_key("expect"));
        let first = made("m.toml", &format!("{text}{{ first = 1 }}")).unwrap();
        assert_eq!(
            first[0].keys["expect"]["preflight"].as_str(),
            Some("failed")
        );
        assert_eq!(first[0].keys["faults"][0]["first"].as_integer(), Some(1));
    }

    #[test]
    fn a_case_that_is_not_complete_is_refused() {
        let twin = "id = 'x'\ntitle = 'x'\ntwin = 'planning-healthy'\n";
        assert_eq!(read("c.toml", twin).unwrap().len(), 1);
        for (text, words) in [
            (
                "id = 'x'".to_owned(),
                &["missing key `title`", "missing key `time_limit`"][..],
            ),
            (format!("{twin}kind = 'execution'"), &["needs a `plan`"]),
            (format!("{twin}iterations = 2"), &["several iterations"]),
            (
                format!("{twin}faults = [{{ action = 'refuse' }}]\nexpect = {{}}"),
                &["[expect] preflight"],
            ),
            (
                "id = '{a}'\ntitle = 'x'\ntwin = 'planning-healthy'\nmatrix.a = [{ name = 'A' }]"
                    .to_owned(),
                &["id `A` must"],
            ),
        ] {
            let message = read("c.toml", &text).unwrap_err().to_string();
            assert!(
                words.iter().all(|word| message.contains(word)),
                "{text}: {message}"
            );
        }
    }

    #[test]
    fn built_in_cases_are_valid_sorted_and_found() {
        for (name, text) in FILES {
            assert_eq!(check::problems(text), [], "{name}");
        }
        let cases = builtin().unwrap();
        for case in cases {
            assert_eq!(check::of_case(&case.keys), [""; 0], "{}", case.id);
        }
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
            let message = made("m.toml", text).unwrap_err().to_string();
            assert!(message.contains(word), "{text}: {message}");
        }
        let axis: Vec<String> = (0..200).map(|n| format!("{{ name = 'v{n}' }}")).collect();
        let axis = axis.join(", ");
        let text = format!("id = '{{a}}{{b}}'\nmatrix.a = [{axis}]\nmatrix.b = [{axis}]");
        assert!(
            made("m.toml", &text)
                .unwrap_err()
                .to_string()
                .contains("10000")
        );
    }
}
