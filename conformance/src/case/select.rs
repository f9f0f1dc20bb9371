//! Choosing cases by what the user typed: a glob over ids, or the path of a case file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use globset::Glob;

use super::{Case, CaseError, builtin_cases, load_file, twice, warnings};

/// Why a selection failed.
#[derive(Debug, thiserror::Error)]
pub enum SelectError {
    /// A case file is not valid.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The pattern is not a glob.
    #[error("`{pattern}` is not a pattern: {source}")]
    Pattern {
        /// What was typed.
        pattern: String,
        /// What is wrong with it.
        source: globset::Error,
    },
    /// The pattern fits no case.
    #[error("no case fits `{pattern}`{hint} `wild-conformance cases` lists the ids")]
    Nothing {
        /// What was typed.
        pattern: String,
        /// The case that may be meant.
        hint: String,
    },
    /// Several cases have one id.
    #[error("{}", problems.join("\n"))]
    Twice {
        /// Which, and where each stands, a line each.
        problems: Vec<String>,
    },
    /// A folder of case files cannot be read.
    #[error("cannot read the folder {}: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A folder, or a glob over paths, has no case file.
    #[error("no case file fits `{pattern}`; give a .toml file, or a folder that has some")]
    NoFile {
        /// What was typed.
        pattern: String,
    },
    /// What is left away is all there is.
    #[error("`{patterns}` leave no case to play")]
    AllLeftAway {
        /// What was typed.
        patterns: String,
    },
}

/// What stands before a glob of cases that are left away.
const NOT: char = '!';

/// The cases that `patterns` name, sorted by id and without repetition; all built-in cases when
/// there is no pattern. What ends in `.toml` is the path of a case file; what begins with `!` is left away
/// from what the others name, or from all built-in cases.
///
/// # Errors
/// Fails when a pattern fits nothing, a case file is not valid, or what stands in it has the id of another case.
pub fn select(patterns: &[String]) -> Result<Vec<Case>, SelectError> {
    let builtin = builtin_cases()?;
    if patterns.is_empty() {
        return Ok(builtin);
    }
    let mut chosen: Vec<Case> = Vec::new();
    let (left_away, named): (Vec<&String>, Vec<&String>) = patterns
        .iter()
        .partition(|pattern| pattern.starts_with(NOT));
    let mut files = Vec::new();
    for pattern in &named {
        if is_file(pattern) {
            files.push((PathBuf::from(pattern), load_file(Path::new(pattern))?));
        } else {
            chosen.extend(matching(&builtin, pattern)?);
        }
    }
    let problems = twice(&files, &builtin);
    if !problems.is_empty() {
        return Err(SelectError::Twice { problems });
    }
    chosen.extend(files.into_iter().flat_map(|(_, cases)| cases));
    if named.is_empty() {
        chosen = builtin;
    }
    chosen.sort_by(|a, b| a.id.cmp(&b.id));
    let mut seen = BTreeSet::new();
    chosen.retain(|case| seen.insert(case.id.clone()));
    for pattern in left_away {
        let away = matching(&chosen, pattern.trim_start_matches(NOT))?;
        chosen.retain(|case| away.iter().all(|other| other.id != case.id));
    }
    if chosen.is_empty() {
        return Err(SelectError::AllLeftAway {
            patterns: patterns.join("`, `"),
        });
    }
    Ok(chosen)
}

/// What is to be said of a name that is none.
fn hint(cases: &[Case], name: &str) -> String {
    let ids = cases.iter().map(|case| case.id.as_str());
    nearest(ids, name).map_or_else(|| ";".to_owned(), |id| format!("; did you mean `{id}`?"))
}

/// The id that is closest to a name that is none.
pub fn nearest<'c>(ids: impl Iterator<Item = &'c str>, name: &str) -> Option<&'c str> {
    let distances = ids.map(|id| (strsim::damerau_levenshtein(name, id), id));
    let nearest = distances.min_by_key(|(distance, _)| *distance);
    nearest
        .filter(|(distance, _)| *distance <= 4)
        .map(|(_, id)| id)
}

/// The case files among `patterns`, also those of which something is left away, with what stands in them.
///
/// # Errors
/// Fails when a case file is not valid.
pub fn files_of(patterns: &[String]) -> Result<Vec<(PathBuf, Vec<Case>)>, CaseError> {
    let files = patterns.iter().filter(|pattern| is_file(pattern));
    files
        .map(|file| Ok((PathBuf::from(file), load_file(Path::new(file))?)))
        .collect()
}

/// What the case files among `patterns` say although it may not be meant.
///
/// # Errors
/// Fails when a case file is not valid.
pub fn warnings_of(patterns: &[String]) -> Result<Vec<String>, CaseError> {
    let mut all = Vec::new();
    for pattern in patterns.iter().filter(|pattern| is_file(pattern)) {
        all.extend(warnings(Path::new(pattern))?);
    }
    Ok(all)
}

fn is_file(pattern: &str) -> bool {
    !pattern.starts_with(NOT)
        && Path::new(pattern)
            .extension()
            .is_some_and(|extension| extension == "toml")
}

fn matching(cases: &[Case], pattern: &str) -> Result<Vec<Case>, SelectError> {
    let glob = Glob::new(pattern)
        .map_err(|source| SelectError::Pattern {
            pattern: pattern.to_owned(),
            source,
        })?
        .compile_matcher();
    let fitting: Vec<Case> = cases
        .iter()
        .filter(|case| glob.is_match(&case.id))
        .cloned()
        .collect();
    if fitting.is_empty() {
        return Err(SelectError::Nothing {
            pattern: pattern.to_owned(),
            hint: hint(cases, pattern),
        });
    }
    Ok(fitting)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(patterns: &[&str]) -> Vec<String> {
        let patterns: Vec<String> = patterns.iter().map(|&p| p.to_owned()).collect();
        select(&patterns)
            .unwrap()
            .into_iter()
            .map(|case| case.id)
            .collect()
    }

    #[test]
    fn globs_select_and_do_not_repeat() {
        let ids = ids(&["abort-docs-50*", "abort-docs-503", "planning-healthy"]);
        assert_eq!(ids, ["abort-docs-503", "planning-healthy"]);
    }

    #[test]
    fn what_begins_with_an_exclamation_mark_is_left_away() {
        let told = ids(&["abort-docs-*", "!*-503", "!abort-docs-reset"]);
        assert!(told.iter().all(|id| id.starts_with("abort-docs-")));
        let is_away = |id: &String| id.ends_with("-503") || id == "abort-docs-reset";
        assert!(told.len() > 2 && !told.iter().any(is_away), "{told:?}");
        let all = ids(&[]).len();
        let aborts = ids(&["abort-*"]).len();
        assert_eq!(ids(&["!abort-*"]).len(), all - aborts);
        let refused = |patterns: &[&str]| {
            let patterns: Vec<String> = patterns.iter().map(|&p| p.to_owned()).collect();
            select(&patterns).unwrap_err().to_string()
        };
        assert!(refused(&["!*"]).contains("leave no case"));
        assert!(
            refused(&["planning-healthy", "!execution-*"]).contains("no case fits `execution-*`")
        );
    }

    #[test]
    fn a_pattern_that_fits_nothing_is_an_error() {
        let error = select(&["planing-healthy".to_owned()])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("did you mean `planning-healthy`?"),
            "{error}"
        );
        let error = select(&["nope-*".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("nope-*"));
    }
}
