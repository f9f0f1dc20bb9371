//! `--resume`: what is there already of this run, and of no other.

use std::io::Write;
use std::path::Path;

use super::Failure;
use crate::evidence::{Part, Plays};
use crate::runner::{Kept, Playlist};

/// The plays whose evidence is below `out`, where there is a run to go on with. Refuses a folder that is another run's.
pub(super) fn kept(playlist: &Playlist, part: &Part, out: Option<&Path>) -> Result<Kept, Failure> {
    let Some(out) = out else {
        return Ok(Kept::default());
    };
    if let Some(difference) = difference(part, out)? {
        return Err(Failure::usage(format!(
            "--resume: what lies in {} is another run, {difference} (there and here); choose another --out, or leave \
             --resume away to replace it",
            out.display()
        )));
    }
    let kept = Kept::find(playlist, &part.conditions.digest(), out);
    let (count, all) = (kept.count(), playlist.plays.len());
    // A terminal that is gone is no reason to fail.
    let _ = writeln!(
        std::io::stderr().lock(),
        "note: {count} of {all} plays have their evidence already, and are judged as they are"
    );
    Ok(kept)
}

/// What makes the run in `out` another, if there is one.
fn difference(part: &Part, out: &Path) -> Result<Option<String>, Failure> {
    let Some(plays) = Plays::read(out)? else {
        return Ok(None);
    };
    let Some(there) = plays.part else {
        return Ok(Some("which does not tell of what".to_owned()));
    };
    let shard = || {
        let (own, others) = (there.name(), part.name());
        (own != others).then(|| format!("shard {own} and shard {others}"))
    };
    Ok(there
        .difference(part)
        .or_else(shard)
        .map(|difference| format!("with {difference}")))
}
