//! Which cases a recording is of that is to be played again.

use std::collections::BTreeSet;
use std::path::Path;

use super::Failure;
use crate::case::Case;
use crate::evidence::{self, Evidence, LoadError, PlayRecord};

/// What stands before the path of a recording.
pub(super) const REPLAY: &str = "replay:";

/// What stands between the id of a case and the number of one of its iterations.
const ITERATION: &str = "-iteration-";

/// The ids of the cases that a folder of evidence has plays of.
pub(super) fn cases(folder: &Path) -> Result<Vec<String>, Failure> {
    let failed =
        |error: LoadError| Failure::usage(format!("--agent {REPLAY}{}: {error}", folder.display()));
    let plays = evidence::find(folder).map_err(failed)?.plays;
    let records = plays.iter().map(|play| Evidence::record(play));
    let records: Vec<_> = records.collect::<Result<_, _>>().map_err(failed)?;
    let ids: BTreeSet<&str> = records
        .iter()
        .map(|record| record.case.id.as_str())
        .collect();
    let is_apart = |record: &&PlayRecord| {
        let is_iteration = record.case.iterations > 1 && record.played.is_none();
        is_iteration && !has_former(&record.case.id, &ids)
    };
    if let Some(record) = records.iter().find(is_apart) {
        return Err(apart(folder, &record.case.id));
    }
    // The iterations of a case are played together.
    let wholes = ids.iter().map(|id| {
        let whole = id.split_once(ITERATION).map(|(whole, _)| whole);
        whole.unwrap_or(id).to_owned()
    });
    let wholes: BTreeSet<String> = wholes.collect();
    Ok(wholes.into_iter().collect())
}

/// Refuses to play the recording of an iteration alone: the server has nothing of what came before.
pub(super) fn alone(case: &Case) -> Result<(), Failure> {
    if case.iterations > 1 && !has_former(&case.id, &BTreeSet::new()) {
        return Err(Failure::usage(format!(
            "`{}` goes on with what the iteration before it left on the server, and what was recorded of it \
             fits no other; `run --agent {REPLAY}PATH` plays all iterations",
            case.id
        )));
    }
    Ok(())
}

/// Whether the iteration before `id` is among `ids`, or there is none.
fn has_former(id: &str, ids: &BTreeSet<&str>) -> bool {
    let of = |id: &str| {
        let (whole, number) = id.rsplit_once(ITERATION)?;
        Some((whole.to_owned(), number.parse::<u32>().ok()?))
    };
    // A campaign begins with number 0, other cases with 1.
    let Some((whole, number @ 2..)) = of(id) else {
        return true;
    };
    let former = Some((whole, number - 1));
    ids.iter().any(|id| of(id) == former)
}

/// An iteration whose former one was not recorded.
fn apart(folder: &Path, id: &str) -> Failure {
    let folder = folder.display();
    Failure::usage(format!(
        "--agent {REPLAY}{folder}: `{id}` is one iteration of several, which goes on where the one before it \
         ended, and that one is not there; name the folder that has all of them"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iteration_follows_the_one_before_however_it_is_written() {
        let ids = BTreeSet::from(["a-iteration-01", "a-iteration-02", "a-iteration-10", "b"]);
        let missing = ids.iter().filter(|id| !has_former(id, &ids));
        assert_eq!(missing.collect::<Vec<_>>(), [&"a-iteration-10"]);
    }
}
