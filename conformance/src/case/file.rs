//! Reading case files.
//!
//! Matrices and twins are worked in by [`wild_mock_server::cases`], which tells all that is wrong with a
//! file. A case that names a twin takes over every key that it does not give itself: an abort case is
//! then exactly its healthy twin plus what breaks it, which is what makes the pair a control.

use std::path::Path;

use wild_mock_server::cases::{self, CaseFileError, CaseTable};

use super::execution::plan_text;
use super::{Case, Slurm, Workspace, fit};
use crate::bounded;

/// Largest plan that is read, in bytes.
const LARGEST_PLAN: u64 = 1024 * 1024;

/// Why a case could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The file cannot be read, or what it says makes no sense.
    #[error(transparent)]
    File(#[from] CaseFileError),
    /// What it says does not fit what it names.
    #[error("the case {file} does not fit what it names:\n  {}", problems.join("\n  "))]
    Unfit {
        /// The file.
        file: String,
        /// All that does not fit.
        problems: Vec<String>,
    },
    /// Something of the user's that it names cannot be read.
    #[error("the case {file}: cannot read {what}: {source}")]
    Own {
        /// The file.
        file: String,
        /// What it names.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The keys that are checked are not those that are read, which a test rules out.
    #[error("the case {file} is not valid: {source}")]
    Parse {
        /// Its name.
        file: String,
        /// Where and what.
        source: Box<toml::de::Error>,
    },
}

/// Reads the cases of a file of the user's; twins are looked up in it and among the built-in cases.
///
/// # Errors
/// Fails when the file cannot be read or is not a valid case; the error names every line and key at
/// fault.
pub fn load_file(path: &Path) -> Result<Vec<Case>, CaseError> {
    let cases: Vec<Case> = cases::load(path)?
        .iter()
        .map(typed)
        .collect::<Result<_, _>>()?;
    let problems: Vec<String> = cases
        .iter()
        .flat_map(|case| fit::problems(case, path))
        .collect();
    if problems.is_empty() {
        return Ok(cases);
    }
    Err(CaseError::Unfit {
        file: path.display().to_string(),
        problems,
    })
}

/// What a file of the user's says although it may not be meant, a line each.
///
/// # Errors
/// Fails as [`load_file`] does.
pub fn warnings(path: &Path) -> Result<Vec<String>, CaseError> {
    let mut told = Vec::new();
    for table in cases::load(path)? {
        let unused = fit::unused(&typed(&table)?, &table.keys);
        let (file, id) = (&table.file, &table.id);
        let warnings = table.warnings.iter().chain(&unused);
        told.extend(warnings.map(|warning| format!("{file}: the case `{id}`: {warning}")));
    }
    Ok(told)
}

/// A case with its keys read.
pub(super) fn typed(table: &CaseTable) -> Result<Case, CaseError> {
    let read = table.keys.clone().try_into();
    let mut case: Case = read.map_err(|source| CaseError::Parse {
        file: table.file.clone(),
        source: Box::new(source),
    })?;
    if let Some(plan) = case.plan.as_deref().filter(|plan| cases::is_path(plan)) {
        let text = bounded::read_text(Path::new(plan), LARGEST_PLAN);
        case.placeholder = text.map_err(|source| unreadable(table, plan, source))?;
    } else if let Some(text) = case.plan.as_deref().and_then(plan_text) {
        text.clone_into(&mut case.placeholder);
    }
    if case.slurm.is_none()
        && case.has_own_workspace()
        && let Some(workspace) = Workspace::find(&case.workspace)
    {
        let scripts = workspace.job_scripts();
        let scripts = scripts.map_err(|source| unreadable(table, &case.workspace, source))?;
        case.slurm = Slurm::read_all(&scripts);
    }
    Ok(case)
}

fn unreadable(table: &CaseTable, what: &str, source: std::io::Error) -> CaseError {
    CaseError::Own {
        file: table.file.clone(),
        what: what.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Case, CaseError> {
        let cases = cases::read("case.toml", text)?;
        typed(&cases[0])
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

    #[test]
    fn what_says_nothing_of_executed_runs_is_told_once() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("case.toml");
        let told = |lines: &str| {
            let runs = "runs = [{ command = \"a\", exit_code = 1, launch_seconds = 1.0 }, \
                { command = \"**\", exit_code = 2, metrics = [] }]";
            let text = format!("id = \"own\"\ntitle = \"x\"\n{runs}\n{lines}\n");
            std::fs::write(&file, text).unwrap();
            warnings(&file).unwrap()
        };
        for executed in ["execution-baseline", "campaign-tiny-lm"] {
            let told = told(&format!("twin = \"{executed}\""));
            assert_eq!(told.len(), 2, "{told:?}");
            assert!(told[0].contains("`own`: `exit_code` in `runs`"), "{told:?}");
            assert!(told[1].contains("`own`: `metrics` in `runs`"), "{told:?}");
        }
        for simulated in [
            "twin = \"execution-baseline\"\nrun_mode = \"simulated\"",
            "twin = \"campaign-slurm-nlp\"",
            "twin = \"planning-healthy\"",
        ] {
            assert_eq!(told(simulated), [""; 0]);
        }
    }
}
