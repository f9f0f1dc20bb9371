//! Which cases a run plays: `--case`, `--suite`, `--last-failed`.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use super::Failure;
use super::run_options::RunOptions;
use crate::bounded;
use crate::case::{self, Case, builtin_cases};
use crate::evidence::Plays;
use crate::suite::Suite;

/// Largest report that is read, in bytes.
const LARGEST_REPORT: u64 = 256 * 1024 * 1024;

/// The cases that are to be played. Without a word on it the reference agent plays all of them, saved
/// evidence those that it is of, and any other agent, whose plays may have a price, the core.
pub(super) fn cases(options: &RunOptions) -> Result<Vec<Case>, Failure> {
    // Whatever is chosen, a recording that cannot be played again is refused.
    let recorded = options.driver.recorded()?;
    if options.last_failed {
        return last_failed(options);
    }
    if !options.cases.is_empty() {
        return Ok(case::select(&options.cases)?);
    }
    if let (Some(ids), None) = (recorded, options.suite) {
        return Ok(case::select(&ids)?);
    }
    let usual = if options.driver.is_reference() {
        Suite::Full
    } else {
        Suite::Core
    };
    Ok(options.suite.unwrap_or(usual).cases()?)
}

/// What failed in the last run, or was not played, with the healthy twins that make aborts count.
fn last_failed(options: &RunOptions) -> Result<Vec<Case>, Failure> {
    let failed = failed_plays(&options.out)?;
    let all = if options.cases.is_empty() {
        builtin_cases()?
    } else {
        case::select(&options.cases)?
    };
    let of = |name: &String| all.iter().find(|case| is_of(name, case));
    // With a choice of cases it is the user who leaves the others out.
    let unknown = failed.iter().find(|name| of(name).is_none());
    if let Some(name) = unknown.filter(|_| options.cases.is_empty()) {
        return Err(Failure::usage(format!(
            "`{name}` failed and is no built-in case; give its file again: --case FILE"
        )));
    }
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    for case in failed.iter().filter_map(of) {
        ids.insert(&case.id);
        ids.extend(case.twin.as_deref());
    }
    let mut cases = all.clone();
    cases.retain(|case| ids.contains(case.id.as_str()));
    Ok(cases)
}

/// Whether `name`, of a play or of an iteration of it, belongs to `case`.
fn is_of(name: &str, case: &Case) -> bool {
    let id = name.split_once('.').map_or(name, |(id, _)| id);
    let rest = id.strip_prefix(case.id.as_str());
    rest.is_some_and(|rest| {
        rest.is_empty() || (case.iterations > 1 && rest.starts_with("-iteration-"))
    })
}

/// What is read of a report.
#[derive(Deserialize)]
struct Report {
    cases: Vec<Told>,
}

#[derive(Deserialize)]
struct Told {
    id: String,
    outcome: String,
}

/// The plays of the last run that are not known to have come out well: all of a run that left no report.
fn failed_plays(out: &Path) -> Result<BTreeSet<String>, Failure> {
    refuse_shard(out)?;
    let file = out.join("report.json");
    let text = match bounded::read_text(&file, LARGEST_REPORT) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let plays = Plays::read(out)?.ok_or_else(|| {
                Failure::usage(format!(
                    "--last-failed: there was no run below {}; give its folder: --out DIR",
                    out.display()
                ))
            })?;
            return Ok(plays.plays.into_keys().collect());
        }
        Err(error) => return Err(unreadable(&file, &error)),
    };
    let report: Report = serde_json::from_str(&text).map_err(|error| unreadable(&file, &error))?;
    let cases = report.cases.into_iter();
    let failed = cases.filter(|case| case.outcome != "conformant");
    Ok(failed.map(|case| case.id).collect())
}

/// What would be played would take the place of the shard that lies there.
fn refuse_shard(out: &Path) -> Result<(), Failure> {
    // What cannot be read is no shard; why it cannot is told where it is needed.
    let part = Plays::read(out).ok().flatten().and_then(|plays| plays.part);
    match part.filter(|part| part.shards > 1) {
        None => Ok(()),
        Some(part) => Err(Failure::usage(format!(
            "--last-failed: {} is shard {}/{} of a run: --resume goes on with it; `wild-conformance merge` puts the \
             shards together, and --last-failed takes the merged folder",
            out.display(),
            part.shard,
            part.shards
        ))),
    }
}

fn unreadable(file: &Path, error: &dyn std::error::Error) -> Failure {
    Failure::usage(format!("--last-failed: {}: {error}", file.display()))
}
