//! Which part of a run is in a folder, and what is in others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::Failure;
use crate::case::Case;
use crate::engine::{Elsewhere, set_up};
use crate::evidence::{Conditions, Part, Plays, Share};
use crate::runner::Plan;
use crate::selection::Selection;

/// The part of a run that `plan` is.
pub(super) fn of(
    plan: &Plan,
    cases: &[Case],
    conditions: Conditions,
    selection: &Selection,
) -> Part {
    let digests: BTreeMap<&str, String> = cases
        .iter()
        .map(|case| (case.id.as_str(), set_up(case)))
        .collect();
    let share = |placed: &crate::runner::Placed| Share {
        case: placed.case.clone(),
        repetition: placed.repetition,
        digest: digests
            .get(placed.case.as_str())
            .cloned()
            .unwrap_or_default(),
        shard: placed.shard,
    };
    Part {
        shard: plan.shard().index(),
        shards: plan.shard().count(),
        conditions,
        rules: selection.to_string(),
        whole: plan
            .whole()
            .iter()
            .map(|placed| (placed.name.clone(), share(placed)))
            .collect(),
    }
}

/// What of the run is in other shards than this.
pub(super) fn elsewhere(part: &Part) -> Elsewhere {
    let others = part
        .whole
        .values()
        .filter(|share| share.shard != part.shard);
    Elsewhere {
        shard: (part.shards > 1).then_some((part.shard, part.shards)),
        plays: others
            .map(|share| (share.case.clone(), share.repetition))
            .collect(),
    }
}

/// What of the runs in `folders` is in none of them.
pub(super) fn elsewhere_than(folders: &[PathBuf]) -> Result<Elsewhere, Failure> {
    let mut all = Elsewhere::default();
    let mut here = BTreeSet::new();
    for folder in folders {
        let Some(part) = Plays::read(folder)?.and_then(|plays| plays.part) else {
            continue;
        };
        let own = part
            .whole
            .values()
            .filter(|share| share.shard == part.shard);
        here.extend(own.map(|share| (share.case.clone(), share.repetition)));
        let others = elsewhere(&part);
        all.plays.extend(others.plays);
        // Several shards are none of them.
        all.shard = others.shard.filter(|_| folders.len() == 1);
    }
    all.plays.retain(|play| !here.contains(play));
    Ok(all)
}
