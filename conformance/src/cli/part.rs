//! Which part of a run is in a folder, and what is in others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::Failure;
use crate::case::Case;
use crate::engine::{Elsewhere, set_up};
use crate::evidence::{Conditions, Iterations, Part, Plays, Share};
use crate::runner::Playlist;
use crate::selection::Selection;

/// The part of a run that `playlist` is.
pub(super) fn of(
    playlist: &Playlist,
    cases: &[Case],
    conditions: Conditions,
    selection: &Selection,
) -> Part {
    let of_case = |case| (set_up(case), Iterations::of(case));
    let known: BTreeMap<&str, _> = cases
        .iter()
        .map(|case| (case.id.as_str(), of_case(case)))
        .collect();
    let share = |placed: &crate::runner::Placed| {
        let case = known.get(placed.case.as_str()).cloned();
        let (digest, iterations) = case.unwrap_or_default();
        Share {
            case: placed.case.clone(),
            repetition: placed.repetition,
            digest,
            shard: placed.shard,
            iterations,
        }
    };
    Part {
        shard: playlist.shard().index(),
        shards: playlist.shard().count(),
        conditions,
        rules: selection.to_string(),
        whole: playlist
            .whole()
            .iter()
            .map(|placed| (placed.name.clone(), share(placed)))
            .collect(),
    }
}

/// What of the run is in other shards than this.
pub(super) fn elsewhere(part: &Part) -> Elsewhere {
    let shares = part.whole.values();
    let others = shares.filter(|share| share.shard != part.shard);
    let mut all = Elsewhere {
        shard: (part.shards > 1).then_some((part.shard, part.shards)),
        ..Elsewhere::default()
    };
    for share in others {
        all.plays.insert((share.case.clone(), share.repetition));
        if let Some(iterations) = share.iterations {
            all.iterations.insert(share.case.clone(), iterations);
        }
    }
    all
}

/// What of the runs in `folders` is in none of them: nothing, or what the other shards of the one that is named have.
///
/// # Errors
/// Fails when these are some of the shards: what would be told is neither of a shard nor of the whole.
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
        all.iterations.extend(others.iterations);
        // Several shards are none of them.
        all.shard = others.shard.filter(|_| folders.len() == 1);
    }
    all.plays.retain(|play| !here.contains(play));
    if folders.len() > 1 && !all.is_nothing() {
        let names: Vec<String> = folders
            .iter()
            .map(|own| own.display().to_string())
            .collect();
        return Err(Failure::usage(format!(
            "{} have not all shards of their run: name the folders of all, or one by itself",
            names.join(" and ")
        )));
    }
    Ok(all)
}
