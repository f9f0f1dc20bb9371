//! Reading one case file.
//!
//! A case that names a twin takes over every key that it does not give itself: an abort case is
//! then exactly its healthy twin plus what breaks it, which is what makes the pair a control.

use std::path::{Path, PathBuf};

use toml::{Table, Value};
use wild_mock_server::ClusterProfile;

use super::Case;
use super::builtin::{self, Workspace};

/// Longest case file that is read, in bytes.
const LARGEST_FILE: u64 = 1024 * 1024;

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
    /// The file is not UTF-8.
    #[error("the case {file} is not UTF-8 text")]
    NotText {
        /// Its name.
        file: String,
    },
    /// The file is no TOML, or a key is unknown, missing or of the wrong type.
    #[error("the case {file} is not valid: {source}")]
    Parse {
        /// Its name.
        file: String,
        /// Where and what, with the line that is wrong.
        source: Box<toml::de::Error>,
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

/// Reads a case from a file of the user's. Its twin is looked up among the built-in cases.
///
/// # Errors
/// Fails when the file cannot be read or is not a valid case; the error names file, line and key.
pub fn load_file(path: &Path) -> Result<Case, CaseError> {
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
    resolve(&path.display().to_string(), &text, &builtin::lookup)
}

/// How a twin is found: by id, to the name and text of its file.
type Lookup<'a> = &'a dyn Fn(&str) -> Option<(String, &'static str)>;

/// Parses `text`, fills in what its twin lends, and checks the result.
pub(super) fn resolve(file: &str, text: &str, lookup: Lookup<'_>) -> Result<Case, CaseError> {
    let own = parse_table(file, text)?;
    let case = match own.get("twin").and_then(Value::as_str) {
        None => from_text(file, text)?,
        Some(twin) => {
            let Some((twin_file, twin_text)) = lookup(twin) else {
                return Err(invalid(
                    file,
                    format!("its twin `{twin}` is not a built-in case"),
                ));
            };
            reject_unknown_keys(file, text)?;
            merged(file, own, parse_table(&twin_file, twin_text)?)?
        }
    };
    check(file, &case)?;
    Ok(case)
}

fn parse_table(file: &str, text: &str) -> Result<Table, CaseError> {
    text.parse::<Table>()
        .map_err(|source| parse_error(file, source))
}

fn from_text(file: &str, text: &str) -> Result<Case, CaseError> {
    toml::from_str(text).map_err(|source| parse_error(file, source))
}

/// Merging loses the positions in the file, so that what the file itself gives is checked first,
/// against the same keys with nothing required.
fn reject_unknown_keys(file: &str, text: &str) -> Result<(), CaseError> {
    toml::from_str::<Partial>(text)
        .map(drop)
        .map_err(|source| parse_error(file, source))
}

fn merged(file: &str, own: Table, mut base: Table) -> Result<Case, CaseError> {
    base.extend(own);
    Value::Table(base)
        .try_into()
        .map_err(|source| parse_error(file, source))
}

fn parse_error(file: &str, source: toml::de::Error) -> CaseError {
    CaseError::Parse {
        file: file.to_owned(),
        source: Box::new(source),
    }
}

fn invalid(file: &str, problem: String) -> CaseError {
    CaseError::Invalid {
        file: file.to_owned(),
        problem,
    }
}

/// The keys of a case, none of them required.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "the fields are there for their names and types only"
)]
struct Partial {
    id: String,
    title: String,
    kind: Option<super::Kind>,
    goal: Option<String>,
    steer: Option<String>,
    workspace: Option<String>,
    cluster: Option<String>,
    auth_token: Option<String>,
    evo_sweep: Option<bool>,
    faults: Option<Vec<wild_mock_server::Fault>>,
    placeholder: Option<String>,
    experiments: Option<bool>,
    grid: Option<Vec<super::GridAxis>>,
    entry_points: Option<Vec<String>>,
    time_limit: Option<u64>,
    expect: Option<super::Expect>,
    twin: Option<String>,
}

fn check(file: &str, case: &Case) -> Result<(), CaseError> {
    let problem = id_problem(&case.id)
        .or_else(|| workspace_problem(&case.workspace))
        .or_else(|| limit_problem(case.time_limit))
        .or_else(|| cluster_problem(&case.cluster))
        .or_else(|| fault_problem(case))
        .or_else(|| expectation_problem(case));
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
    (!case.server_listens() && case.expect.preflight.is_none()).then(|| {
        "the server is down, so that nothing can be observed: give `[expect] preflight`".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWIN: &str = r#"
        id = "healthy"
        title = "Healthy"
        kind = "planning"
        goal = "Win"
        workspace = "tiny-lm"
        cluster = "local_gpu:2"
        placeholder = ""
        experiments = true
        time_limit = 60
    "#;

    fn read(text: &str) -> Result<Case, CaseError> {
        resolve("case.toml", text, &|id| {
            (id == "healthy").then(|| ("twin".to_owned(), TWIN))
        })
    }

    #[test]
    fn a_case_takes_over_what_its_twin_says() {
        let case =
            read("id = \"sad\"\ntitle = \"Sad\"\ntwin = \"healthy\"\nsteer = \"go\"").unwrap();
        assert_eq!(
            (case.id.as_str(), case.goal.as_str(), case.steer.as_str()),
            ("sad", "Win", "go")
        );
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let text = "id = \"sad\"\ntitle = \"Sad\"\ntwin = \"healthy\"\ngaol = \"typo\"\n";
        let message = read(text).unwrap_err().to_string();
        assert!(
            message.contains("gaol") && message.contains("line 4"),
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
            ("twin = \"healthy\"\nworkspace = \"nowhere\"", "nowhere"),
            ("twin = \"healthy\"\ntime_limit = 0", "time_limit"),
            (
                "twin = \"healthy\"\nfaults = [{ action = \"refuse\" }]",
                "preflight",
            ),
            (
                "twin = \"healthy\"\nfaults = [{ action = \"status\", status = 9 }]",
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
