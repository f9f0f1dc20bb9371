//! Reading case files.
//!
//! Matrices and twins are worked in by [`wild_mock_server::cases`]. A case that names a twin takes
//! over every key that it does not give itself: an abort case is then exactly its healthy twin plus
//! what breaks it, which is what makes the pair a control.

use std::path::{Path, PathBuf};

use serde::Deserialize as _;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserializer, SeqAccess, Visitor};

use wild_mock_server::ClusterProfile;
use wild_mock_server::cases::{self, CaseFileError, CaseTable};

use super::Case;
use super::builtin::Workspace;
use super::execution::{plan_names, plan_text};

/// Longest case file that is read, in bytes.
const LARGEST_FILE: u64 = 1024 * 1024;

/// Most iterations that a case may chain.
const MOST_ITERATIONS: u32 = 100;

/// Longest time limit of a case, in seconds: a day.
const LONGEST_TIME_LIMIT: u64 = 86_400;

/// Why a case could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The file could not be read.
    #[error("cannot read the case file {}: {source}", file.display())]
    Read {
        /// Its path.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is too long to be a case.
    #[error("the case file {} has {size} bytes; at most {LARGEST_FILE} are read", file.display())]
    TooLarge {
        /// Its path.
        file: PathBuf,
        /// Its size in bytes.
        size: u64,
    },
    /// Its matrix or its twin makes no sense.
    #[error(transparent)]
    File(#[from] CaseFileError),
    /// The file is no TOML, or a key is unknown, missing or of the wrong type.
    #[error("the case {file} is not valid: {source}{hint}")]
    Parse {
        /// Its name.
        file: String,
        /// Where and what, with the line that is wrong.
        source: Box<toml::de::Error>,
        /// The known key that is most like an unknown one.
        hint: String,
    },
    /// A value is of the right type and makes no sense.
    #[error("the case {file} is not valid: {problem}")]
    Invalid {
        /// Its name.
        file: String,
        /// What is wrong and what would be right.
        problem: String,
    },
}

/// Reads the cases of a file of the user's; twins are looked up in it and among the built-in cases.
///
/// # Errors
/// Fails when the file cannot be read or is not a valid case; the error names file, line and key.
pub fn load_file(path: &Path) -> Result<Vec<Case>, CaseError> {
    let read = |source| CaseError::Read {
        file: path.to_owned(),
        source,
    };
    let size = std::fs::metadata(path).map_err(read)?.len();
    if size > LARGEST_FILE {
        return Err(CaseError::TooLarge {
            file: path.to_owned(),
            size,
        });
    }
    let text = std::fs::read_to_string(path).map_err(read)?;
    read_text(&path.display().to_string(), &text)
}

/// The cases of a text.
fn read_text(file: &str, text: &str) -> Result<Vec<Case>, CaseError> {
    // Working in matrix and twin loses the positions in the file, so that its keys are checked first.
    toml::from_str::<Keys>(text).map_err(|source| parse_error(file, source))?;
    cases::read(file, text)?.iter().map(typed).collect()
}

/// A case with its keys read.
pub(super) fn typed(table: &CaseTable) -> Result<Case, CaseError> {
    let mut case: Case = table
        .keys
        .clone()
        .try_into()
        .map_err(|source| parse_error(&table.file, source))?;
    check(&table.file, &case)?;
    if let Some(text) = case.plan.as_deref().and_then(plan_text) {
        text.clone_into(&mut case.placeholder);
    }
    Ok(case)
}

fn parse_error(file: &str, source: toml::de::Error) -> CaseError {
    CaseError::Parse {
        file: file.to_owned(),
        hint: nearest_key(source.message())
            .map(|key| format!("did you mean `{key}`?\n"))
            .unwrap_or_default(),
        source: Box::new(source),
    }
}

/// The known key that is most like the unknown one, from serde's message: "unknown field `a`,
/// expected one of `b`, `c`".
fn nearest_key(message: &str) -> Option<&str> {
    let mut quoted = message
        .strip_prefix("unknown field ")?
        .split('`')
        .skip(1)
        .step_by(2);
    let unknown = quoted.next()?;
    quoted
        .map(|key| (key, strsim::jaro_winkler(key, unknown)))
        .filter(|(_, likeness)| *likeness > 0.7)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(key, _)| key)
}

fn invalid(file: &str, problem: String) -> CaseError {
    CaseError::Invalid {
        file: file.to_owned(),
        problem,
    }
}

/// The keys of a case file and of the entries of its matrix, none of them required.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "the fields are there for their names and types only"
)]
struct Keys {
    id: Option<String>,
    title: Option<String>,
    kind: Option<super::Kind>,
    goal: Option<String>,
    steer: Option<String>,
    workspace: Option<String>,
    cluster: Option<String>,
    auth_token: Option<String>,
    evo_sweep: Option<bool>,
    faults: Option<Vec<wild_mock_server::Fault>>,
    runs: Option<wild_mock_server::RunProfiles>,
    placeholder: Option<String>,
    plan: Option<String>,
    log: Option<String>,
    iteration: Option<u32>,
    iterations: Option<u32>,
    prelude: Option<Vec<super::Step>>,
    experiments: Option<bool>,
    grid: Option<Vec<super::GridAxis>>,
    entry_points: Option<Vec<String>>,
    time_limit: Option<u64>,
    expect: Option<super::Expect>,
    twin: Option<String>,
    fault_kind: Option<String>,
    probe: Option<String>,
    fault_when: Option<wild_mock_server::When>,
    /// Name of an entry of a matrix.
    name: Option<String>,
    /// What titles call it.
    words: Option<String>,
    matrix: Option<std::collections::BTreeMap<String, Axis>>,
    exclude: Option<Vec<std::collections::BTreeMap<String, String>>>,
}

/// An axis of a matrix: the name of many kinds of faults, or a list.
enum Axis {
    Kinds,
    List(#[expect(dead_code, reason = "it is there to be read only")] Vec<Keys>),
}

// By hand, because what serde derives for such an enum tells no positions.
impl<'de> serde::Deserialize<'de> for Axis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AxisVisitor;

        impl<'de> Visitor<'de> for AxisVisitor {
            type Value = Axis;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of tables, or one of the words `failures` and `successes`")
            }

            fn visit_str<E>(self, _: &str) -> Result<Axis, E> {
                Ok(Axis::Kinds)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Axis, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Axis::List)
            }
        }

        deserializer.deserialize_any(AxisVisitor)
    }
}

fn check(file: &str, case: &Case) -> Result<(), CaseError> {
    let problem = id_problem(&case.id)
        .or_else(|| workspace_problem(&case.workspace))
        .or_else(|| limit_problem(case.time_limit))
        .or_else(|| cluster_problem(&case.cluster))
        .or_else(|| fault_problem(case))
        .or_else(|| expectation_problem(case))
        .or_else(|| plan_problem(case));
    match problem {
        Some(problem) => Err(invalid(file, problem)),
        None => Ok(()),
    }
}

fn id_problem(id: &str) -> Option<String> {
    let fits = !id.is_empty()
        && id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    (!fits).then(|| format!("id `{id}` must consist of lower-case letters, digits and hyphens"))
}

fn workspace_problem(name: &str) -> Option<String> {
    Workspace::find(name).is_none().then(|| {
        format!(
            "there is no workspace `{name}`; there are: {}",
            Workspace::names().join(", ")
        )
    })
}

fn limit_problem(seconds: u64) -> Option<String> {
    (!(1..=LONGEST_TIME_LIMIT).contains(&seconds))
        .then(|| format!("time_limit is {seconds}; give 1 to {LONGEST_TIME_LIMIT} seconds"))
}

fn cluster_problem(cluster: &str) -> Option<String> {
    let error = cluster.parse::<ClusterProfile>().err()?;
    Some(format!("cluster `{cluster}`: {error}"))
}

fn fault_problem(case: &Case) -> Option<String> {
    case.faults
        .iter()
        .find_map(|fault| fault.check().err())
        .map(|error| format!("faults: {error}"))
}

fn expectation_problem(case: &Case) -> Option<String> {
    (case.server_gone_from().is_some() && case.expect.preflight.is_none()).then(|| {
        "requests to a server that is down cannot be observed: give `[expect] preflight`".to_owned()
    })
}

fn plan_problem(case: &Case) -> Option<String> {
    match (&case.plan, case.is_execution()) {
        (Some(name), _) if plan_text(name).is_none() => Some(format!(
            "there is no plan `{name}`; there are: {}",
            plan_names().join(", ")
        )),
        _ if !(1..=MOST_ITERATIONS).contains(&case.iterations) => Some(format!(
            "iterations is {}; give 1 to {MOST_ITERATIONS}",
            case.iterations
        )),
        _ if case.iterations > 1 && !case.is_execution() => {
            Some("only execution cases have several iterations".to_owned())
        }
        (None, true) => Some("an execution case needs a `plan` to carry out".to_owned()),
        _ => None,
    }
}

/// What is said of a key that does not exist, which lists those that do.
#[cfg(test)]
pub(super) fn unknown_key_error() -> String {
    let error = toml::from_str::<Keys>("unknown-key = 1").err();
    error
        .map(|error| error.message().to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Case, CaseError> {
        read_text("case.toml", text).map(|cases| cases[0].clone())
    }

    #[test]
    fn a_case_takes_over_what_its_twin_says() {
        let case =
            read("id = \"sad\"\ntitle = \"Sad\"\ntwin = \"planning-healthy\"\nsteer = \"go\"")
                .unwrap();
        assert_eq!((case.id.as_str(), case.steer.as_str()), ("sad", "go"));
        assert!(case.goal.starts_with("Find out"));
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let text = "id = \"sad\"\ntitle = \"Sad\"\ntwin = \"planning-healthy\"\ngaol = \"typo\"\n";
        let message = read(text).unwrap_err().to_string();
        assert!(
            message.contains("line 4") && message.contains("did you mean `goal`"),
            "{message}"
        );
    }

    #[test]
    fn a_missing_key_is_named() {
        let message = read("id = \"lonely\"\ntitle = \"Lonely\"\n")
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("case.toml") && message.contains("kind"),
            "{message}"
        );
    }

    #[test]
    fn senseless_values_are_refused() {
        for (line, word) in [
            ("twin = \"nobody\"", "nobody"),
            (
                "twin = \"planning-healthy\"\nworkspace = \"nowhere\"",
                "nowhere",
            ),
            ("twin = \"planning-healthy\"\ntime_limit = 0", "time_limit"),
            (
                "twin = \"planning-healthy\"\nexpect = {}\nfaults = [{ action = \"refuse\" }]",
                "preflight",
            ),
            (
                "twin = \"planning-healthy\"\nfaults = [{ action = \"status\", status = 9 }]",
                "status 9",
            ),
        ] {
            let message = read(&format!("id = \"x\"\ntitle = \"x\"\n{line}"))
                .unwrap_err()
                .to_string();
            assert!(message.contains(word), "{line}: {message}");
        }
    }
}
