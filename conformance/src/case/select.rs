//! Choosing cases by what the user typed: a glob over ids, or the path of a case file.

use std::collections::BTreeSet;
use std::path::Path;

use globset::Glob;

use super::{Case, CaseError, builtin_cases, load_file, warnings};

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
    #[error("no case fits `{pattern}`; `wild-conformance cases` lists the ids")]
    Nothing {
        /// What was typed.
        pattern: String,
    },
}

/// The cases that `patterns` name, sorted by id and without repetition; all built-in cases when
/// there is no pattern. What ends in `.toml` is the path of a case file.
///
/// # Errors
/// Fails when a pattern fits nothing, or a case file is not valid.
pub fn select(patterns: &[String]) -> Result<Vec<Case>, SelectError> {
    let builtin = builtin_cases()?;
    if patterns.is_empty() {
        return Ok(builtin);
    }
    let mut chosen: Vec<Case> = Vec::new();
    for pattern in patterns {
        if is_file(pattern) {
            chosen.extend(load_file(Path::new(pattern))?);
        } else {
            chosen.extend(matching(&builtin, pattern)?);
        }
    }
    chosen.sort_by(|a, b| a.id.cmp(&b.id));
    let mut seen = BTreeSet::new();
    chosen.retain(|case| seen.insert(case.id.clone()));
    Ok(chosen)
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
    Path::new(pattern)
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
    fn a_pattern_that_fits_nothing_is_an_error() {
        let error = select(&["nope-*".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("nope-*"));
    }
}
